import { beginningOf } from "../base/bound-text.ts";
import { CodemodeError, type ErrorDetails } from "../base/codemode-error.ts";
import { closestName, wordsOfName } from "../base/closest-name.ts";
import { escapeInvisible } from "./brief.ts";
import type { Catalog } from "./catalog.ts";
import type { CatalogServer, ToolEntry } from "./tool.ts";

/** A name that does not exist, with what is needed to find the one that was meant. */
export type WrongName =
  /** A tool: its full name in any spelling, or its own name beside the server's. */
  | { readonly kind: "tool"; readonly name: string; readonly server?: string }
  /** A server, and the tool that was wanted of it. */
  | { readonly kind: "server"; readonly name: string; readonly tool?: string | undefined }
  | WrongMember;

/** A name that is not in a list. */
export type WrongMember =
  /** A module; `known` are all that can be imported. */
  | { readonly kind: "module"; readonly name: string; readonly known: readonly string[] }
  /** A name that `module` does not export; `known` are those it does. */
  | { readonly kind: "export"; readonly name: string; readonly module: string; readonly known: readonly string[] }
  /** A skill; `known` are the names of all there are. */
  | { readonly kind: "skill"; readonly name: string; readonly known: readonly string[] };

/** NamePlace in the text the user sent, counted from 1. */
type NamePlace = Pick<ErrorDetails, "line" | "column">;

/** Names listed in a hint. */
const MAX_LISTED = 20;

/** Tools that are suggested since their names have the words of the wrong one. */
const MAX_NEAR = 3;

/** Characters of a name that are shown. */
const MAX_NAME = 120;

/**
 * The error for a name that does not exist, in the same words whichever part noticed it: the message says what is wrong
 * and names the nearest of the same kind, the hint lists what there is. The code is `unknown_tool`, or
 * `server_unavailable` for a tool of a server that has none because it is not available.
 *
 * The first error about a tool of a large catalog takes a moment; `catalog.prepareSearch()` takes it ahead.
 */
export function unknownName(catalog: Catalog, wrong: WrongName, place: NamePlace = {}): CodemodeError {
  if (wrong.kind === "tool") return unknownTool(catalog, wrong, place);
  if (wrong.kind === "server") return unknownServer(catalog, wrong, place);
  const server = wrong.kind === "export" ? catalog.server(wrong.name) : undefined;
  return server === undefined ? unknownMember(wrong, place) : notExported(server, wrong, place);
}

/** A server that was looked for in a module of another kind. */
function notExported({ identifier }: CatalogServer, wrong: WrongMember, place: NamePlace): CodemodeError {
  const { message } = unknownMember({ ...wrong, known: [] });
  return unknown(message, {
    ...place,
    hint: `A server is a global: write ${identifier}.tool({ … }) without an import, or import from generated/servers/${identifier}.`,
  });
}

/** {@link unknownName} for what no catalog of tools is needed for. */
export function unknownMember(wrong: WrongMember, place: NamePlace = {}): CodemodeError {
  const { name, known } = wrong;
  // Some layouts have a module for each tool.
  const within = known.filter((each) => /[/.]/.test(each) && ["/", "."].some((sign) => name.startsWith(each + sign)));
  const near =
    within.toSorted((a, b) => b.length - a.length)[0] ??
    closestName(name, known) ??
    known.find((each) => lastPart(each) === lastPart(name));
  const [what, list] = TEXTS[wrong.kind];
  const subject = wrong.kind === "export" ? `Module ${quote(wrong.module)} has no export` : what;
  const none = wrong.kind === "skill" ? "No skill is saved here: write in the program what it was to do." : undefined;
  const hint = known.length === 0 ? none : `${list}: ${listed(known)}.`;
  return unknown(`${subject} ${quote(name)}.${didYouMean(near === undefined || near === name ? [] : [near])}`, {
    ...place,
    hint,
  });
}

/** A server is looked for under many folders; what comes last names it. */
function lastPart(specifier: string): string {
  return specifier.split("/").at(-1) ?? specifier;
}

const TEXTS: Readonly<Record<WrongMember["kind"], readonly [subject: string, list: string]>> = {
  module: ["There is no module", "Programs can import"],
  export: ["There is no export", "It exports"],
  skill: ["There is no skill", "Skills"],
};

/** The server that the beginning of a full name names, with the rest of the name; the longest server name counts. */
export function splitToolName(
  catalog: Catalog,
  fullName: string,
): { readonly server: CatalogServer; readonly tool: string } | undefined {
  let found: { readonly server: CatalogServer; readonly tool: string; readonly length: number } | undefined;
  for (const server of catalog.servers) {
    for (const owner of [server.name, server.identifier]) {
      const separator = ["__", ".", "/"].find(
        (each) => fullName.startsWith(owner) && fullName.startsWith(each, owner.length),
      );
      if (separator === undefined || owner.length < (found?.length ?? 0)) continue;
      found = { server, tool: fullName.slice(owner.length + separator.length), length: owner.length };
    }
  }
  return found;
}

/**
 * What a code text begins with when it spells a server by a name that is not an identifier, as in `my-server.tool`, which
 * reads as a calculation: how to write it, and the length of what is to be replaced.
 */
export function writtenServer(
  catalog: Catalog,
  code: string,
): { readonly written: string; readonly inCode: string } | undefined {
  const server = catalog.servers
    .filter(({ name, identifier }) => name !== identifier && code.startsWith(name) && /\W/.test(name))
    .reduce<CatalogServer | undefined>((longest, each) => {
      return longest === undefined || each.name.length > longest.name.length ? each : longest;
    }, undefined);
  if (server === undefined) return undefined;
  const rest = code.slice(server.name.length);
  const tool = server.tools
    .filter(({ toolName, identifier }) => rest.startsWith(`.${toolName}`) || rest.startsWith(`.${identifier}`))
    .toSorted((a, b) => b.toolName.length - a.toolName.length)[0];
  if (tool === undefined) return { written: server.name, inCode: server.identifier };
  const spelled = rest.startsWith(`.${tool.toolName}`) ? tool.toolName : tool.identifier;
  return { written: `${server.name}.${spelled}`, inCode: `${server.identifier}.${tool.identifier}` };
}

/** The first tool that a line of code names by a name which is read as a calculation, as `server.get-item`. */
export function writtenTool(
  catalog: Catalog,
  line: string,
): { readonly written: string; readonly inCode: string } | undefined {
  const tool = catalog.tools.find(
    ({ serverIdentifier, toolName }) => /\W/.test(toolName) && line.includes(`${serverIdentifier}.${toolName}`),
  );
  if (tool === undefined) return undefined;
  const { serverIdentifier: server, toolName, identifier } = tool;
  return { written: `${server}.${toolName}`, inCode: `${server}.${identifier}` };
}

function unknownTool(
  catalog: Catalog,
  { name: given, server: serverName }: Extract<WrongName, { kind: "tool" }>,
  place: NamePlace,
): CodemodeError {
  // Clients put this before every name.
  const name = catalog.server("mcp") === undefined ? given.replace(/^mcp__(?=.)/, "") : given;
  const named = serverName === undefined ? undefined : catalog.server(serverName);
  const owner = named === undefined ? splitToolName(catalog, name) : { server: named, tool: name };
  if (owner !== undefined) return missingAt(catalog, owner, place);
  const [, ownerName, tool] = /^([\w-]+?)(?:__|\.|\/)([\w-]+)$/.exec(name) ?? [];
  if (serverName !== undefined) return unknownServer(catalog, { kind: "server", name: serverName, tool: name }, place);
  const isOwnName = catalog.tools.some(({ toolName }) => toolName === name);
  if (ownerName !== undefined && !isOwnName)
    return unknownServer(catalog, { kind: "server", name: ownerName, tool }, place);
  const server = catalog.server(name);
  if (server !== undefined) return serverAsTool(server, place);
  return unknown(`There is no tool ${quote(name)}.${didYouMean(nearestTools(catalog, name))}`, {
    ...place,
    tool: cut(name),
    hint: "A full name is server__tool: search for a tool, or list their names.",
  });
}

/** A call by name that names the server alone. */
function serverAsTool({ name, tools: [first] }: CatalogServer, place: NamePlace): CodemodeError {
  const example = first === undefined ? "" : `, such as ${JSON.stringify(first.name)}`;
  return unknown(`${quote(name)} is a server, not a tool.`, {
    ...place,
    tool: cut(name),
    hint: `A full name is server__tool${example}: give it as one text, and the arguments as one object.`,
  });
}

function missingAt(
  catalog: Catalog,
  { server, tool }: { readonly server: CatalogServer; readonly tool: string },
  place: NamePlace,
): CodemodeError {
  const details = { ...place, tool: `${server.name}__${cut(tool)}` };
  if (server.tools.length === 0 && server.unavailable !== undefined) {
    if (server.needsLogin === true) return loginMissing(server.unavailable, details);
    return new CodemodeError(
      "server_unavailable",
      `Server ${quote(server.name)} is not available, so it has no tool ${quote(tool)}: ${server.unavailable}`,
      { ...details, hint: "Do without this server, or see how it is doing with list_servers." },
    );
  }
  const own = closestName(
    tool,
    server.tools.map(({ identifier }) => identifier),
  );
  const meant =
    own === undefined ? withWords(server.tools, tool) : server.tools.filter(({ identifier }) => identifier === own);
  const near = meant.slice(0, MAX_NEAR).map(spelling);
  const suggested = near.length > 0 ? near : nearestTools(catalog, `${server.name}__${tool}`);
  return unknown(`Server ${quote(server.name)} has no tool ${quote(tool)}.${didYouMean(suggested)}`, {
    ...details,
    hint:
      server.tools.length === 0
        ? `Server ${quote(server.name)} has no tools at the moment.`
        : `It has: ${listed(server.tools.map(({ identifier }) => identifier))}.`,
  });
}

/** Tools whose names have every word of another, which may lack the prefix that the tools of a server share. */
function withWords(tools: readonly ToolEntry[], name: string): readonly ToolEntry[] {
  const wanted = wordsOfName(name);
  const [first] = wanted;
  if (first === undefined) return [];
  return tools.filter(({ identifier }) => {
    // Most names lack the first, which is seen without taking them apart.
    if (!identifier.toLowerCase().includes(first)) return false;
    const words = wordsOfName(identifier);
    return wanted.every((word) => words.includes(word));
  });
}

/** The report of the server begins with the command to run. */
function loginMissing(report: string, details: ErrorDetails): CodemodeError {
  const [message = report, ...hint] = report.split("\n");
  return new CodemodeError("login_required", message, { ...details, hint: hint.join(" ") });
}

function unknownServer(
  catalog: Catalog,
  { name, tool }: Extract<WrongName, { kind: "server" }>,
  place: NamePlace,
): CodemodeError {
  const { servers } = catalog;
  const known = servers.map(({ identifier }) => identifier);
  const details = { ...place, hint: known.length === 0 ? "No server is configured." : `Servers: ${listed(known)}.` };
  const same = servers.find((server) => server.name === name);
  if (same !== undefined) return unknown(`In code, server ${quote(name)} is called ${same.identifier}.`, details);
  // A name is cut at its first dash where it is written as an identifier.
  const cutOff = servers.filter((server) => /^\W/.test(server.name.slice(name.length)) && server.name.startsWith(name));
  const near = closestName(name, known) ?? (cutOff.length === 1 ? cutOff[0]?.identifier : undefined);
  const suggested = near === undefined ? (tool === undefined ? [] : nearestTools(catalog, tool)) : [near];
  return unknown(`There is no server ${quote(name)}.${didYouMean(suggested)}`, details);
}

function nearestTools(catalog: Catalog, name: string): readonly string[] {
  const bare = /^(?:.*(?:__|\.))?(.+)$/.exec(cut(name))?.[1] ?? name;
  const near = catalog.suggest(name, MAX_NEAR).flatMap((found) => {
    const entry = catalog.get(found);
    // Short names are near too many others.
    const isNear =
      entry !== undefined &&
      (entry.toolName === name || closestName(bare, [entry.identifier, entry.name]) !== undefined);
    return isNear ? [spelling(entry)] : [];
  });
  if (near.length > 0) return near;
  // Of a word that many have, none is meant more than the others.
  const having = withWords(catalog.tools, bare);
  return having.length > MAX_NEAR ? [] : having.map(spelling);
}

/** One name for all doors; where code spells it another way, that way too. */
function spelling({ name, serverIdentifier, identifier }: ToolEntry): string {
  const inCode = `${serverIdentifier}.${identifier}`;
  return name === inCode.replace(".", "__") ? name : `${name} (in code ${inCode})`;
}

function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? "" : ` Did you mean ${names.map((name) => escapeInvisible(name)).join(" or ")}?`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map((name) => escapeInvisible(cut(name)));
  return `${shown.join(", ")}${names.length > shown.length ? `, … ${names.length - shown.length} more` : ""}`;
}

function unknown(message: string, details: ErrorDetails): CodemodeError {
  return new CodemodeError("unknown_tool", message, details);
}

function quote(name: string): string {
  return escapeInvisible(JSON.stringify(cut(name)));
}

function cut(name: string): string {
  return name.length <= MAX_NAME ? name : `${beginningOf(name, MAX_NAME)}…`;
}
