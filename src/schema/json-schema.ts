import { isRecord } from "../base/is-record.ts";

/** A JSON Schema as it arrived: any dialect, possibly invalid, always treated as data. */
export type JsonSchema = boolean | JsonSchemaObject;

/** A JSON Schema in object form. */
export type JsonSchemaObject = Readonly<Record<string, unknown>>;

/** Tells whether a value is usable as an object schema. */
export function isSchemaObject(value: unknown): value is JsonSchemaObject {
  return isRecord(value);
}
