import { defined } from "../base/defined.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../schema/json-schema.ts";

/** A value that was written out in full. */
export interface LiteralValue {
  readonly value: unknown;
}

/** A property of an object schema while it is put together. */
export interface SchemaProperty {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** The schema that accepts anything. */
export function emptySchema(): JsonSchemaObject {
  return {};
}

/** True for a schema that says nothing. */
export function isEmptySchema(schema: JsonSchema): boolean {
  return schema === true || (typeof schema === "object" && Object.keys(schema).length === 0);
}

/** One of several; constants become a list of values, and anything among them makes it anything. */
export function unionSchema(members: readonly JsonSchema[]): JsonSchema {
  const schemas = members.flatMap(flattenUnion);
  if (schemas.some(isEmptySchema)) return emptySchema();
  const constants = schemas.flatMap(constantsOf);
  const others = schemas.filter((schema) => constantsOf(schema).length === 0);
  const values =
    constants.length === 1 ? [{ const: constants[0] }] : constants.length === 0 ? [] : [{ enum: constants }];
  const all = distinct([...values, ...others]);
  return all.length === 1 ? (all[0] ?? emptySchema()) : all.length === 0 ? emptySchema() : { anyOf: all };
}

/** The same, or null. */
export function toNullable(schema: JsonSchema): JsonSchema {
  return unionSchema([schema, { type: "null" }]);
}

/** An object schema; of two properties with one name the later counts. Names are data, `__proto__` included. */
export function objectSchema(properties: readonly SchemaProperty[], additional?: JsonSchema): JsonSchemaObject {
  const byName = new Map(properties.map((property) => [property.name, property]));
  const required = [...byName.values()].filter((property) => property.required).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries([...byName].map(([name, { schema }]) => [name, schema])),
    ...(required.length === 0 ? {} : { required }),
    ...defined({ additionalProperties: additional }),
  };
}

/** The properties of an object schema made by {@link objectSchema}. */
export function propertiesOf(schema: JsonSchema): SchemaProperty[] {
  if (!isSchemaObject(schema) || !isSchemaObject(schema.properties)) return [];
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    schema: typeof property === "boolean" || isSchemaObject(property) ? property : emptySchema(),
    required: required.includes(name),
  }));
}

/** The schema with a description, unless it has one already or there is nothing to say. */
export function describeSchema(schema: JsonSchema, description: string | undefined): JsonSchema {
  if (description === undefined || description === "" || !isSchemaObject(schema)) return schema;
  return "description" in schema ? schema : { ...schema, description };
}

/** The schema with a default value. */
export function withDefault(schema: JsonSchema, value: { readonly value: unknown } | undefined): JsonSchema {
  return value === undefined || !isSchemaObject(schema) ? schema : { ...schema, default: value.value };
}

/** The type a constant has, for a parameter that is only described by its default. */
export function schemaOfValue(value: unknown): JsonSchemaObject {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return { type: typeof value };
  return emptySchema();
}

function flattenUnion(schema: JsonSchema): readonly JsonSchema[] {
  if (!isSchemaObject(schema) || !Array.isArray(schema.anyOf) || Object.keys(schema).length > 1) return [schema];
  return schema.anyOf.filter((member): member is JsonSchema => typeof member === "boolean" || isSchemaObject(member));
}

function constantsOf(schema: JsonSchema): readonly unknown[] {
  if (!isSchemaObject(schema) || Object.keys(schema).length !== 1) return [];
  if ("const" in schema) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : [];
}

function distinct(schemas: readonly JsonSchema[]): JsonSchema[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}
