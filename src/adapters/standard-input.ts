import type { JsonSchemaObject } from "../schema/json-schema.ts";
import type { StandardSchema, StandardSchemaProps } from "../schema/standard-schema.ts";
import { isRecord } from "../base/is-record.ts";
import type { AdapterTool } from "./adapter-tools.ts";

/** Arguments of a tool before anything is known about them. */
export type AdapterInput = Readonly<Record<string, unknown>>;

/** A Standard Schema that can always be given as JSON Schema. */
interface InputSchema extends StandardSchema<AdapterInput> {
  readonly "~standard": StandardSchemaProps<AdapterInput> &
    Required<Pick<StandardSchemaProps<AdapterInput>, "jsonSchema">>;
}

/**
 * The input of a tool as a Standard Schema, for SDKs that take no JSON Schema. It accepts any object: the tool checks
 * its arguments itself, and then says what it takes.
 */
export function toStandardInput({ inputSchema }: AdapterTool): InputSchema {
  const copy = (): Record<string, unknown> => copySchema(inputSchema);
  return {
    "~standard": {
      version: 1,
      vendor: "codemode",
      validate: (value) =>
        isRecord(value) ? { value } : { issues: [{ message: "The arguments are not an object." }] },
      jsonSchema: { input: copy, output: copy },
    },
  };
}

/** SDKs modify the schemas they receive, so each gets its own copy. */
function copySchema(schema: JsonSchemaObject): Record<string, unknown> {
  return { ...structuredClone(schema) };
}
