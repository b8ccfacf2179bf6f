import { CodemodeError } from "../base/codemode-error.ts";
import type { JsonSchema, JsonSchemaObject } from "./json-schema.ts";

/**
 * A schema of a validation library that follows the Standard Schema specification (https://standardschema.dev), for
 * instance of Zod 4.2, Valibot or ArkType.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": StandardSchemaProps<Input, Output>;
}

/** Self-description of a Standard Schema. */
export interface StandardSchemaProps<Input = unknown, Output = Input> {
  readonly version: 1;
  readonly vendor: string;
  /** Only for the type checker. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  /** Checks a value and returns it as the schema transforms it, with defaults filled in. */
  readonly validate: (value: unknown) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
  /** Gives the schema as JSON Schema; libraries without it have a converter that adds it. */
  readonly jsonSchema?: {
    readonly input: (options: { readonly target: string }) => Record<string, unknown>;
    readonly output: (options: { readonly target: string }) => Record<string, unknown>;
  };
}

/** A value that was accepted, or what is wrong with it. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One thing that is wrong with a value. */
export interface StandardSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const TARGET = "draft-2020-12";

/** Tells whether a value is a Standard Schema rather than a JSON Schema. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  const isObject = (typeof schema === "object" && schema !== null) || typeof schema === "function";
  return isObject && "~standard" in schema && typeof schema["~standard"] === "object";
}

/**
 * A schema as JSON Schema: what it accepts (`input`) or produces (`output`). JSON Schema is returned unchanged.
 * Throws `config_error` for a Standard Schema that has no JSON Schema.
 */
export function toJsonSchema(
  schema: JsonSchema | StandardSchema,
  { owner, side }: { readonly owner: string; readonly side: "input" | "output" },
): JsonSchema {
  if (!isStandardSchema(schema)) return schema;
  const { vendor, jsonSchema } = schema["~standard"];
  try {
    const converted: JsonSchemaObject | undefined = jsonSchema?.[side]({ target: TARGET });
    if (converted !== undefined) return converted;
  } catch (cause) {
    throw new CodemodeError("config_error", `The ${side} schema of ${owner} cannot be converted to JSON Schema.`, {
      hint: "Use only what JSON Schema can say, or pass a JSON Schema.",
      cause,
    });
  }
  throw new CodemodeError("config_error", `The ${side} schema of ${owner} (${vendor}) has no JSON Schema.`, {
    hint:
      "Use Zod 4.2 or ArkType 2.1.28 or newer, wrap it with toStandardJsonSchema of @valibot/to-json-schema, " +
      "or pass a JSON Schema.",
  });
}

/** The value as the schema turns it. Throws an error that names each thing that is wrong and where. */
export async function parseWithSchema<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): Promise<Output> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw new Error(result.issues.map(showIssue).join("; "));
}

function showIssue({ message, path = [] }: StandardSchemaIssue): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
}
