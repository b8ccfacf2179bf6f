import type { ToolEntry } from "../../catalog/tool.ts";
import type { GuestFault } from "../../engines/engine.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";
import { ENVELOPE_WORDS, sketchValue } from "../sketch-value.ts";
import { isRecord } from "../../base/is-record.ts";
import type { Position, RunKnowledge } from "../program.ts";
import { toolOf } from "./check-arguments.ts";
import { isBinding } from "./name-roles.ts";
import { stringValue } from "./read/literal-value.ts";
import { childOf, childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";
import type { ToolCall } from "./tool-calls.ts";

const MOST_REMARKS = 3;
/** Keys that a remark names. */
const MOST_KEYS = 12;
const ASKED = /\.get\(\s*["']/;
const ENVELOPE = new RegExp(`^(?:${ENVELOPE_WORDS})$`);

/** Errors that come from taking a value for one of another shape. */
const OF_VALUE = /^(?:Key|Index|Type|Attribute)Error:|^ValueError: .* values to unpack/;

/** What remarks are made from. */
export interface Remarked extends RunKnowledge {
  /** The calls of tools; asked for when there is something to remark. */
  readonly calls: () => readonly ToolCall[];
  readonly placeOf: (offset: number) => Position;
}

/**
 * Sentences on envelopes that a program which completed took for part of the results of tools: `r.get("content", [])` fails
 * nowhere and gives nothing.
 */
export function remarkResults(root: PythonPart, known: Remarked): readonly string[] {
  if (known.results.size === 0 || !ASKED.test(root.text)) return [];
  const calls = new Map(known.calls().map((call) => [call.call.node.from, call]));
  const names = new Map<string, PythonPart | undefined>();
  const asked: PythonPart[] = [];
  root.node.cursor().iterate(({ node }) => {
    const part = { node, text: root.text };
    if (node.name === "CallExpression") asked.push(part);
    if (node.name !== "VariableName" || !isBinding(part)) return;
    const value =
      node.parent?.name === "AssignStatement" ? childrenOf({ node: node.parent, text: root.text })[2] : undefined;
    names.set(textOf(part), names.has(textOf(part)) ? undefined : value);
  });
  const callOf = (part: PythonPart | undefined, depth = 0): ToolCall | undefined => {
    if (part === undefined || depth > 5) return undefined;
    if (part.node.name === "VariableName") return callOf(names.get(textOf(part)), depth + 1);
    if (/^(?:Parenthesized|Await)Expression$/.test(part.node.name)) return callOf(childrenOf(part)[1], depth + 1);
    return calls.get(part.node.from);
  };
  return [...new Set(asked.flatMap((part) => remarkOn(part, callOf, known) ?? []))].slice(0, MOST_REMARKS);
}

function remarkOn(
  part: PythonPart,
  callOf: (part: PythonPart | undefined) => ToolCall | undefined,
  { catalog, results, placeOf }: Remarked,
): string | undefined {
  const [object, name] = askedOf(part) ?? [];
  const call = callOf(object);
  const tool = call && toolOf(call, catalog);
  const value = tool && results.get(tool.name);
  if (object === undefined || name === undefined || tool === undefined) return undefined;
  if (!isRecord(value) || Object.hasOwn(value, name)) return undefined;
  // What a tool does not declare may be there another time, an envelope never.
  if (!ENVELOPE.test(name) && !isUndeclared(tool, name)) return undefined;
  const shown = textOf(object).slice(0, 60);
  const place = `Line ${placeOf(object.node.from).line}`;
  const what = `\`${shown}\` has no "${name}"; it is ${dictWith(value)}.`;
  const advice = ENVELOPE.test(name)
    ? ` A call returns the result itself, without an envelope: use \`${shown}\` unchanged.`
    : "";
  return `${place}: ${what}${advice}`;
}

/** The object and the key of `object.get("key")`. */
function askedOf(call: PythonPart): readonly [object: PythonPart, key: string] | undefined {
  const [callee] = childrenOf(call);
  if (callee?.node.name !== "MemberExpression") return undefined;
  const [object, , method] = childrenOf(callee);
  const list = childOf(call, "ArgList");
  const key = list === undefined ? undefined : childrenOf(list)[1];
  const name = key?.node.name === "String" ? stringValue(textOf(key)) : undefined;
  return object === undefined || textOf(method) !== "get" || name === undefined ? undefined : [object, name];
}

function dictWith(value: object): string {
  const [list] = Object.entries(value).flatMap(([key, items]) =>
    Array.isArray(items) && isRecord(items[0]) ? [`; ${key} is a list of dicts with the keys ${keysOf(items[0])}`] : [],
  );
  return `a dict with the keys ${keysOf(value)}${list ?? ""}`;
}

function keysOf(value: object): string {
  return Object.keys(value).slice(0, MOST_KEYS).join(", ");
}

function isUndeclared({ outputSchema, observedCalls }: ToolEntry, name: string): boolean {
  const properties = isSchemaObject(outputSchema) ? outputSchema.properties : undefined;
  return observedCalls === undefined && isSchemaObject(properties) && !Object.hasOwn(properties, name);
}

/** The shape of what the tool gave that is called in the line of an error about a value; undefined for other errors. */
export function resultHint(fault: GuestFault, { catalog, results, calls, placeOf }: Remarked): string | undefined {
  const [frame] = fault.frames;
  if (frame === undefined || fault.hint !== undefined || !OF_VALUE.test(`${fault.name}: ${fault.message}`))
    return undefined;
  const given = calls().flatMap((call) => {
    const tool = placeOf(call.from).line === frame.line ? toolOf(call, catalog) : undefined;
    return tool !== undefined && results.has(tool.name) ? [tool] : [];
  });
  const [only, ...others] = given;
  if (only === undefined || others.length > 0) return undefined;
  const value = results.get(only.name);
  const call = `\`${only.serverIdentifier}.${only.identifier}\``;
  if (typeof value === "string") return `${call} returned a text, which has no fields: use it unchanged.`;
  const shape = isRecord(value) ? dictWith(value) : sketchValue(value, { counts: false });
  return `${call} returned ${shape}.`;
}
