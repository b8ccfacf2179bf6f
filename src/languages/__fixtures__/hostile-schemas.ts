import type { JsonSchema } from "../../schema/json-schema.ts";

function nested(depth: number, wrap: (inner: object) => object): JsonSchema {
  let schema: object = { type: "string" };
  for (let level = 0; level < depth; level++) schema = wrap(schema);
  return { type: "object", properties: { deep: schema } };
}

function bomb(width: number, levels: number, combine: (references: object[]) => object): JsonSchema {
  const definitions: Record<string, unknown> = { d0: { type: "string" } };
  for (let level = 1; level <= levels; level++) {
    definitions[`d${level}`] = combine(Array.from({ length: width }, () => ({ $ref: `#/$defs/d${level - 1}` })));
  }
  return { type: "object", properties: { bomb: { $ref: `#/$defs/d${levels}` } }, $defs: definitions };
}

const named = (parts: readonly object[]): Record<string, object> =>
  Object.fromEntries(parts.map((part, index) => [`p${index}`, part]));

const MEGABYTE = "x ".repeat(512 * 1024);

/** Schemas made to hurt their reader. */
export const HOSTILE_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  "5,000 nested objects": nested(5000, (inner) => ({ type: "object", properties: { n: inner } })),
  "5,000 nested lists": nested(5000, (inner) => ({ type: "array", items: inner })),
  "5,000 nested alternatives": nested(5000, (inner) => ({ anyOf: [inner, { type: "null" }] })),
  "references that multiply, in properties": bomb(4, 9, (parts) => ({ type: "object", properties: named(parts) })),
  "references that multiply, in alternatives": bomb(4, 9, (anyOf) => ({ anyOf })),
  "references that multiply, in demands": bomb(4, 40, (allOf) => ({ allOf })),
  "references that multiply, with objects as demands": bomb(4, 12, (allOf) => ({
    allOf: [...allOf, { type: "object", properties: { own: { type: "string" } } }],
  })),
  "references that multiply, in tuples": bomb(8, 12, (prefixItems) => ({ type: "array", prefixItems })),
  "references that multiply, in alternatives of objects": bomb(6, 20, (anyOf) => ({
    type: "object",
    properties: { a: { anyOf }, b: { oneOf: anyOf } },
  })),
  "a chain of 5,000 references": bomb(1, 5000, ([only]) => only ?? {}),
  "a chain of 5,000 references through properties": bomb(1, 5000, (parts) => ({ type: "object", properties: named(parts) })),
  "a definition that is only itself": { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
  "a choice of itself": { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { anyOf: [{ $ref: "#/$defs/a" }, { type: "string" }] } } },
  "a demand of itself": { allOf: [{ $ref: "#" }, { type: "object", properties: { x: { type: "number" } } }] },
  "20,000 properties": { type: "object", properties: named(Array.from({ length: 20_000 }, () => ({ type: "string", description: "One of many." }))) },
  "100,000 enum values": { type: "object", properties: { e: { enum: Array.from({ length: 100_000 }, (_, index) => `value ${index}`) } } },
  "an enum value of a megabyte": { type: "object", properties: { e: { enum: [MEGABYTE, "b"] } } },
  "a property name of a megabyte": { type: "object", properties: { [MEGABYTE]: { type: "string" } } },
  "a megabyte of description everywhere": {
    type: "object",
    description: MEGABYTE,
    properties: { a: { type: "string", description: MEGABYTE, pattern: MEGABYTE, default: MEGABYTE, examples: [MEGABYTE] } },
  },
  "10,000 alternatives": { type: "object", properties: { a: { anyOf: Array.from({ length: 10_000 }, (_, index) => ({ const: index })) } } },
  "10,000 required names": { type: "object", required: Array.from({ length: 10_000 }, (_, index) => `r${index}`) },
  "alternatives times alternatives": {
    type: "object",
    allOf: Array.from({ length: 12 }, (_, index) => ({
      anyOf: Array.from({ length: 12 }, (__, other) => ({ type: "object", properties: { [`a${index}_${other}`]: { type: "string" } } })),
    })),
  },
  "scalar alternatives times scalar alternatives": {
    type: "object",
    properties: { a: { allOf: Array.from({ length: 50 }, () => ({ anyOf: Array.from({ length: 90 }, (__, other) => ({ const: other })) })) } },
  },
};

const BROKEN: readonly unknown[] = [
  null,
  undefined,
  7,
  "object",
  [],
  [{ type: "object" }],
  true,
  false,
  {},
  { type: "array" },
  { type: "string" },
  { type: null },
  { type: ["object", 5] },
  { type: "objekt", properties: { a: { type: "text" } } },
  { type: "object", properties: [] },
  { type: "object", properties: { a: null, b: 5, c: "string", d: [] } },
  { type: "object", properties: { a: { type: "array", items: 5 } }, required: "a" },
  { type: "object", required: [null, 5, {}] },
  { type: "object", properties: { a: { enum: "x" }, b: { anyOf: {} }, c: { allOf: [5] }, d: { oneOf: [] } } },
  { type: "object", properties: { a: { $ref: 5 } } },
  { type: "object", properties: { a: { $ref: "https://example.org/remote.json#/x" } } },
  { type: "object", properties: { a: { $ref: "file:///etc/passwd" } } },
  { type: "object", properties: { a: { $ref: "#/%E0%A4%A" } } },
  { type: "object", properties: { a: { minimum: "5", maxLength: -1, pattern: "(", multipleOf: 0 } } },
  { $schema: 5, $id: 5, $defs: 5, definitions: [], type: "object" },
  { $id: "::::", type: "object", properties: { a: { $ref: "::::#a" } } },
];

/** Values that are not schemas. */
export const BROKEN_SCHEMAS = BROKEN as readonly JsonSchema[];
