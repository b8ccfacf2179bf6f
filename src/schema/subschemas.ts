import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";

/** Keywords that hold one schema. */
const SINGLE: readonly string[] = [
  "items",
  "additionalItems",
  "additionalProperties",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contains",
  "propertyNames",
  "not",
  "if",
  "then",
  "else",
  "contentSchema",
];

/** Keywords that hold a list of schemas. */
const LISTS: readonly string[] = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];

/** Keywords that hold schemas by name. */
const MAPS: readonly string[] = [
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies",
];

/** Tells whether a value can stand where a schema is expected. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || isSchemaObject(value);
}

/** Lists the schemas directly below a schema, those in `enum`, `const`, `default` and `examples` not among them. */
export function subschemasOf(schema: JsonSchemaObject): JsonSchemaObject[] {
  const found: JsonSchemaObject[] = [];
  for (const keyword of SINGLE) {
    const value = own(schema, keyword);
    if (isSchemaObject(value)) found.push(value);
  }
  for (const keyword of LISTS) {
    const value = own(schema, keyword);
    if (Array.isArray(value)) found.push(...value.filter(isSchemaObject));
  }
  for (const keyword of MAPS) {
    const value = own(schema, keyword);
    if (isSchemaObject(value)) found.push(...Object.values(value).filter(isSchemaObject));
  }
  return found;
}

/** The value of an own property; never one of a prototype, whatever the key is called. */
export function own(object: JsonSchemaObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Size of a schema; `complete` is false when counting stopped at the limits. */
interface SchemaSize {
  readonly nodes: number;
  readonly depth: number;
  readonly complete: boolean;
}

/** Measures a schema without recursion, so that no depth can overflow the stack. Shared parts count each time. */
export function measureSchema(root: JsonSchema, limits: { maxNodes: number; maxDepth: number }): SchemaSize {
  let nodes = 0;
  let depth = 0;
  let level = isSchemaObject(root) ? [root] : [];
  while (level.length > 0) {
    nodes += level.length;
    depth += 1;
    if (nodes > limits.maxNodes || depth > limits.maxDepth) return { nodes, depth, complete: false };
    level = level.flatMap(subschemasOf);
  }
  return { nodes, depth, complete: true };
}
