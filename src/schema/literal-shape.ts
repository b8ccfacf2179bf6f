import { unionOf } from "./combine.ts";
import { isSchemaObject } from "./json-schema.ts";
import { NO_DOCS, UNKNOWN, type Shape } from "./shape.ts";

const MAX_DEPTH = 6;
const MAX_PARTS = 50;

/** The narrowest shape of one JSON value, as `const` and `enum` demand; deep or wide values become `unknown`. */
export function literalShape(value: unknown, depth = 0): Shape {
  if (value === null) return { kind: "null" };
  if (typeof value === "string" || typeof value === "boolean") return { kind: "literal", value };
  // A number that JSON cannot carry, or that has two spellings, keeps the wide type.
  if (typeof value === "number")
    return Number.isFinite(value) ? { kind: "literal", value: value + 0 } : { kind: "number" };
  if (depth >= MAX_DEPTH) return UNKNOWN;
  if (Array.isArray(value)) {
    if (value.length > MAX_PARTS)
      return { kind: "array", items: unionOf(value.map((each) => literalShape(each, depth + 1))) };
    return { kind: "tuple", items: value.map((each) => literalShape(each, depth + 1)), required: value.length };
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
