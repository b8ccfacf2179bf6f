import { isRecord } from "../../base/is-record.ts";
import { ENVELOPE_WORDS } from "../envelope-words.ts";
import type { Position, RunKnowledge } from "../program.ts";
import { toolOf } from "./check-arguments.ts";
import { isBinding } from "./name-roles.ts";
import { stringValue } from "./read/literal-value.ts";
import { childOf, childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";
import type { ToolCall } from "./tool-calls.ts";

const MOST_REMARKS = 3;
/** Keys that a remark names. */
const MOST_KEYS = 12;
const ASKED = new RegExp(`\\.get\\(\\s*["'](?:${ENVELOPE_WORDS})["']`);
const ENVELOPE = new RegExp(`^(?:${ENVELOPE_WORDS})$`);

/** What remarks are made from. */
interface Remarked extends RunKnowledge {
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
    const value = node.parent?.name === "AssignStatement" ? childrenOf({ node: node.parent, text: root.text })[2] : undefined;
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
  const [callee] = childrenOf(part);
  const [object, , method] = callee?.node.name === "MemberExpression" ? childrenOf(callee) : [];
  const list = childOf(part, "ArgList");
  const key = list === undefined ? undefined : childrenOf(list)[1];
  const name = key?.node.name === "String" ? stringValue(textOf(key)) : undefined;
  if (object === undefined || textOf(method) !== "get" || name === undefined || !ENVELOPE.test(name)) return undefined;
  const call = callOf(object);
  const tool = call && toolOf(call, catalog);
  const value = tool && results.get(tool.name);
  if (!isRecord(value) || Object.hasOwn(value, name)) return undefined;
  const shown = textOf(object).slice(0, 60);
  const keys = Object.keys(value).slice(0, MOST_KEYS);
  const what = `\`${shown}\` has no "${name}"; it is a dict with the keys ${keys.join(", ")}`;
  return `Line ${placeOf(object.node.from).line}: ${what}. A call returns the result itself, without an envelope: use \`${shown}\` unchanged.`;
}
