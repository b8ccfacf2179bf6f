import type { LiteralValue } from "../../schema-parts.ts";
import { childrenOf, type PythonPart, textOf } from "./parse-module.ts";

const MAX_DEPTH = 4;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "0": "\0",
  "\n": "",
};

/** The text a string literal stands for; undefined for bytes and for strings with expressions in them. */
export function stringValue(literal: string): string | undefined {
  const match = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(literal);
  if (match === null || /[bft]/i.test(match[1] ?? "")) return undefined;
  const inside = match[3] ?? "";
  if (/r/i.test(match[1] ?? "")) return inside;
  return inside.replace(/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, unescape);
}

function unescape(escape: string): string {
  if (escape.length > 2) return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
  const character = escape.slice(1);
  return Object.hasOwn(ESCAPES, character) ? (ESCAPES[character] ?? "") : escape;
}

type LiteralReader = (part: PythonPart, depth: number) => LiteralValue | undefined;

const READERS: Readonly<Record<string, LiteralReader>> = {
  String: literalString,
  Number: literalNumber,
  Boolean: (part) => ({ value: textOf(part) === "True" }),
  None: () => ({ value: null }),
  UnaryExpression: negative,
  ArrayExpression: literalList,
  TupleExpression: literalList,
  DictionaryExpression: literalDict,
};

/** The JSON value an expression spells out: a constant, or a list or dict of them; undefined for anything else. */
export function literalValue(part: PythonPart | undefined, depth = 0): LiteralValue | undefined {
  if (part === undefined || depth > MAX_DEPTH) return undefined;
  return READERS[part.node.name]?.(part, depth);
}

function literalString(part: PythonPart): LiteralValue | undefined {
  const value = stringValue(textOf(part));
  return value === undefined ? undefined : { value };
}

function literalNumber(part: PythonPart): LiteralValue | undefined {
  const value = Number(textOf(part).replaceAll("_", ""));
  return Number.isFinite(value) ? { value } : undefined;
}

function negative(part: PythonPart): LiteralValue | undefined {
  const [operator, operand] = childrenOf(part);
  const value = textOf(operator) === "-" ? literalValue(operand)?.value : undefined;
  return typeof value === "number" ? { value: -value } : undefined;
}

function literalList(part: PythonPart, depth: number): LiteralValue | undefined {
  const items = childrenOf(part)
    .filter(({ node }) => !/^[[\](),]$/.test(node.name))
    .map((item) => literalValue(item, depth + 1));
  return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
}

function literalDict(part: PythonPart, depth: number): LiteralValue | undefined {
  const parts = childrenOf(part).filter(({ node }) => !/^[{},:]$/.test(node.name));
  const values = parts.map((item) => literalValue(item, depth + 1));
  const entries: [string, unknown][] = [];
  for (let index = 0; index < values.length; index += 2) {
    const key = values[index]?.value;
    const value = values[index + 1];
    if (typeof key !== "string" || value === undefined) return undefined;
    entries.push([key, value.value]);
  }
  return { value: Object.fromEntries(entries) };
}
