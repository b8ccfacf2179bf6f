import type { CatalogServer } from "../catalog/tool.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { splitToolName } from "../catalog/unknown-name.ts";
import type { Position } from "./program.ts";

/** A name an import asks for. */
export interface ImportedName {
  /** Name in the module; `default` for a default import, `*` for the whole module. */
  readonly imported: string;
  readonly local: string;
  /** False when the program never uses the name as a value, as far as its text shows: it may be a type. */
  readonly usedAsValue: boolean;
  /** Place in the user's text. Computed when asked. */
  readonly at: () => Required<Position>;
}

/** An import of a program; imports of types only are not here. */
export interface ProgramImport {
  /** As the user wrote it. */
  readonly specifier: string;
  /** In one spelling for both languages: `generated/servers/<server>`, `skills/<name>`, `codemode`, or as written. */
  readonly normalized: string;
  /** Empty for an import for its effects. */
  readonly names: readonly ImportedName[];
  /** Place in the user's text. Computed when asked. */
  readonly at: () => Required<Position>;
}

/** A name a program uses and does not declare. */
export interface FreeName {
  readonly name: string;
  /** The operand of `typeof` somewhere: the program provides for its absence. */
  readonly underTypeof: boolean;
  /** Only ever the operand of `typeof`. */
  readonly onlyTypeof: boolean;
  /** The program assigns to it. */
  readonly written: boolean;
  /** Properties it is asked for by name, as in `servers.github` or `servers["my-server"]`. */
  readonly members: readonly string[];
  /** Also used in other ways than `name.member`, so `members` is not all. */
  readonly otherUses: boolean;
}

/**
 * A call of a member of a server: `git.commit(…)`, `servers.git.commit(…)` or `servers["git"]["commit"](…)`. One whose
 * member the program also asks for without calling it is not here, since it provides for its absence.
 */
export interface ServerCall {
  /** The server as written. */
  readonly server: string;
  readonly tool: string;
  /** The free name it is reached through; absent for an imported module. */
  readonly root?: string;
  /** Place of the server's name in the user's text. Computed when asked. */
  readonly serverAt: () => Required<Position>;
  /** Place of the tool's name in the user's text. Computed when asked. */
  readonly at: () => Required<Position>;
}

/** The names outside itself that a program mentions, read once by the parser of its language. */
export interface Mentions {
  readonly imports: readonly ProgramImport[];
  readonly freeNames: readonly FreeName[];
  readonly calls: readonly ServerCall[];
  /** Texts written out in the program that may be names, for what it imports or picks by a computed name. */
  readonly constants: readonly string[];
  /** Names it makes properties of `globalThis`, by which they are known everywhere. */
  readonly placed?: readonly string[];
}

/** Mentions of a program that could not be read in time. */
export const NO_MENTIONS: Mentions = { imports: [], freeNames: [], calls: [], constants: [] };

/** True when a text could be a name of a server, tool, skill or module. */
export function mayBeName(text: string): boolean {
  return text.length <= 200 && /^[\w.@/-]+$/.test(text);
}

/** Identifier of the server a normalised specifier names, if it names one. */
export function serverOfSpecifier(normalized: string): string | undefined {
  return /^generated\/servers\/([^/]+)$/.exec(normalized)?.[1];
}

/** True when an imported name may stand for a type: it is spelled like one and never used as a value. */
export function mayBeType({ imported, usedAsValue }: Pick<ImportedName, "imported" | "usedAsValue">): boolean {
  return !usedAsValue && /^[A-Z]/.test(imported);
}

/**
 * The servers a program must have before it starts: those it imports or names. What it picks by a computed name is
 * waited for where it is called.
 *
 * @param tools tools that the skills it imports name, as `server.tool`
 */
export function mentionedServers(
  mentions: Mentions,
  catalog: Catalog,
  tools: readonly string[] = [],
): readonly CatalogServer[] {
  const names = namesOfServers(mentions);
  if (names.size === 0 && tools.length === 0) return NO_SERVERS;
  const used = new Set(tools.map((tool) => splitToolName(catalog, tool)?.server));
  return catalog.servers.filter((server) => names.has(server.identifier) || names.has(server.name) || used.has(server));
}

const NO_SERVERS: readonly CatalogServer[] = [];

/** Names that may be servers, made once for a program: it is asked for them at every step before it runs. */
function namesOfServers(mentions: Mentions): ReadonlySet<string> {
  const known = serverNames.get(mentions);
  if (known !== undefined) return known;
  const { imports, freeNames, constants } = mentions;
  const all = freeNames.find(({ name }) => name === "servers");
  const listed = imports.filter(({ normalized }) => normalized === "generated/servers");
  const isPicked = all?.otherUses === true || listed.length > 0;
  const modules = [...imports.map(({ normalized }) => normalized), ...constants.map(normalizeModule)];
  const names = new Set([
    ...freeNames.map(({ name }) => name),
    ...(all?.members ?? []),
    ...modules.flatMap((module) => serverOfSpecifier(module) ?? []),
    ...listed.flatMap((each) => each.names.map(({ imported }) => imported)),
    ...(isPicked ? constants : []),
  ]);
  serverNames.set(mentions, names);
  return names;
}

const serverNames = new WeakMap<Mentions, ReadonlySet<string>>();

/** Identifiers of the skills a program imports. */
export function mentionedSkills({ imports, constants }: Mentions): ReadonlySet<string> {
  const modules = [...imports.map(({ normalized }) => normalized), ...constants.map(normalizeModule)];
  const named = modules.flatMap((module) => /^skills\/([\w-]+)$/.exec(module)?.[1] ?? []);
  const listed = imports.filter(({ normalized }) => normalized === "skills").flatMap(({ names }) => names);
  return new Set([...named, ...listed.map(({ imported }) => imported)]);
}

/**
 * The canonical spelling of a module: no leading `./`, no script ending, slashes, `generated/servers/` for its alias. What
 * is not a module of ours is returned unchanged.
 */
export function normalizeModule(specifier: string): string {
  const bare = specifier
    .replace(/^(?:\.\/)+/, "")
    .replace(/\.(?:ts|js|mjs|mts)$/, "")
    .replace(/^(?:generated|skills)\.[\w.]+$/, (dotted) => dotted.replaceAll(".", "/"));
  if (bare === "generated/mcp" || bare.startsWith("generated/mcp/")) return bare.replace("mcp", "servers");
  return /^(?:generated|skills)(?:\/|$)|^codemode$/.test(bare) ? bare : specifier;
}
