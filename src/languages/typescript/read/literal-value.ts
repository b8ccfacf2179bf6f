import type { LiteralValue } from "../../schema-parts.ts";
import { nameOf, nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";

const MAX_DEPTH = 4;

/** The JSON value an expression spells out: a constant, or a list or object of them; undefined for anything else. */
export function literalValue(node: SyntaxNode | undefined, depth = 0): LiteralValue | undefined {
  if (node === undefined || depth > MAX_DEPTH) return undefined;
  if (node.type === "Literal") return literalConstant(node);
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const operand = nodeAt(node, "argument")?.value;
    return typeof operand === "number" ? { value: -operand } : undefined;
  }
  if (node.type === "ArrayExpression") return literalArray(node, depth);
  return node.type === "ObjectExpression" ? literalObject(node, depth) : undefined;
}

function literalConstant(node: SyntaxNode): LiteralValue | undefined {
  const { value } = node;
  const isJson = value === null ? node.raw === "null" : ["string", "number", "boolean"].includes(typeof value);
  return isJson ? { value } : undefined;
}

function literalArray(node: SyntaxNode, depth: number): LiteralValue | undefined {
  const items = nodesAt(node, "elements").map((element) => literalValue(element, depth + 1));
  return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
}

function literalObject(node: SyntaxNode, depth: number): LiteralValue | undefined {
  const entries = nodesAt(node, "properties").map((property) => {
    const name = property.computed === true ? undefined : nameOf(nodeAt(property, "key"));
    const item = property.type === "Property" ? literalValue(nodeAt(property, "value"), depth + 1) : undefined;
    return name === undefined || item === undefined ? undefined : ([name, item.value] as const);
  });
  return entries.every((entry) => entry !== undefined) ? { value: Object.fromEntries(entries) } : undefined;
}
