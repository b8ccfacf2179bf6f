import { escapeInvisible, quoteName } from "./brief.ts";
import type { ServerDetails } from "./create-tool-catalog.ts";
import type { CatalogServer, ToolDefinition } from "./tool.ts";

/** What was made of the definitions of each server, by its name, for the catalog that follows. */
export type KnownServers = Map<string, KnownServer>;

/** What was made of the definitions of one server. */
export interface KnownServer {
  /** The definitions that count. */
  readonly definitions: readonly ToolDefinition[];
  /** The same, by the tool's own name. */
  readonly named: ReadonlyMap<string, ToolDefinition>;
  readonly hasOwnNames: boolean;
  readonly isClear: boolean;
  readonly details: ServerDetails;
  readonly server: CatalogServer;
}

/** One server while its tools are gathered. */
export interface ServerDraft {
  readonly details: ServerDetails;
  /** Definitions by the tool's own name. */
  readonly tools: ReadonlyMap<string, ToolDefinition>;
  /** Whether no tool of another server can have the name of one of them. */
  readonly hasOwnNames: boolean;
  /** Whether no name is misleading, that of the server and those of its tools. */
  readonly isClear: boolean;
}

const NO_TOOLS: ReadonlyMap<string, ToolDefinition> = new Map();

/** Puts the definitions of each server together, with what is known of them. */
export function gatherServers(
  tools: readonly ToolDefinition[],
  details: readonly ServerDetails[],
  { known, warnings }: { readonly known: KnownServers; readonly warnings: string[] },
): Map<string, ServerDraft> {
  const drafts = new Map<string, ServerDraft>();
  for (const server of details) {
    const isClear = !isMisleading(server.name);
    if (!drafts.has(server.name))
      drafts.set(server.name, { details: server, tools: NO_TOOLS, hasOwnNames: true, isClear });
  }
  for (const [name, definitions] of byServer(tools)) {
    const own = drafts.get(name)?.details ?? { name };
    const before = known.get(name);
    if (before !== undefined && haveSame(before.definitions, definitions)) {
      const { named, hasOwnNames, isClear } = before;
      drafts.set(name, { details: own, tools: named, hasOwnNames, isClear });
      continue;
    }
    const named = byToolName(definitions, warnings);
    const hasOwnNames = areOwnNames(name, [...named.values()]);
    const isClear = ![name, ...named.keys()].some(isMisleading);
    drafts.set(name, { details: own, tools: named, hasOwnNames, isClear });
  }
  warnOfMisleadingNames(drafts, warnings);
  return drafts;
}

function byServer(tools: readonly ToolDefinition[]): ReadonlyMap<string, readonly ToolDefinition[]> {
  const lists = new Map<string, readonly ToolDefinition[]>();
  for (let start = 0; start < tools.length;) {
    const name = tools[start]?.serverName ?? "";
    let end = start + 1;
    while (end < tools.length && tools[end]?.serverName === name) end += 1;
    const own = tools.slice(start, end);
    // Those of a server nearly always follow each other.
    const others = lists.get(name);
    lists.set(name, others === undefined ? own : others.concat(own));
    start = end;
  }
  return lists;
}

function byToolName(definitions: readonly ToolDefinition[], warnings: string[]): ReadonlyMap<string, ToolDefinition> {
  const named = new Map<string, ToolDefinition>();
  for (const tool of definitions) {
    const toolName = toolNameOf(tool);
    if (!named.has(toolName)) named.set(toolName, tool);
    else
      warnings.push(
        `Server ${quoteName(tool.serverName)} defines tool ${quoteName(toolName)} more than once; the first definition counts.`,
      );
  }
  return named;
}

/** Whether each name is that of the server, `__`, and a rest without: only one server can have such a name. */
function areOwnNames(serverName: string, definitions: readonly ToolDefinition[]): boolean {
  const names = new Set(definitions.map(({ name }) => name));
  if (names.size < definitions.length) return false;
  return [...names].every((name) => isOwnName(serverName, name) && escapeInvisible(name) === name);
}

/** Whether a full name is that of a server, `__`, and a rest without. */
export function isOwnName(serverName: string, name: string): boolean {
  return name.lastIndexOf("__") === serverName.length && name.startsWith(serverName);
}

/** Whether two lists have the very same definitions. */
export function haveSame(left: readonly ToolDefinition[], right: readonly ToolDefinition[]): boolean {
  return left.length === right.length && left.every((tool, at) => tool === right[at]);
}

/** The own name of a tool, without its server. */
export function toolNameOf(tool: ToolDefinition): string {
  const prefix = `${tool.serverName}__`;
  return tool.toolName ?? (tool.name.startsWith(prefix) ? tool.name.slice(prefix.length) : tool.name);
}

function warnOfMisleadingNames(drafts: Map<string, ServerDraft>, warnings: string[]): void {
  for (const [serverName, { tools, isClear }] of drafts) {
    if (isClear) continue;
    if (isMisleading(serverName))
      warnings.push(`The server name ${quoteName(serverName)} may not be what it looks like.`);
    for (const toolName of tools.keys()) {
      if (!isMisleading(toolName)) continue;
      warnings.push(
        `Tool ${quoteName(toolName)} of server ${quoteName(serverName)} may not be what its name looks like.`,
      );
    }
  }
}

/** Empty, with invisible characters, or with letters that look like Latin ones among Latin ones. */
function isMisleading(name: string): boolean {
  if (/^[\x20-\x7e]+$/.test(name)) return false;
  const hasLookAlikes = /[A-Za-z]/.test(name) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(name);
  return name.trim() === "" || hasLookAlikes || escapeInvisible(name) !== name;
}
