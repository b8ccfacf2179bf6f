import { defined } from "../../base/defined.ts";
import * as z from "zod";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { FunctionTool } from "../../sources/functions/define-tool.ts";
import { isRecord } from "../../base/is-record.ts";

/** Result of `tool()` of the Claude Agent SDK. */
export interface ClaudeTool {
  readonly name: string;
  readonly description: string;
  /** Schemas of the arguments by name, of zod 4. */
  readonly inputSchema: object;
  readonly annotations?: FunctionTool["annotations"] | undefined;
  /** Performs a call and returns an MCP result. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each tool has arguments of its own
  readonly handler: (args: any, extra: unknown) => Promise<object>;
}

/**
 * Tools of the Claude Agent SDK as functions for programs: `registry.addTools("mine", fromClaudeAgentTools(tools))`.
 *
 * A program gets the value of the MCP result. Throws `config_error` for a tool whose arguments are not of zod 4.
 */
export function fromClaudeAgentTools(tools: readonly ClaudeTool[]): readonly FunctionTool[] {
  return tools.map(toFunctionTool);
}

function toFunctionTool({ name, description, inputSchema, annotations, handler }: ClaudeTool): FunctionTool {
  const input = toZodObject(name, inputSchema);
  return {
    name,
    description,
    inputSchema: toSchema(name, input),
    ...defined({ annotations }),
    execute: async (args, { signal }) => handler(await input.parseAsync(args), { signal }),
  };
}

function toZodObject(name: string, shape: object): z.ZodObject {
  const fields = Object.entries(shape).filter((field): field is [string, z.ZodType] => isZod4(field[1]));
  if (fields.length === Object.keys(shape).length) return z.object(Object.fromEntries(fields));
  throw unusable(name, undefined);
}

function isZod4(value: unknown): value is z.ZodType {
  return isRecord(value) && isRecord(value["_zod"]);
}

function toSchema(name: string, input: z.ZodObject): Readonly<Record<string, unknown>> {
  try {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: "input" });
    return schema;
  } catch (cause) {
    throw unusable(name, cause);
  }
}

function unusable(name: string, cause: unknown): CodemodeError {
  return new CodemodeError("config_error", `The arguments of the tool "${name}" cannot be converted to JSON Schema.`, {
    hint: "Declare them with zod 4, without transforms.",
    cause,
  });
}
