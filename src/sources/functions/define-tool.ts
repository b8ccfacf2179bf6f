import type { ToolAnnotations } from "../../catalog/tool.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { isStandardSchema, parseWithSchema, type StandardSchema, toJsonSchema } from "../../schema/standard-schema.ts";
import type { CallProgress } from "../source.ts";

/** Context of a call of a host function, beside its arguments. */
export interface ToolContext {
  /** Aborts when the caller has gone or the time is up. */
  readonly signal: AbortSignal;
  /** Reports progress to the caller; never needed for correctness. */
  readonly onProgress: (progress: CallProgress) => void;
}

/** Properties of a tool of any kind beside its schemas. */
export interface FunctionToolFacts {
  /** The tool's own name, without the server's. */
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly annotations?: ToolAnnotations;
  readonly inputExamples?: readonly unknown[];
  /** Leave the tool out of lists unless they ask for deferred tools. @default false */
  readonly deferLoading?: boolean;
}

/** A host function as a tool. */
export interface FunctionTool extends FunctionToolFacts {
  /** Schema of the arguments; an object schema. */
  readonly inputSchema: JsonSchema;
  /** Schema of the function's result; without it the result is untyped. */
  readonly outputSchema?: JsonSchema;
  /**
   * Does the work. A string becomes text, any other value structured content, and a value with a `content` list is
   * passed on unchanged. An error it throws reaches the caller as the tool's error.
   */
  readonly execute: (args: Readonly<Record<string, unknown>>, context: ToolContext) => unknown;
}

/** A schema of a host function: JSON Schema, or a schema of a library that follows Standard Schema. */
export type ToolSchema = JsonSchema | StandardSchema;

/** Type of a schema's values in TypeScript; `Fallback` for JSON Schema. */
export type SchemaOutput<Schema, Fallback> =
  Schema extends StandardSchema<infer _Input, infer Output> ? Output : Fallback;

/** A host function as {@link defineTool} takes it: its arguments and result have the types of its schemas. */
export interface FunctionToolDraft<Input extends ToolSchema, Output extends ToolSchema> extends FunctionToolFacts {
  /** Schema of the arguments; the schema of an object. */
  readonly inputSchema: Input;
  /** Schema of the function's result; without it the result is untyped. */
  readonly outputSchema?: Output;
  /** Does the work, with arguments as a Standard Schema turns them; see {@link FunctionTool.execute}. */
  readonly execute: (
    args: SchemaOutput<Input, Readonly<Record<string, unknown>>>,
    context: ToolContext,
  ) => SchemaOutput<Output, unknown> | Promise<SchemaOutput<Output, unknown>>;
}

/**
 * Makes a tool of a host function. Schemas may be JSON Schema or, with types inferred, Standard Schema: Zod 4.2,
 * ArkType, or Valibot with `toStandardJsonSchema`. Throws `config_error` for one that has no JSON Schema.
 */
export function defineTool<Input extends ToolSchema, Output extends ToolSchema = JsonSchema>(
  tool: FunctionToolDraft<Input, Output>,
): FunctionTool;
export function defineTool(tool: FunctionToolDraft<ToolSchema, ToolSchema>): FunctionTool {
  const { inputSchema, outputSchema, execute, ...facts } = tool;
  const owner = `the tool "${tool.name}"`;
  return {
    ...facts,
    inputSchema: toJsonSchema(inputSchema, { owner, side: "input" }),
    ...(outputSchema === undefined ? {} : { outputSchema: toJsonSchema(outputSchema, { owner, side: "output" }) }),
    execute: isStandardSchema(inputSchema)
      ? async (args, context) => execute(await parseWithSchema(inputSchema, args), context)
      : execute,
  };
}
