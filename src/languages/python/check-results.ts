import type { Catalog } from "../../catalog/catalog.ts";
import { isSchemaObject, type JsonSchemaObject } from "../../schema/json-schema.ts";
import type { Position } from "../program.ts";
import { toolOf } from "./check-arguments.ts";
import { isBinding } from "./name-roles.ts";
import { stringValue } from "./read/literal-value.ts";
import { childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";
import type { ToolCall } from "./tool-calls.ts";

/** What the results of calls are compared with. */
interface ResultsKnown {
  /** The tools with the types of earlier results, where they declare none. */
  readonly catalog: Catalog;
  readonly placeOf: (offset: number) => Required<Position>;
}

const MAX_NOTES = 5;
/** Keys that a note names. */
const MAX_NAMED = 12;

/**
 * Sentences about keys that a program asks of the results of tools and that earlier results did not have, as far as its text
 * shows where a value comes from: `(await server.tool())["key"]`, a name that is bound once, and items of lists by their
 * number or in a `for`. They refuse nothing: a result may be another this time.
 */
export function checkResults(root: PythonPart, calls: readonly ToolCall[], known: ResultsKnown): readonly string[] {
  const reader = new ResultReader(calls, known);
  return calls.length === 0 ? [] : reader.read(root);
}

/** A type of results, and the tool that they are of. */
interface Observed {
  readonly schema: JsonSchemaObject;
  readonly tool: string;
}

class ResultReader {
  readonly #known: ResultsKnown;
  /** Observed results, by the offset of the call. */
  readonly #results = new Map<number, Observed>();
  readonly #names = new Map<string, PythonPart | "unclear">();
  readonly #items = new Set<string>();
  readonly #probed = new Set<string>();

  constructor(calls: readonly ToolCall[], known: ResultsKnown) {
    this.#known = known;
    for (const call of calls) {
      const tool = toolOf(call, known.catalog);
      if (tool?.observedCalls === undefined || !isSchemaObject(tool.outputSchema)) continue;
      this.#results.set(call.call.node.from, { schema: tool.outputSchema, tool: tool.name });
    }
  }

  read(root: PythonPart): readonly string[] {
    if (this.#results.size === 0) return [];
    const asked: PythonPart[] = [];
    root.node.cursor().iterate(({ node }) => {
      const part = { node, text: root.text };
      if (node.name === "VariableName" && isBinding(part)) this.#bind(part);
      if (node.name === "BinaryExpression") this.#probe(part);
      if (node.name !== "MemberExpression") return;
      if (isWritten(part)) this.#probed.add(keyOf(part)?.name ?? "");
      else asked.push(part);
    });
    return asked.flatMap((part) => this.#noteOf(part) ?? []).slice(0, MAX_NOTES);
  }

  /** A name that is bound twice, or in a way that its value does not show, stands for nothing. */
  #bind(name: PythonPart): void {
    const key = textOf(name);
    const value = this.#names.has(key) ? undefined : boundTo(name);
    this.#names.set(key, value?.part ?? "unclear");
    if (value?.isItem === true) this.#items.add(key);
  }

  /** `"key" in found`: the program provides for what is not there. */
  #probe(part: PythonPart): void {
    const [left, operator] = childrenOf(part);
    if (operator?.node.name === "in" && left?.node.name === "String") this.#probed.add(stringValue(textOf(left)) ?? "");
  }

  #noteOf(part: PythonPart): string | undefined {
    const key = keyOf(part);
    const [object] = childrenOf(part);
    if (key === undefined || object === undefined || this.#probed.has(key.name)) return undefined;
    const owner = this.#typeOf(object, 0);
    const names = owner && namesIn(owner.schema);
    if (owner === undefined || names === undefined || names.includes(key.name)) return undefined;
    const { line, column } = this.#known.placeOf(key.from);
    const had = names.slice(0, MAX_NAMED).join(", ");
    return `Line ${line}, column ${column}: no "${key.name.slice(0, 100)}" was in earlier results of ${owner.tool}; they had: ${had} (by results of earlier calls; the tool declares none)`;
  }

  #typeOf(part: PythonPart, depth: number): Observed | undefined {
    if (depth > 20) return undefined;
    const inner = childrenOf(part).filter(({ node }) => node.name !== "Comment");
    switch (part.node.name) {
      case "ParenthesizedExpression":
      case "AwaitExpression":
        return inner[1] && this.#typeOf(inner[1], depth + 1);
      case "CallExpression":
        return this.#results.get(part.node.from);
      case "VariableName":
        return this.#typeOfName(textOf(part), depth + 1);
      case "MemberExpression":
        return this.#typeOfMember(part, inner, depth + 1);
      default:
        return undefined;
    }
  }

  #typeOfName(name: string, depth: number): Observed | undefined {
    const value = this.#names.get(name);
    const type = value === undefined || value === "unclear" ? undefined : this.#typeOf(value, depth);
    return type && this.#items.has(name) ? itemOf(type) : type;
  }

  #typeOfMember(part: PythonPart, [object, , place, end]: readonly PythonPart[], depth: number): Observed | undefined {
    const owner = object && this.#typeOf(object, depth);
    const key = keyOf(part);
    if (owner === undefined) return undefined;
    if (key !== undefined) return memberOf(owner, key.name);
    return place?.node.name === "Number" && end?.node.name === "]" ? itemOf(owner) : undefined;
  }
}

/** The value that a name is bound to: that of an assignment, or what a `for` goes through. */
function boundTo(name: PythonPart): { readonly part: PythonPart; readonly isItem: boolean } | undefined {
  const { parent } = name.node;
  if (parent === null) return undefined;
  const parts = childrenOf({ node: parent, text: name.text });
  const at = parts.findIndex(({ node }) => node.from === name.node.from);
  const [mark, value, ...more] = parts.slice(at + 1);
  if (value === undefined) return undefined;
  if (parent.name === "AssignStatement" && at === 0 && mark?.node.name === "AssignOp" && more.length === 0)
    return { part: value, isItem: false };
  const isLoop = parts[at - 1]?.node.name === "for" && mark?.node.name === "in";
  return isLoop ? { part: value, isItem: true } : undefined;
}

/** The text in `object["text"]`. */
function keyOf(part: PythonPart): { readonly name: string; readonly from: number } | undefined {
  const [, mark, property, end] = childrenOf(part);
  if (mark?.node.name !== "[" || property?.node.name !== "String" || end?.node.name !== "]") return undefined;
  const name = stringValue(textOf(property));
  return name === undefined ? undefined : { name, from: property.node.from };
}

/** `found["key"] = …` and `del found["key"]`. */
function isWritten({ node }: PythonPart): boolean {
  const { parent } = node;
  if (parent?.name === "DeleteStatement") return true;
  return (
    (parent?.name === "AssignStatement" || parent?.name === "UpdateStatement") && parent.firstChild?.from === node.from
  );
}

function namesIn({ properties, additionalProperties, type }: JsonSchemaObject): readonly string[] | undefined {
  if (type !== "object" || !isSchemaObject(properties)) return undefined;
  const isMap = additionalProperties === true || isSchemaObject(additionalProperties);
  const names = Object.keys(properties);
  return isMap || names.length === 0 ? undefined : names;
}

function memberOf({ schema: { properties }, tool }: Observed, name: string): Observed | undefined {
  const schema = isSchemaObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isSchemaObject(schema) ? { schema, tool } : undefined;
}

function itemOf({ schema: { items }, tool }: Observed): Observed | undefined {
  return isSchemaObject(items) ? { schema: items, tool } : undefined;
}
