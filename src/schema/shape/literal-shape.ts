import { unionOf } from "./combine.ts";
import { isSchemaObject } from "../json-schema.ts";
import { NO_DOCS, UNKNOWN, type Shape } from "./shape.ts";

const MAX_DEPTH = 6;
const MAX_PARTS = 50;

/** Enumerations beyond these are given their types only. */
const MAX_VALUES = 4000;
const MAX_CHARACTERS = 48_000;

/** The shape of an enumeration: its values, or their types when the values would fill pages. */
export function enumShape(values: readonly unknown[]): Shape {
  const characters = values.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0);
  if (values.length <= MAX_VALUES && characters <= MAX_CHARACTERS)
    return unionOf(values.map((value) => literalShape(value)));
  const kinds = new Set(values.map((value) => typeof value));
  return unionOf([...kinds].map((kind) => (kind === "object" ? UNKNOWN : wideShape(kind))));
}

function wideShape(kind: string): Shape {
  return kind === "string" || kind === "number" || kind === "boolean" ? { kind } : UNKNOWN;
}

/** The narrowest shape of one JSON value, as `const` and `enum` demand; deep or wide values become `unknown`. */
export function literalShape(value: unknown, depth = 0): Shape {
  switch (typeof value) {
    case "string":
      return value.length > MAX_CHARACTERS ? { kind: "string" } : { kind: "literal", value };
    case "boolean":
      return { kind: "literal", value };
    case "number":
      // A number JSON cannot carry keeps the wide type; adding zero turns -0 into 0.
      return Number.isFinite(value) ? { kind: "literal", value: value + 0 } : { kind: "number" };
    default:
      return value === null ? { kind: "null" } : compoundShape(value, depth);
  }
}

function compoundShape(value: unknown, depth: number): Shape {
  if (depth >= MAX_DEPTH) return UNKNOWN;
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_PARTS).map((each) => literalShape(each, depth + 1));
    return value.length > MAX_PARTS
      ? { kind: "array", items: UNKNOWN }
      : { kind: "tuple", items, required: value.length };
  }
  if (!isSchemaObject(value)) return UNKNOWN;
  const entries = Object.entries(value);
  if (entries.length > MAX_PARTS) return { kind: "object", properties: [], closed: false };
  const properties = entries.map(([name, each]) => ({
    name,
    shape: literalShape(each, depth + 1),
    required: true,
    docs: NO_DOCS,
  }));
  return { kind: "object", properties, closed: true };
}
