import type { AnyNode, Expression } from "acorn";
import { pointerStep } from "../../../schema/check/value-checks.ts";
import type { WrittenArguments } from "../../calls/written-arguments.ts";
import { propertyKey } from "./patterns.ts";

const MAX_DEPTH = 12;
/** Properties and items that are read of one call. */
const MAX_PLACES = 500;

/** How the arguments of a call are read. */
interface LiteralReading {
  /** Turns an offset of the syntax tree into one of the text. */
  readonly toCode: (offset: number) => number;
  /** What a name stands for, where the text says it. */
  readonly literalOf: (name: string) => Expression | undefined;
}

/** Reads the object of arguments of a call. */
export function readArguments(first: AnyNode | undefined, reading: LiteralReading): WrittenArguments {
  const reader = new ArgumentReader(reading);
  const value = first === undefined ? {} : reader.read(first, "", 0);
  return { value, holes: reader.holes, open: reader.open, places: reader.places };
}

class ArgumentReader {
  readonly holes: string[] = [];
  readonly open: string[] = [];
  readonly places: [string, number][] = [];
  readonly #reading: LiteralReading;
  /** Offset of the name that stands for what is read. */
  #namedAt: number | undefined;

  constructor(reading: LiteralReading) {
    this.#reading = reading;
  }

  read(node: AnyNode, path: string, depth: number): unknown {
    if (path === "") this.places.push([path, this.#placeOf(node)]);
    if (depth <= MAX_DEPTH && this.places.length < MAX_PLACES) {
      if (node.type === "ObjectExpression") return this.#object(node, path, depth);
      if (node.type === "ArrayExpression") return this.#list(node, path, depth);
      const constant = constantOf(node);
      if (constant !== undefined) return constant.value;
      const named = node.type === "Identifier" ? this.#reading.literalOf(node.name) : undefined;
      if (named !== undefined) return this.#named(named, node, [path, depth]);
    }
    this.holes.push(path);
    return null;
  }

  /** Reads what a name stands for; what is wrong in it is shown at the name. */
  #named(value: Expression, name: AnyNode, [path, depth]: readonly [path: string, depth: number]): unknown {
    const before = this.#namedAt;
    this.#namedAt = this.#placeOf(name);
    const places = this.places.length;
    const read = this.read(value, path, depth + 1);
    // The whole has its place already.
    if (path === "") this.places.splice(places, 1);
    this.#namedAt = before;
    return read;
  }

  #placeOf({ start }: AnyNode): number {
    return this.#namedAt ?? this.#reading.toCode(start);
  }

  #object(node: Extract<AnyNode, { type: "ObjectExpression" }>, path: string, depth: number): object {
    const entries = node.properties.flatMap((property): [string, unknown][] => {
      const key = property.type === "Property" ? propertyKey(property) : undefined;
      if (property.type !== "Property" || key === undefined) {
        this.open.push(path);
        return [];
      }
      const inner = path + pointerStep(key);
      this.places.push([inner, this.#placeOf(property)]);
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
      this.places.push([inner, this.#placeOf(item)]);
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
