import type { JsonSchemaObject } from "../../schema/json-schema.ts";

/** Schema of a text. */
export const TEXT: JsonSchemaObject = { type: "string" };

/** Where a run may stand. */
export const RUN_STATUSES: readonly string[] = ["completed", "failed", "suspended", "running", "cancelled", "expired"];

/** Schema of a whole number from 0. */
export const COUNT: JsonSchemaObject = { type: "integer", minimum: 0 };

/** Schema of a list of texts. */
export const TEXTS: JsonSchemaObject = { type: "array", items: TEXT };

/** Schema of a reported error. */
export const ERROR: JsonSchemaObject = object(
  { code: TEXT, message: TEXT, line: COUNT, column: COUNT, tool: TEXT, hint: TEXT },
  ["code", "message"],
);

/** Schema of a traced tool call. */
export const TOOL_CALL: JsonSchemaObject = object(
  { tool: TEXT, status: { enum: ["ok", "error", "denied", "in_doubt"] }, durationMs: { type: "number" } },
  ["tool", "status", "durationMs"],
);

/** Schema of a text kept aside. */
export const ARTIFACT: JsonSchemaObject = object({ id: TEXT, mimeType: TEXT, bytes: COUNT, preview: TEXT }, [
  "id",
  "mimeType",
  "bytes",
  "preview",
]);

/** Schema of an object with these fields and no others. */
export function object(
  properties: Readonly<Record<string, JsonSchemaObject>>,
  required: readonly string[] = [],
): JsonSchemaObject {
  return { type: "object", properties, ...(required.length === 0 ? {} : { required }), additionalProperties: false };
}

/** Schema of a list. */
export function list(items: JsonSchemaObject): JsonSchemaObject {
  return { type: "array", items };
}

/** The schema of a result that is either complete or an error. */
export function withError(schema: JsonSchemaObject): JsonSchemaObject {
  const { required = [], properties, ...rest } = schema;
  const known = typeof properties === "object" ? properties : {};
  return {
    ...rest,
    properties: "error" in (known ?? {}) ? known : { ...known, error: ERROR },
    anyOf: [{ required }, { required: ["error"] }],
  };
}
