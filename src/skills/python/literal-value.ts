import { childrenOf, type PythonPart, textOf } from "./parse-module.ts";

/** A value that was written out in full. */
export interface LiteralValue {
  readonly value: unknown;
}

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
  return inside.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (all, hex, unicode, character) => {
    const code: unknown = hex ?? unicode;
    if (typeof code === "string") return String.fromCharCode(Number.parseInt(code, 16));
    return typeof character === "string" && Object.hasOwn(ESCAPES, character)
      ? (ESCAPES[character] ?? "")
      : String(all);
  });
}

/** The JSON value an expression spells out: a constant, or a list or dict of them; undefined for anything else. */
export function literalValue(part: PythonPart | undefined, depth = 0): LiteralValue | undefined {
  if (part === undefined || depth > MAX_DEPTH) return undefined;
  const text = textOf(part);
  switch (part.node.name) {
    case "String": {
      const value = stringValue(text);
      return value === undefined ? undefined : { value };
    }
    case "Number":
      return literalNumber(text);
    case "Boolean":
      return { value: text === "True" };
    case "None":
      return { value: null };
    case "UnaryExpression":
      return negative(part);
    case "ArrayExpression":
    case "TupleExpression":
      return literalList(part, depth);
    default:
      return part.node.name === "DictionaryExpression" ? literalDict(part, depth) : undefined;
  }
}

function literalNumber(text: string): LiteralValue | undefined {
  const value = Number(text.replaceAll("_", ""));
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
