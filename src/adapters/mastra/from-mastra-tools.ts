import { CodemodeError } from "../../base/codemode-error.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { isStandardSchema, toJsonSchema } from "../../schema/standard-schema.ts";
import type { FunctionTool } from "../../sources/functions/define-tool.ts";
import { isRecord } from "../../base/is-record.ts";

/** A tool of Mastra, as far as guest code needs it. */
export interface MastraToolSource {
  readonly id: string;
  readonly description?: string;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly execute?: MastraExecute | undefined;
}

/** The type of a method, so that tools with any type of input are accepted: a tool checks its input itself. */
export type MastraExecute = { execute(input: unknown, context: unknown): unknown }["execute"];

/** Context of Mastra tools that guest code calls. */
export interface FromMastraToolsOptions {
  /** Fields of the execution context, such as `mastra` and `requestContext`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Tools of Mastra as functions for guest code, for `registry.addTools(name, fromMastraTools(tools))`.
 *
 * They are called through the gate like any other tool, and check their input themselves as well. Throws `config_error`
 * for a tool without `execute`.
 */
export function fromMastraTools(
  tools: Readonly<Record<string, MastraToolSource>>,
  options: FromMastraToolsOptions = {},
): readonly FunctionTool[] {
  return Object.entries(tools).map(([name, tool]) => toFunctionTool(name, tool, options));
}

function toFunctionTool(name: string, tool: MastraToolSource, { context = {} }: FromMastraToolsOptions): FunctionTool {
  const { description = "", inputSchema, outputSchema } = tool;
  const execute = tool.execute?.bind(tool);
  if (execute === undefined) {
    throw new CodemodeError(
      "config_error",
      `The tool "${name}" has no execute function, so it cannot be called here.`,
      {
        hint: "Leave it out, or add an execute function.",
      },
    );
  }
  const owner = `the tool "${name}"`;
  return {
    name,
    description,
    inputSchema: schemaOf(inputSchema, { owner, side: "input" }) ?? { type: "object" },
    ...outputOf(schemaOf(outputSchema, { owner, side: "output" })),
    execute: async (args, { signal }) => {
      const result = await execute(args, { ...context, abortSignal: signal });
      if (isRecord(result) && result["error"] === true && "validationErrors" in result)
        throw new Error(String(result["message"]));
      return result;
    },
  };
}

function outputOf(outputSchema: JsonSchema | undefined): Pick<FunctionTool, "outputSchema"> {
  return outputSchema === undefined ? {} : { outputSchema };
}

function schemaOf(schema: unknown, of: Parameters<typeof toJsonSchema>[1]): JsonSchema | undefined {
  if (isStandardSchema(schema)) return toJsonSchema(schema, of);
  return isRecord(schema) ? schema : undefined;
}
