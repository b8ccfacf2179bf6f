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
/** What goes through something. */
const LOOPING = /^(?:ForStatement|\w*Comprehension(?:Expression)?)$/;
/** Steps from a name to the call that its value comes from. */
const MOST_STEPS = 8;
/** Keys that a remark names. */
const MOST_KEYS = 12;
const ASKED = /\.get\(\s*["']/;
const LOOPS = /\bfor\b/;
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
 * Sentences on what a program which completed asked of the results of tools and they do not have, envelopes above all:
 * `r.get("content", [])` fails nowhere and gives nothing, nor does `item.get("name")` of items without one.
 */
export function remarkResults(root: PythonPart, known: Remarked): readonly string[] {
  const isText = [...known.results.values()].some((value) => typeof value === "string");
  if (known.results.size === 0 || !(ASKED.test(root.text) || (isText && LOOPS.test(root.text)))) return [];
  const calls = new Map(known.calls().map((call) => [call.call.node.from, call]));
  const names = new Map<string, BoundName | undefined>();
  const asked: PythonPart[] = [];
  const sources: PythonPart[] = [];
  root.node.cursor().iterate(({ node }) => {
    const part = { node, text: root.text };
    if (node.name === "CallExpression") asked.push(part);
    if (node.name === "in" && node.nextSibling !== null && LOOPING.test(node.parent?.name ?? ""))
      sources.push({ node: node.nextSibling, text: root.text });
    if (node.name !== "VariableName" || !isBinding(part)) return;
    names.set(textOf(part), names.has(textOf(part)) ? undefined : boundTo(part));
  });
  const knownOf = (part: PythonPart | undefined, depth = 0): KnownValue | undefined => {
    if (part === undefined || depth > MOST_STEPS) return undefined;
    const { name, from } = part.node;
    if (name === "VariableName") {
      const bound = names.get(textOf(part));
      const value = knownOf(bound?.value, depth + 1);
      return bound?.isItem === true ? memberOf(value, 0) : value;
    }
    const children = childrenOf(part);
    if (/^(?:Parenthesized|Await)Expression$/.test(name)) return knownOf(children[1], depth + 1);
    if (name === "MemberExpression") return memberOf(knownOf(children[0], depth + 1), keyOf(children));
    const call = calls.get(from);
    const tool = call && toolOf(call, known.catalog);
    return tool && { value: known.results.get(tool.name), schema: tool.outputSchema, tool, isWhole: true };
  };
  const remarks = [
    ...asked.flatMap((part) => remarkOn(part, knownOf, known) ?? []),
    ...sources.flatMap((part) => remarkOnLoop(part, knownOf(part), known) ?? []),
  ];
  return [...new Set(remarks)].slice(0, MOST_REMARKS);
}

/** Whoever goes through a text gets its characters, and hardly ever wants them. */
function remarkOnLoop(part: PythonPart, known: KnownValue | undefined, { placeOf }: Remarked): string | undefined {
  if (known === undefined || typeof known.value !== "string") return undefined;
  const shown = textOf(part).slice(0, 60);
  const what = `\`${shown}\` is the text ${JSON.stringify(known.value.slice(0, 60))}, and going through it gives its characters`;
  return `Line ${placeOf(part.node.from).line}: ${what}: for its lines write \`${shown}.splitlines()\`.`;
}

/** What a name is bound to: a value, or an item of it. */
interface BoundName {
  readonly value: PythonPart | undefined;
  readonly isItem: boolean;
}

function boundTo({ node, text }: PythonPart): BoundName {
  const { parent } = node;
  if (parent?.name === "AssignStatement") return { value: childrenOf({ node: parent, text })[2], isItem: false };
  const source = node.nextSibling?.name === "in" ? node.nextSibling.nextSibling : null;
  return { value: source === null ? undefined : { node: source, text }, isItem: true };
}

/** A part of what a tool gave, and what the tool declares of it. */
interface KnownValue {
  readonly value: unknown;
  readonly schema: unknown;
  readonly tool: ToolEntry;
  /** True for the result itself. */
  readonly isWhole: boolean;
}

/** The key in `value["key"]` or `value[0]`. */
function keyOf([, bracket, key]: readonly PythonPart[]): string | number | undefined {
  if (bracket?.node.name !== "[" || key === undefined) return undefined;
  if (key.node.name === "String") return stringValue(textOf(key));
  return key.node.name === "Number" ? Number(textOf(key)) : undefined;
}

function memberOf(whole: KnownValue | undefined, key: string | number | undefined): KnownValue | undefined {
  if (whole === undefined || key === undefined || !isSchemaObject(whole.schema)) return undefined;
  const { value, schema, tool } = whole;
  const part = { tool, isWhole: false };
  if (typeof key === "number")
    return Array.isArray(value) ? { ...part, value: value[key], schema: schema.items } : undefined;
  if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
  return { ...part, value: value[key], schema: isSchemaObject(schema.properties) ? schema.properties[key] : undefined };
}

function remarkOn(
  part: PythonPart,
  knownOf: (part: PythonPart | undefined) => KnownValue | undefined,
  { placeOf }: Remarked,
): string | undefined {
  const [object, name] = askedOf(part) ?? [];
  const known = knownOf(object);
  if (object === undefined || name === undefined || known === undefined) return undefined;
  const { value, isWhole } = known;
  if (!isRecord(value) || Object.hasOwn(value, name)) return undefined;
  const isEnvelope = isWhole && ENVELOPE.test(name);
  // What a tool does not declare may be there another time, an envelope never.
  if (!isEnvelope && !isUndeclared(known, name)) return undefined;
  const shown = textOf(object).slice(0, 60);
  const place = `Line ${placeOf(object.node.from).line}`;
  const what = `\`${shown}\` has no "${name}"; it is ${dictWith(value)}.`;
  const advice = isEnvelope
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

function isUndeclared({ schema, tool }: KnownValue, name: string): boolean {
  const properties = isSchemaObject(schema) ? schema.properties : undefined;
  return tool.observedCalls === undefined && isSchemaObject(properties) && !Object.hasOwn(properties, name);
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
