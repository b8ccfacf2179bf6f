import type { AnyNode } from "acorn";
import { pointerStep } from "../../../schema/check/value-checks.ts";
import type { WrittenArguments } from "../../calls/written-arguments.ts";
import { propertyKey } from "./patterns.ts";

const MAX_DEPTH = 12;
/** Properties and items that are read of one call. */
const MAX_PLACES = 500;

/** Reads the object of arguments of a call; `toCode` turns an offset of the syntax tree into one of the text. */
export function readArguments(first: AnyNode | undefined, toCode: (offset: number) => number): WrittenArguments {
  const reader = new ArgumentReader(toCode);
  const value = first === undefined ? {} : reader.read(first, "", 0);
  return { value, holes: reader.holes, open: reader.open, places: reader.places };
}

class ArgumentReader {
  readonly holes: string[] = [];
  readonly open: string[] = [];
  readonly places: [string, number][] = [];
  readonly #toCode: (offset: number) => number;

  constructor(toCode: (offset: number) => number) {
    this.#toCode = toCode;
  }

  read(node: AnyNode, path: string, depth: number): unknown {
    if (path === "") this.places.push([path, this.#toCode(node.start)]);
    if (depth <= MAX_DEPTH && this.places.length < MAX_PLACES) {
      if (node.type === "ObjectExpression") return this.#object(node, path, depth);
      if (node.type === "ArrayExpression") return this.#list(node, path, depth);
      const constant = constantOf(node);
      if (constant !== undefined) return constant.value;
    }
    this.holes.push(path);
    return null;
  }

  #object(node: Extract<AnyNode, { type: "ObjectExpression" }>, path: string, depth: number): object {
    const entries = node.properties.flatMap((property): [string, unknown][] => {
      const key = property.type === "Property" ? propertyKey(property) : undefined;
      if (property.type !== "Property" || key === undefined) {
        this.open.push(path);
        return [];
      }
      const inner = path + pointerStep(key);
      this.places.push([inner, this.#toCode(property.start)]);
      return [[key, this.read(property.value, inner, depth + 1)]];
    });
    return Object.fromEntries(entries);
  }

  #list(node: Extract<AnyNode, { type: "ArrayExpression" }>, path: string, depth: number): unknown {
    if (node.elements.some((item) => item === null || item.type === "SpreadElement")) {
      this.holes.push(path);
      return null;
    }
    return node.elements.map((item, index) => {
      const inner = path + pointerStep(index);
      if (item === null) return null;
      this.places.push([inner, this.#toCode(item.start)]);
      return this.read(item, inner, depth + 1);
    });
  }
}

/** The value of a constant that JSON has; undefined for any other expression. */
function constantOf(node: AnyNode): { readonly value: unknown } | undefined {
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const operand = constantOf(node.argument)?.value;
    return typeof operand === "number" ? { value: -operand } : undefined;
  }
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) {
    return { value: node.quasis[0]?.value.cooked ?? "" };
  }
  if (node.type !== "Literal") return undefined;
  const isJson =
    node.value === null ? node.raw === "null" : ["string", "number", "boolean"].includes(typeof node.value);
  return isJson ? { value: node.value } : undefined;
}
