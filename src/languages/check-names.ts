import { closestName } from "../base/closest-name.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { isReservedWord } from "../catalog/reserved-words.ts";
import type { CatalogServer } from "../catalog/tool.ts";
import { unknownName } from "../catalog/unknown-name.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import { mayBeType, type Mentions, type ProgramImport, type ServerCall, serverOfSpecifier } from "./mentions.ts";
import type { CheckContext } from "./program.ts";

/** Modules a program may import beside the servers of the catalog, with the names they export; `*` for any name. */
export type ModuleExports = ReadonlyMap<string, ReadonlySet<string>>;

/** Context of the check of a program's names. */
interface KnownNames extends Pick<CheckContext, "catalog" | "sessionNames" | "skills"> {
  readonly language: GuestLanguage;
  /** The built-in modules. */
  readonly modules: ModuleExports;
  /**
   * Replacement for a tool or server that is looked for in a built-in module, where the language has words of its own.
   */
  readonly memberHint?: (name: string) => string | undefined;
  /** What to write instead of the import of a module that does not exist. */
  readonly moduleHint?: (specifier: string) => string | undefined;
}

/** Errors that are shown together. */
const MAX_SHOWN = 5;

/**
 * Refuses a program that imports or calls by name what does not exist, with the error of {@link unknownName} at the place
 * of the name; several are refused together, see {@link refuse}.
 *
 * Let through are imported names spelled like types that are never used as values, names that earlier programs of the
 * session declared, and members that the program also asks for without calling them.
 */
export function checkNames(mentions: Mentions, known: KnownNames): void {
  refuse([
    ...mentions.imports.flatMap((each) => checkImport(each, known)),
    ...mentions.calls.filter((call) => !isHelper(call)).flatMap((call) => checkCall(call, mentions, known)),
  ]);
}

/**
 * Throws the first of several errors of a program, by their places; the next four are lines of its message.
 */
export function refuse(errors: readonly CodemodeError[]): void {
  const found = errors.toSorted((a, b) => order(a) - order(b));
  const [first, ...others] = found.slice(0, MAX_SHOWN);
  if (first === undefined) return;
  const lines = others.map(({ message, details: { line, column } }) => `Line ${line}, column ${column}: ${message}`);
  if (found.length > MAX_SHOWN) lines.push(`… and ${found.length - MAX_SHOWN} more.`);
  throw new CodemodeError(first.code, [first.message, ...lines].join("\n"), first.details);
}

function order({ details: { line = 0, column = 0 } }: CodemodeError): number {
  return line * 1_000_000 + column;
}

function checkImport(each: ProgramImport, known: KnownNames): readonly CodemodeError[] {
  const problem = known.skills.problems.get(each.normalized);
  if (problem !== undefined) {
    const { message, hint } = problem;
    return [new CodemodeError("unknown_tool", message, { ...each.at(), hint })];
  }
  const server = serverOfSpecifier(each.normalized);
  return server === undefined ? checkModule(each, known) : checkServer(each, server, known.catalog);
}

function checkServer(each: ProgramImport, name: string, catalog: Catalog): readonly CodemodeError[] {
  const server = catalog.server(name);
  if (server === undefined)
    return [unknownName(catalog, { kind: "server", name, tool: each.names[0]?.imported }, each.at())];
  return each.names
    .filter(
      (asked) => !["*", "default"].includes(asked.imported) && !mayBeType(asked) && !hasTool(server, asked.imported),
    )
    .map(({ imported, at }) => unknownName(catalog, { kind: "tool", server: server.name, name: imported }, at()));
}

function checkModule(each: ProgramImport, known: KnownNames): readonly CodemodeError[] {
  const { catalog, language } = known;
  const { normalized, specifier, names } = each;
  if (language === "python" && normalized === "generated/servers") return checkServerNames(each, catalog);
  const all = new Map([...known.modules, ...known.skills.exports]);
  const exports = all.get(normalized);
  if (exports === undefined) {
    const skills = [...all.keys()].flatMap(skillOf);
    const skill = skillOf(normalized)[0];
    if (skill !== undefined) return [unknownName(catalog, { kind: "skill", name: skill, known: skills }, each.at())];
    const servers = catalog.servers.map(({ identifier }) => `generated/servers/${identifier}`);
    const modules = [...all.keys(), ...servers].map((name) => spell(name, language));
    const error = unknownName(catalog, { kind: "module", name: specifier, known: modules }, each.at());
    return [withHint(error, known.moduleHint?.(specifier), error.details.hint)];
  }
  if (exports.has("*")) return [];
  return names
    .filter((asked) => asked.imported !== "*" && !mayBeType(asked) && !exports.has(asked.imported))
    .map(({ imported, at }) => {
      const wrong = { kind: "export", name: imported, module: specifier, known: [...exports] } as const;
      const error = unknownName(catalog, wrong, at());
      return withHint(error, known.memberHint?.(imported));
    });
}

/** The error with a hint that knows more, followed by what else there is to say. */
function withHint(error: CodemodeError, hint: string | undefined, more?: string): CodemodeError {
  if (hint === undefined) return error;
  const text = more === undefined ? hint : `${hint} ${more}`;
  return new CodemodeError(error.code, error.message, { ...error.details, hint: text });
}

/** `from generated.servers import git` names servers. */
function checkServerNames({ names }: ProgramImport, catalog: Catalog): readonly CodemodeError[] {
  return names
    .filter(({ imported }) => imported !== "*" && catalog.server(imported) === undefined)
    .map(({ imported, at }) => unknownName(catalog, { kind: "server", name: imported }, at()));
}

function checkCall(
  { server: name, tool, root, at, serverAt }: ServerCall,
  { freeNames }: Mentions,
  { catalog, sessionNames }: KnownNames,
): readonly CodemodeError[] {
  if (root !== undefined && sessionNames.has(root)) return [];
  const free = freeNames.find((each) => each.name === root);
  if (free !== undefined && (free.written || free.underTypeof)) return [];
  // A global goes by the server's identifier alone; a server of the name of another global has one of its own.
  const server = catalog.server(name);
  const isGlobal = root === name;
  if (server !== undefined && !(isGlobal && server.identifier !== name))
    return hasTool(server, tool) ? [] : [unknownName(catalog, { kind: "tool", server: server.name, name: tool }, at())];
  if (isGlobal && !isMisspelt(name, catalog)) return [];
  return [unknownName(catalog, { kind: "server", name, tool }, serverAt())];
}

/** A member of the module of the helpers, which the language checks itself. */
function isHelper({ root, server }: ServerCall): boolean {
  return root === "codemode" && server !== root;
}

/**
 * True when an unknown name is so near to that of a server that it must be meant; others may be mistakes of another
 * kind.
 */
function isMisspelt(name: string, catalog: Catalog): boolean {
  const servers = catalog.servers.map(({ identifier }) => identifier);
  return !isReservedWord(name, "server") && closestName(name, servers) !== undefined;
}

function hasTool({ tools }: CatalogServer, name: string): boolean {
  return tools.some(({ identifier, toolName }) => identifier === name || toolName === name);
}

function skillOf(module: string): readonly string[] {
  return /^skills\/(.+)$/.exec(module)?.slice(1) ?? [];
}

function spell(module: string, language: GuestLanguage): string {
  return language === "python" ? module.replaceAll("/", ".") : module;
}
