import { closestName } from "../../base/closest-name.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { CatalogServer, ToolEntry } from "../../catalog/tool.ts";
import { unknownName, writtenServer } from "../../catalog/unknown-name.ts";
import { CODEMODE_ALIASES, CODEMODE_EXPORTS } from "../../engines/javascript/virtual-modules.ts";
import { ENDLESS_WAIT } from "../../engines/javascript/guest-faults.ts";
import type { GuestFault } from "../../engines/engine.ts";
import { TextLines } from "../../base/text-position.ts";
import { sketchValue } from "../sketch-value.ts";
import type { Mentions } from "../mentions.ts";
import type { Position, RunKnowledge } from "../program.ts";
import { insteadOfAgentTool } from "../calls/agent-tools.ts";
import { insteadOfModule, insteadOfName, type ToolNames } from "./check/absent-names.ts";
import { bigIntegerHint, explainValueError, hintForGiven, partAt } from "./explain-value-error.ts";
import type { ReachedResult } from "./program/finish/failing-expression.ts";
import type { ReadCell } from "./program/prepared-cell.ts";

/** Context that an error is explained by. */
export interface FaultKnowledge extends RunKnowledge {
  readonly prepared: ReadCell;
}

/**
 * A better account of an error of a TypeScript program than its engine has, from the text of the program, the catalog and
 * what the tools gave, or a hint alone; undefined where there is none.
 */
export async function explainFault(
  fault: GuestFault,
  known: FaultKnowledge,
): Promise<CodemodeError | string | undefined> {
  const [frame] = fault.frames;
  const said = fault.hint === undefined ? bigIntegerHint(fault) : missingModule(fault, known);
  if (said !== undefined) return said;
  if (fault.message === ENDLESS_WAIT) return endlessWait(fault, known.prepared);
  if (frame === undefined) return failedSkill(fault, known.prepared);
  if (fault.name === "ReferenceError") return missingName(fault, frame, known);
  if (fault.name === "SyntaxError")
    return (await badPattern(fault, frame, known.prepared)) ?? nothingParsed(fault, frame, known);
  if (fault.name === "InternalError" && fault.message === "stack overflow") return tooDeep(frame, known.prepared);
  if (fault.name !== "TypeError") return undefined;
  return (await missingTool(fault, frame, known)) ?? wrongValue(fault, frame, known);
}

/** Spelling of calls of a catalog's tools in code. */
export function toolNames(catalog: Catalog): ToolNames {
  const inCode = ({ serverIdentifier, identifier }: ToolEntry): string => `${serverIdentifier}.${identifier}`;
  return {
    inCode: (server, tool) => {
      const found = catalog.server(server)?.tools.find((each) => isCalled(each, tool));
      return found === undefined ? undefined : inCode(found);
    },
    server: (name) => catalog.server(name)?.identifier,
    spelled: (text) => writtenServer(catalog, text),
    module: (specifier) => insteadOfModule(specifier, catalog),
    named: (tool) =>
      catalog.tools.filter((each) => isCalled(each, tool) || joinedNames(each).includes(tool)).map(inCode),
  };
}

/** One name for server and tool together, as clients spell it. */
function joinedNames({ serverIdentifier: server, identifier: tool }: ToolEntry): readonly string[] {
  return [`${server}_${tool}`, `${server}__${tool}`, `mcp_${server}_${tool}`, `mcp__${server}__${tool}`];
}

/** True when a program may call a tool of a server by this name. */
export function isCalled({ identifier, toolName }: ToolEntry, name: string): boolean {
  return identifier === name || toolName === name;
}

/** An error in a skill that has awaited something: the program is no longer on the stack, so its calls of the skill are named. */
async function failedSkill(fault: GuestFault, prepared: ReadCell): Promise<CodemodeError | undefined> {
  const [, skill, line] = /\bskills\/(\w+)(?:[?#]\d+)?:(\d+)/.exec(fault.stack ?? "") ?? [];
  if (skill === undefined) return undefined;
  const { code, name, message, tool, hint, content, structuredContent } = fault;
  const text = new TextLines(prepared.code);
  const sites = (await prepared.toolCalls()).filter(({ server }) => server === `skills/${skill}`);
  const places = sites.map(({ callee }) => prepared.toUserText(text.positionAt(callee.start)));
  const lines = [...new Set(places.map((place) => place.line))];
  const what = name === "Error" || name === "ToolError" ? message : `${name}: ${message}`;
  const also = lines.length > 1 ? ` It is called in line ${lines.slice(0, 5).join(", ")}.` : "";
  return new CodemodeError(code, `The skill "${skill}" failed at line ${line} of skills/${skill}: ${what}${also}`, {
    ...(lines.length === 1 ? places[0] : {}),
    tool,
    hint,
    content,
    structuredContent,
  });
}

async function endlessWait(fault: GuestFault, prepared: ReadCell): Promise<CodemodeError | undefined> {
  const [first, ...others] = await prepared.endlessWaits();
  if (first === undefined) return undefined;
  const lines = [...new Set(others.map(({ line }) => line))].filter((line) => line !== first.line).slice(0, 5);
  const also = lines.length === 0 ? "" : ` It may also be line ${lines.join(", ")}.`;
  return new CodemodeError("runtime_error", `${fault.message} It waits at line ${first.line}.${also}`, {
    ...first,
    hint: "Call `resolve` or `reject` of the promise, or wait for a tool call or a timer instead.",
  });
}

/** What `import()` did not find, at the place where the program names it, as for a declaration of an import. */
function missingModule(
  { code, message, hint = "" }: GuestFault,
  { catalog, prepared }: FaultKnowledge,
): CodemodeError | string | undefined {
  const [, module] = code === "unknown_tool" ? (/^There is no module "([^"]+)"\.$/.exec(message) ?? []) : [];
  if (module === undefined) return undefined;
  const instead = insteadOfModule(module, catalog);
  const more = instead === undefined ? hint : `${instead} ${hint}`;
  const found = [`"${module}"`, `'${module}'`, `\`${module}\``].map((text) => prepared.code.indexOf(text));
  const offset = found.find((each) => each !== -1);
  if (offset === undefined) return more;
  const known = catalog.servers.map(({ identifier }) => `generated/servers/${identifier}`);
  const place = prepared.toUserText(new TextLines(prepared.code).positionAt(offset));
  const error = unknownName(catalog, { kind: "module", name: module, known }, place);
  return new CodemodeError(error.code, error.message, { ...error.details, hint: more });
}

async function missingName(
  { message, name }: GuestFault,
  frame: Position,
  { prepared, catalog }: FaultKnowledge,
): Promise<CodemodeError | undefined> {
  const [, missing] = /^'([^']+)' is not defined$/.exec(message) ?? [];
  if (missing === undefined) return undefined;
  const place = await prepared.map(frame.line, frame.column ?? 1);
  const members = prepared.mentions.freeNames.find((free) => free.name === missing)?.members ?? [];
  const hint = insteadOfName(missing, members, toolNames(catalog));
  return new CodemodeError("runtime_error", `${name}: \`${missing}\` is not defined.`, {
    ...place,
    hint: hint ?? `Declare \`${missing}\` before it is used.`,
  });
}

async function tooDeep(frame: Position, prepared: ReadCell): Promise<CodemodeError> {
  return new CodemodeError("runtime_error", "RangeError: The calls of functions are nested too deeply.", {
    ...(await prepared.map(frame.line, frame.column ?? 1)),
    hint: "End the recursion, or use a loop with a list of what is left to do.",
  });
}

/** The engine does not say that its words are about a pattern. */
async function badPattern(
  { message }: GuestFault,
  frame: Position,
  prepared: ReadCell,
): Promise<CodemodeError | undefined> {
  const failing = await prepared.failing(frame.line, frame.column ?? 1);
  if (failing?.kind !== "call" || failing.text !== "RegExp") return undefined;
  return new CodemodeError("runtime_error", `SyntaxError: Invalid regular expression: ${message}.`, {
    ...(await prepared.map(frame.line, frame.column ?? 1)),
    hint: "Escape what stands for itself with a double backslash in text, as in `\\\\(`.",
  });
}

/** What was parsed is nothing, since a result does not hold what the program took out of it. */
async function nothingParsed(
  { message }: GuestFault,
  frame: Position,
  { prepared, catalog, results }: FaultKnowledge,
): Promise<string | undefined> {
  if (!message.startsWith("JSON.parse was given undefined")) return undefined;
  const { given } = (await prepared.failing(frame.line, frame.column ?? 1)) ?? {};
  if (given === undefined) return undefined;
  return hintForGiven(given, { outline: outlineOf(given, { catalog, results }), sketch: sketchOutline });
}

/** A helper that does not exist is a TypeError to the engine; the text of the program says which tool was meant. */
async function missingTool(
  fault: GuestFault,
  frame: Position,
  { prepared, catalog }: FaultKnowledge,
): Promise<CodemodeError | undefined> {
  if (fault.message !== "not a function" || fault.within !== undefined) return undefined;
  const { line } = await prepared.map(frame.line, frame.column ?? 1);
  const call = prepared.mentions.calls.find(({ server, at }) => server === "codemode" && at().line === line);
  if (call === undefined || HELPERS.has(call.tool)) return undefined;
  return missingHelper(call.tool, call.at(), catalog);
}

/** What a program calls of the module of the helpers that it does not have: a tool, or a server. */
export function missingHelpers({ calls }: Mentions, catalog: Catalog): readonly CodemodeError[] {
  if (catalog.server("codemode") !== undefined) return [];
  return calls.flatMap(({ root, server, tool, at, serverAt }): readonly CodemodeError[] => {
    if (root === "skills" || (root === "codemode" && server === "skills"))
      return SKILL_HELPERS.has(tool) || catalog.server("skills") !== undefined ? [] : [missingSkill(tool, at())];
    if (root !== "codemode") return [];
    if (server === root) return HELPERS.has(tool) ? [] : [missingHelper(tool, at(), catalog)];
    const known = HELPERS.has(server) ? undefined : toolNames(catalog).server(server);
    if (known === undefined) return [];
    const hint = `Servers are globals of their own: write \`${known}\` instead of \`codemode.${server}\`.`;
    return [new CodemodeError("unknown_tool", `Module "codemode" has no member "${server}".`, { ...serverAt(), hint })];
  });
}

/** A skill that was looked for among the functions for skills. */
function missingSkill(name: string, place: Position): CodemodeError {
  return new CodemodeError("unknown_tool", `"skills" has no function "${name}".`, {
    ...place,
    hint: `Import the skill, \`import { ${name} } from "skills/${name}"\`, or write \`await skills.run("${name}", { … })\`.`,
  });
}

const SKILL_HELPERS: ReadonlySet<string> = new Set(["list", "load", "resource", "run"]);
const HELPERS: ReadonlySet<string> = new Set([...CODEMODE_EXPORTS, ...CODEMODE_ALIASES]);

/** A tool that was looked for in the module of the helpers. */
function missingHelper(name: string, place: Position, catalog: Catalog): CodemodeError {
  const calls = toolNames(catalog).named(name).slice(0, 3);
  const agents = calls.length > 0 ? undefined : insteadOfAgentTool(name, "typescript");
  const near = closestName(name, CODEMODE_EXPORTS);
  const guess = calls.length > 0 || agents !== undefined || near === undefined ? "" : ` Did you mean ${near}?`;
  return new CodemodeError("unknown_tool", `Module "codemode" has no function "${name}".${guess}`, {
    ...place,
    hint:
      calls.length === 0
        ? (agents ?? "Tools belong to their server: write `server.tool({ … })`.")
        : `Tools belong to their server: write ${calls.map((call) => `\`${call}({ … })\``).join(" or ")}.`,
  });
}

async function wrongValue(
  fault: GuestFault,
  frame: Position,
  { prepared, catalog, results }: FaultKnowledge,
): Promise<CodemodeError | undefined> {
  const failing = await prepared.failing(frame.line, frame.column ?? 1);
  if (failing === undefined) return undefined;
  const position = await prepared.map(frame.line, frame.column ?? 1);
  const absent = failing.result === undefined ? absentTool(failing.text, prepared, catalog) : undefined;
  if (absent !== undefined) return unknownName(catalog, absent, position);
  const server = fault.message === "not a function" ? catalog.server(failing.text) : undefined;
  if (server !== undefined) return calledServer(server, position);
  return explainValueError(fault, {
    failing,
    position,
    outline: outlineOf(failing.result, { catalog, results }),
    sketch: sketchOutline,
  });
}

/** A server that is called like a function. */
function calledServer({ identifier, tools }: CatalogServer, position: Position): CodemodeError {
  const tool = tools.length === 1 ? tools[0]?.identifier : undefined;
  const call = `${identifier}.${tool ?? "tool"}({ … })`;
  const hint = `Its tools are its functions: write \`await ${call}\`.`;
  return new CodemodeError("runtime_error", `TypeError: \`${identifier}\` is a server, not a function.`, {
    ...position,
    hint,
  });
}

/** What a program reads of a server as if it were a part of it, and calls a function of. */
function absentTool(
  text: string,
  { mentions, code }: ReadCell,
  catalog: Catalog,
): { readonly kind: "tool"; readonly server: string; readonly name: string } | undefined {
  const [, server = takenFrom(text, code), name = text] = /^([\w$]+)\.([\w$]+)$/.exec(text) ?? [];
  const owner = mentions.freeNames.some((free) => free.name === server) ? catalog.server(server) : undefined;
  if (owner === undefined || owner.tools.some((tool) => isCalled(tool, name))) return undefined;
  return { kind: "tool", server, name };
}

/** The name that a program takes another out of, as in `const { get_item } = server`. */
function takenFrom(name: string, code: string): string {
  for (const [, names = "", owner = ""] of code.matchAll(/\{([^{}]*)\}\s*=\s*([\w$]+)\s*(?:;|$)/gm))
    if (names.split(",").some((each) => each.trim() === name)) return owner;
  return "";
}

/** The shape of the last result of the tool that an expression comes from; undefined where none is known. */
export function outlineOf(result: ReachedResult | undefined, { catalog, results }: RunKnowledge): unknown {
  if (result === undefined) return undefined;
  const tool =
    result.server === ""
      ? catalog.get(result.tool)
      : catalog.server(result.server)?.tools.find((each) => isCalled(each, result.tool));
  return tool === undefined ? undefined : partAt(results.get(tool.name), result.within);
}

/** Shows the shape of an outline, which holds one item of each list. */
export function sketchOutline(value: unknown): string {
  return sketchValue(value, { counts: false });
}
