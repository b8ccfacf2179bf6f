import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { acceptArguments } from "../../schema/check/accept-arguments.ts";
import type { ValidationIssue } from "../../schema/check/explain.ts";
import { pointerStep } from "../../schema/check/value-checks.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";
import type { Validator } from "../../schema/validator.ts";
import { signatureOf } from "../calls/tool-signature.ts";
import type { Position } from "../program.ts";
import { type ArgumentRefusal, refusedArguments } from "../refused-arguments.ts";
import type { WrittenArguments } from "../written-arguments.ts";
import { isPlain, sureIssues } from "./sure-issues.ts";
import type { ToolCall } from "./tool-calls.ts";
import { ArgumentReader, type GivenArguments, givenArguments, splitArguments } from "./written-arguments.ts";

/** Context of the check of a program's arguments. */
interface KnownTools {
  readonly catalog: Catalog;
  readonly validator: Validator;
  /** Names that mean something else in the session than they would without it. */
  readonly sessionNames: ReadonlySet<string>;
  /** Place of an offset of the program in the user's text. */
  readonly placeOf: (offset: number) => Required<Position>;
}

/** What a check of arguments found. */
interface CheckedArguments {
  /** The `type_error` of each call whose arguments, as they are written, its tool would surely refuse. */
  readonly errors: readonly CodemodeError[];
  /** Names that tools let through although their schemas do not list them, as at most five sentences. */
  readonly notes: readonly string[];
}

const MAX_NOTES = 5;
/** Parameters that a note names. */
const MAX_NAMED = 20;

/** Checks the arguments of calls as far as the text of the program spells them out. */
export function checkArguments(calls: readonly ToolCall[], known: KnownTools): CheckedArguments {
  const errors: CodemodeError[] = [];
  const notes: string[] = [];
  for (const call of calls) {
    if (call.root !== undefined && known.sessionNames.has(call.root)) continue;
    const tool = toolOf(call, known.catalog);
    if (tool === undefined) continue;
    const found = problemsOf(call, tool, known.validator);
    if (found.refusal !== undefined) {
      const { message, hint, at } = found.refusal;
      errors.push(new CodemodeError("type_error", message, { ...known.placeOf(at), tool: tool.name, hint }));
    }
    for (const [name, at] of found.unlisted) {
      const { line, column } = known.placeOf(at);
      const names = parametersOf(tool).slice(0, MAX_NAMED).join(", ");
      const what = `${tool.name}: there is no parameter \`${name.slice(0, 100)}\`. It takes: ${names}.`;
      notes.push(`Line ${line}, column ${column}: ${what}`);
    }
  }
  return { errors, notes: notes.slice(0, MAX_NOTES) };
}

/** A tool that could not be asked for yet is not known well enough. */
function toolOf({ server, tool, root }: ToolCall, catalog: Catalog): ToolEntry | undefined {
  if (server === "") return settled(catalog.get(tool));
  const owner = catalog.server(server);
  // A global goes by the server's identifier alone.
  if (owner === undefined || (root === server && owner.identifier !== server)) return undefined;
  return settled(owner.tools.find(({ identifier, toolName }) => identifier === tool || toolName === tool));
}

function settled(tool: ToolEntry | undefined): ToolEntry | undefined {
  return tool?.assumed === true ? undefined : tool;
}

interface PlacedRefusal extends ArgumentRefusal {
  readonly at: number;
}

interface CallProblems {
  readonly refusal?: PlacedRefusal;
  /** Names that the schema does not list, and would let through, with their places. */
  readonly unlisted: readonly (readonly [name: string, at: number])[];
}

const NO_PROBLEMS: CallProblems = { unlisted: [] };

function problemsOf(call: ToolCall, tool: ToolEntry, validator: Validator): CallProblems {
  const given = call.form === "call_tool" ? givenByName(call) : givenArguments(splitArguments(call.call));
  if (given === undefined) return NO_PROBLEMS;
  const named = { name: tool.name, signature: signatureOf(tool, "python") };
  const wrongForm = refusedForm(given, call, tool);
  if (wrongForm !== undefined)
    return { refusal: { ...wrongForm, hint: `${wrongForm.hint} Signature: ${named.signature}` }, unlisted: [] };
  const written = writtenArguments(given, call, tool);
  if (written === undefined) return NO_PROBLEMS;
  const issues = surelyWrong(written, tool, validator);
  if (issues.length === 0) return { unlisted: unlistedNames(written, tool) };
  return { refusal: { ...refusedArguments(named, issues), at: placeOf(issues, written.places) }, unlisted: [] };
}

function unlistedNames({ value, places }: WrittenArguments, { inputSchema }: ToolEntry): CallProblems["unlisted"] {
  if (!isRecord(value) || !isSchemaObject(inputSchema) || !isPlain(inputSchema)) return [];
  const { properties, additionalProperties } = inputSchema;
  if (!isSchemaObject(properties) || Object.keys(properties).length === 0) return [];
  if (additionalProperties !== undefined && additionalProperties !== false) return [];
  const at = new Map(places);
  const names = Object.keys(value).filter((name) => !Object.hasOwn(properties, name) && value[name] !== null);
  return names.flatMap((name) => {
    const start = at.get(pointerStep(name));
    return start === undefined ? [] : [[name, start] as const];
  });
}

/** The words for arguments that no tool takes, whatever they are. */
function refusedForm(
  { positional, keywords }: GivenArguments,
  call: ToolCall,
  tool: ToolEntry,
): PlacedRefusal | undefined {
  const [[, , at] = []] = keywords;
  if (positional.length === 1 && positional[0]?.node.name === "DictionaryExpression" && at !== undefined) {
    const message = `${tool.name} takes one dict or keywords, not both.`;
    return { message, hint: "Put everything in the dict, or use keywords only.", at };
  }
  const most = parametersOf(tool).length;
  if (call.form !== "member" || positional.length <= Math.max(1, most)) return undefined;
  const message = `${tool.name} takes at most ${most} values without names, not ${positional.length}.`;
  return { message, hint: "Name each argument.", at: call.from };
}

function surelyWrong(written: WrittenArguments, tool: ToolEntry, validator: Validator): readonly ValidationIssue[] {
  const { value, holes, open } = written;
  const isKnown = holes.length + open.length === 0;
  if (!isRecord(value) || !isKnown) return sureIssues(tool.inputSchema, written, validator);
  const verdict = acceptArguments(validator, tool.inputSchema, value);
  return verdict.ok ? [] : verdict.issues;
}

/** Arguments of `call_tool` after the name of the tool, without its own options. */
function givenByName({ call }: ToolCall): GivenArguments | undefined {
  const given = givenArguments(splitArguments(call).slice(1));
  if (given === undefined) return undefined;
  const keywords = given.keywords.filter(([name]) => name !== "raw" && name !== "timeout");
  const [[name, value] = []] = keywords;
  if (name !== "arguments" || value === undefined) return { ...given, keywords };
  const isAlone = keywords.length === 1 && given.positional.length === 0 && !given.isOpen;
  return isAlone ? { ...given, positional: [value], keywords: [] } : undefined;
}

/** The one object of arguments that a call gives; undefined where it may be another. */
function writtenArguments(given: GivenArguments, call: ToolCall, tool: ToolEntry): WrittenArguments | undefined {
  const { positional, keywords, isOpen } = given;
  const [first, ...more] = positional;
  const place = { isOpen, at: call.from };
  if (first === undefined || (more.length === 0 && first.node.name === "None"))
    return new ArgumentReader().named(keywords, place);
  if (more.length === 0 && first.node.name === "DictionaryExpression")
    return isOpen ? undefined : new ArgumentReader().dict(first);
  const isOrdered = more.length === 0 ? CONSTANTS.test(first.node.name) : call.form === "member";
  const parameters = parametersOf(tool);
  if (!isOrdered || call.form === "call_tool" || positional.length > parameters.length) return undefined;
  const names = parameters.slice(0, positional.length);
  if (keywords.some(([name]) => names.includes(name))) return undefined;
  const values = positional.map((value, index) => [names[index] ?? "", value, value.node.from] as const);
  return new ArgumentReader().named([...values, ...keywords], place);
}

/** Values that are no dict. */
const CONSTANTS = /^(?:String|ContinuedString|Number|Boolean|ArrayExpression|UnaryExpression)$/;

/** Names of a tool's parameters in the order in which a call takes values without names. */
function parametersOf({ inputSchema }: ToolEntry): readonly string[] {
  if (!isSchemaObject(inputSchema)) return [];
  const { properties, required } = inputSchema;
  const needed = Array.isArray(required) ? required.map(String) : [];
  const names = isSchemaObject(properties) ? Object.keys(properties) : [];
  return [...needed, ...names.filter((name) => !needed.includes(name))];
}

/** The first place where something wrong is written; of what is missing, the object it is missing in. */
function placeOf(issues: readonly ValidationIssue[], places: WrittenArguments["places"]): number {
  const at = new Map(places);
  const written = issues.flatMap(({ path }) => (path === "" ? [] : (at.get(path) ?? [])));
  if (written.length > 0) return Math.min(...written);
  const [{ path } = { path: "" }] = issues;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const outer = at.get(path.slice(0, end));
    if (outer !== undefined) return outer;
  }
  return at.get("") ?? 0;
}
