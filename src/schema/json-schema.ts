/** A JSON Schema as it arrived: any dialect, possibly invalid, always treated as data. */
export type JsonSchema = boolean | JsonSchemaObject;

/** A JSON Schema in object form. */
export type JsonSchemaObject = Readonly<Record<string, unknown>>;

/** Tells whether a value is usable as an object schema. */
export function isSchemaObject(value: unknown): value is JsonSchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
