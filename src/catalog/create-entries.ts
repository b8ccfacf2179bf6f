import { defined } from "../base/defined.ts";
import { escapeInvisible, quoteName } from "./brief.ts";
import { compareCodePoints } from "../base/code-point-order.ts";
import type { ServerDetails } from "./create-tool-catalog.ts";
import {
  gatherServers,
  haveSame,
  isOwnName,
  type KnownServer,
  type KnownServers,
  type ServerDraft,
  toolNameOf,
} from "./gather-servers.ts";
import { claim, createIdentifierMap } from "./identifiers.ts";
import type { CatalogServer, ToolDefinition, ToolEntry } from "./tool.ts";

/** Entries and servers of a catalog, frozen, with what had to be settled to make them. */
interface CatalogEntries {
  readonly entries: readonly ToolEntry[];
  readonly servers: readonly CatalogServer[];
  readonly warnings: readonly string[];
}

/** A start that this many tools share is the server's own; two tools may begin alike by chance. */
const SHARED_BY = 3;
/** Characters of a shared start: a shorter one is not worth taking away, and a longer one is not looked at. */
const [MIN_SHARED, MAX_SHARED] = [12, 2_000];

/**
 * Settles names and identifiers of all tools, server by server.
 * @param known is brought up to date; entries of a server whose definitions and names are the same are the same objects
 */
export function createEntries(
  tools: readonly ToolDefinition[],
  details: readonly ServerDetails[],
  known: KnownServers = new Map(),
): CatalogEntries {
  const warnings: string[] = [];
  const drafts = gatherServers(tools, details, { known, warnings });
  const renamed = settleFullNames(drafts, warnings);
  const identifierOf = serverIdentifiers(drafts, known);
  const [servers, entries]: [CatalogServer[], ToolEntry[]] = [[], []];
  for (const draft of drafts.values()) {
    const server = settleServer(draft, identifierOf(draft.details.name), { known, renamed });
    servers.push(server);
    for (const entry of server.tools) entries.push(entry);
  }
  for (const name of known.keys()) if (!drafts.has(name)) known.delete(name);
  return Object.freeze({
    entries: Object.freeze(entries),
    servers: Object.freeze(servers),
    warnings: Object.freeze(warnings.sort(compareCodePoints)),
  });
}

/** The identifier of each server; the same names have the same ones. */
function serverIdentifiers(drafts: ReadonlyMap<string, ServerDraft>, known: KnownServers): (name: string) => string {
  const areSame = drafts.size === known.size && [...drafts.keys()].every((name) => known.has(name));
  if (areSame) return (name) => known.get(name)?.server.identifier ?? "_";
  const identifiers = createIdentifierMap(drafts.keys(), "server");
  return (name) => identifiers.get(name) ?? "_";
}

/** Makes a server with its entries; as far as nothing has changed, those that are known. */
function settleServer(
  draft: ServerDraft,
  identifier: string,
  { known, renamed }: { readonly known: KnownServers; readonly renamed: ReadonlyMap<ToolDefinition, string> },
): CatalogServer {
  const { details, tools: named, hasOwnNames, isClear } = draft;
  const before = known.get(details.name);
  const isKnown = before?.server.identifier === identifier && isSame(before, draft, renamed);
  if (isKnown && before.named === named && haveSameDetails(before.details, details)) return before.server;
  const server = createServer(
    draft,
    identifier,
    isKnown ? before.server.tools : createTools(draft, identifier, renamed),
  );
  const definitions = isKnown ? before.definitions : [...named.values()];
  known.set(details.name, { definitions, named, hasOwnNames, isClear, details, server });
  return server;
}

function haveSameDetails(a: ServerDetails, b: ServerDetails): boolean {
  const isSameText = a.description === b.description && a.instructions === b.instructions;
  return isSameText && a.unavailable === b.unavailable && a.needsLogin === b.needsLogin;
}

/**
 * The full names of definitions that do not keep their own. Where several would share one, the server with the longest name
 * keeps it: a name belongs to the server it begins with, so that server `a` cannot pass its tool `b__c` off as tool `c` of
 * server `a__b`, not even while that one has no such tool.
 */
function settleFullNames(drafts: Map<string, ServerDraft>, warnings: string[]): Map<ToolDefinition, string> {
  const renamed = new Map<ToolDefinition, string>();
  const owners = createOwners(drafts.keys());
  const isOther = ({ serverName }: ToolDefinition, name: string): boolean => {
    if (isOwnName(serverName, name)) return false;
    return (owners(name) ?? serverName) !== serverName;
  };
  const firsts = new Map<string, ToolDefinition>();
  const unclear = new Map<string, ToolDefinition[]>();
  for (const draft of unsettled(drafts)) {
    for (const tool of draft.tools.values()) {
      const name = escapeInvisible(tool.name);
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, tool);
      const known = unclear.get(name);
      if (known !== undefined) known.push(tool);
      else if (first !== undefined) unclear.set(name, [first, tool]);
      else if (isOther(tool, name)) unclear.set(name, [tool]);
    }
  }
  const taken = new Set(unclear.size === 0 ? [] : namesOf(drafts.values()));
  for (const [name, tools] of [...unclear].sort(([a], [b]) => compareCodePoints(a, b))) {
    const lastSuffixes = new Map<string, number>();
    const sorted = tools.sort((a, b) => Number(isOther(a, name)) - Number(isOther(b, name)) || byServerThenTool(a, b));
    const isOwned = sorted[0] !== undefined && !isOther(sorted[0], name);
    for (const tool of isOwned ? sorted.slice(1) : sorted) {
      const fullName = claim(name, taken, lastSuffixes);
      renamed.set(tool, fullName);
      const owner = `tool ${quoteName(toolNameOf(tool))} of server ${quoteName(tool.serverName)}`;
      warnings.push(`The name ${quoteName(name)} means more than one tool; ${owner} is called ${quoteName(fullName)}.`);
    }
  }
  return renamed;
}

/** Servers with names that another one may have, and those that these other names begin with: of 1,500 servers, mostly none. */
function unsettled(drafts: ReadonlyMap<string, ServerDraft>): Iterable<ServerDraft> {
  const found = new Set([...drafts.values()].filter((draft) => !draft.hasOwnNames));
  for (const name of namesOf([...found])) {
    const owner = drafts.get(name.slice(0, Math.max(0, name.lastIndexOf("__"))));
    if (owner !== undefined) found.add(owner);
  }
  return found;
}

function* namesOf(drafts: Iterable<ServerDraft>): Generator<string> {
  for (const { tools } of drafts) for (const tool of tools.values()) yield escapeInvisible(tool.name);
}

/** A full name has nothing invisible and no line end. */
function fullNameOf(tool: ToolDefinition, renamed: ReadonlyMap<ToolDefinition, string>): string {
  return renamed.get(tool) ?? escapeInvisible(tool.name);
}

/** Finds the server with the longest name that a full name begins with. */
function createOwners(serverNames: Iterable<string>): (fullName: string) => string | undefined {
  const known = new Map([...serverNames].map((name) => [escapeInvisible(name), name]));
  return (fullName) => {
    let owner: string | undefined;
    for (let end = fullName.indexOf("__"); end !== -1; end = fullName.indexOf("__", end + 1)) {
      owner = known.get(fullName.slice(0, end)) ?? owner;
    }
    return owner;
  };
}

function byServerThenTool(a: ToolDefinition, b: ToolDefinition): number {
  return compareCodePoints(a.serverName, b.serverName) || compareCodePoints(toolNameOf(a), toolNameOf(b));
}

/** The description of a tool; where it has none, its title is all the words there are. */
function wordsOf({ description, title }: ToolDefinition): string {
  const own = description ?? "";
  return own.trim() === "" ? (title ?? "") : own;
}

/**
 * Characters of the sentences that the descriptions of all tools of a server begin with, as generated servers write
 * them: "This tool belongs to the file system. Tool description: …". They say nothing of one tool, and a description
 * that is cut would show nothing else.
 */
function sharedStart([first = "", ...others]: readonly string[]): number {
  if (others.length + 1 < SHARED_BY) return 0;
  const length = others.reduce(
    (most, other) => {
      let same = 0;
      while (same < most && other.charCodeAt(same) === first.charCodeAt(same)) same += 1;
      return same;
    },
    Math.min(first.length, MAX_SHARED),
  );
  const sentences = /^[\s\S]*[.:!](?=\s)\s+/.exec(first.slice(0, length))?.[0].length ?? 0;
  const isAllOfOne = [first, ...others].some((text) => text.slice(sentences).trim() === "");
  return sentences < MIN_SHARED || isAllOfOne ? 0 : sentences;
}

/** Whether nothing has changed from which the entries of a server were made. */
function isSame(
  { definitions, named, server }: KnownServer,
  { tools, hasOwnNames }: ServerDraft,
  renamed: ReadonlyMap<ToolDefinition, string>,
): boolean {
  if (tools !== named && !haveSame(definitions, [...tools.values()])) return false;
  return hasOwnNames || [...tools.values()].every((tool, at) => fullNameOf(tool, renamed) === server.tools[at]?.name);
}

function createTools(
  { tools }: ServerDraft,
  serverIdentifier: string,
  renamed: ReadonlyMap<ToolDefinition, string>,
): readonly ToolEntry[] {
  const identifiers = createIdentifierMap(tools.keys(), "tool");
  const descriptions = [...tools.values()].map(wordsOf);
  const shared = sharedStart(descriptions);
  const entries = [...tools].map(([toolName, tool], at): ToolEntry => {
    const name = fullNameOf(tool, renamed);
    const description = descriptions[at] ?? "";
    const identifier = identifiers.get(toolName) ?? "_";
    const { deferLoading = false } = tool;
    const settled =
      shared === 0
        ? { name, toolName, description, serverIdentifier, identifier, deferLoading }
        : { name, toolName, description, sharedStart: shared, serverIdentifier, identifier, deferLoading };
    // Definitions have many shapes, what is settled has one: added in one go, that takes a third of the time.
    return Object.freeze(Object.assign({ ...tool }, settled));
  });
  return Object.freeze(entries);
}

function createServer({ details }: ServerDraft, identifier: string, tools: readonly ToolEntry[]): CatalogServer {
  const { name, instructions, unavailable, needsLogin } = details;
  const description = details.description ?? tools.find((tool) => tool.serverDescription)?.serverDescription;
  return Object.freeze({ name, identifier, ...defined({ description, instructions, unavailable, needsLogin }), tools });
}
