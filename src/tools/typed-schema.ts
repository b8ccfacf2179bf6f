import { isSchemaObject, type JsonSchemaObject } from "../schema/json-schema.ts";

const ANY = ["object", "array", "string", "number", "boolean", "null"];

/**
 * The schema with one `type` at every property and item, or one in each of its alternatives: some clients drop or refuse
 * what has none, and others what has a list of them. A type is read from constants, enumerations and alternatives; where
 * anything goes, all types are alternatives.
 */
export function typedSchema(schema: JsonSchemaObject): JsonSchemaObject {
  const { properties, items, additionalProperties } = schema;
  const members = isSchemaObject(properties)
    ? { properties: Object.fromEntries(Object.entries(properties).map(([key, member]) => [key, typed(member)])) }
    : {};
  const alternatives = Object.fromEntries(
    (["anyOf", "oneOf"] as const).flatMap((key) => {
      const branches = schema[key];
      return Array.isArray(branches) ? [[key, branches.map((each) => (hasShape(each) ? typed(each) : each))]] : [];
    }),
  );
  return {
    ...schema,
    ...members,
    ...alternatives,
    ...(isSchemaObject(items) ? { items: typed(items) } : {}),
    ...(isSchemaObject(additionalProperties) ? { additionalProperties: typed(additionalProperties) } : {}),
  };
}

function typed(schema: unknown): unknown {
  if (!isSchemaObject(schema)) return schema;
  const full = typedSchema(schema);
  if (full["$ref"] !== undefined || typeof full.type === "string") return full;
  const types = Array.isArray(full.type) ? full.type : typesOf(full);
  if (types.length === 1) return { ...full, type: types[0] };
  if (full["anyOf"] !== undefined || full["oneOf"] !== undefined) return full;
  const { type: _, enum: values, ...rest } = full;
  return { ...rest, anyOf: types.map((type) => (Array.isArray(values) ? oneType(type, values) : { type })) };
}

/** The values of one type; of null there is one alone. */
function oneType(type: unknown, values: readonly unknown[]): JsonSchemaObject {
  return type === "null" ? { type } : { type, enum: values.filter((value) => typeOf(value) === type) };
}

/** Branches that only demand members stay so: the object they are about has its type already. */
function hasShape(branch: unknown): boolean {
  return isSchemaObject(branch) && Object.keys(branch).some((key) => key !== "required");
}

function typesOf({ const: constant, enum: values, anyOf, oneOf }: JsonSchemaObject): readonly string[] {
  if (constant !== undefined) return [typeOf(constant)];
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  const branches: unknown = anyOf ?? oneOf;
  if (!Array.isArray(branches)) return ANY;
  const types = branches.flatMap((branch: unknown) => [isSchemaObject(branch) ? (branch["type"] ?? ANY) : ANY]);
  return [...new Set(types.flat().map(String))];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
