import { asSchema, type Schema, type ToolSet } from "ai";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { FunctionTool, ToolContext } from "../../sources/functions/define-tool.ts";

/** Call options of AI SDK tools that guest code calls. */
export interface FromAiToolsOptions {
  /** Handed to each tool as its `context` (version 7) and `experimental_context` (version 6). */
  readonly context?: unknown;
}

type Execute = NonNullable<ToolSet[string]["execute"]>;

/** Counts calls, since tools of the SDK expect each call to have an id. */
let calls = 0;

/**
 * Tools of the AI SDK as functions for guest code, for `registry.addTools(name, await fromAiTools(tools))`.
 *
 * They are called through the gate like any other tool: arguments are checked, then parsed by the tool's own schema, and
 * preliminary results are progress. Throws `config_error` for a tool that has no `execute`, since only a provider or a
 * client could perform it.
 */
export async function fromAiTools(tools: ToolSet, options: FromAiToolsOptions = {}): Promise<readonly FunctionTool[]> {
  return Promise.all(Object.entries(tools).map(([name, tool]) => toFunctionTool(name, tool, options)));
}

async function toFunctionTool(name: string, tool: ToolSet[string], options: FromAiToolsOptions): Promise<FunctionTool> {
  const execute: Execute | undefined = tool.execute?.bind(tool);
  if (execute === undefined) {
    throw new CodemodeError(
      "config_error",
      `The tool "${name}" has no execute function, so it cannot be called here.`,
      {
        hint: "Leave it out, or add an execute function.",
      },
    );
  }
  const schema = asSchema<unknown>(tool.inputSchema);
  const inputSchema = { ...(await schema.jsonSchema) };
  const { description = "" } = tool;
  return {
    name,
    description: typeof description === "string" ? description : description({ context: options.context }),
    inputSchema,
    execute: async (args, context) => callTool(execute, await parse(schema, args), { context, options }),
  };
}

async function parse(schema: Schema, args: unknown): Promise<unknown> {
  const parsed = await schema.validate?.(args);
  if (parsed === undefined) return args;
  if (parsed.success) return parsed.value;
  throw parsed.error;
}

async function callTool(
  execute: Execute,
  input: unknown,
  { context, options }: { readonly context: ToolContext; readonly options: FromAiToolsOptions },
): Promise<unknown> {
  calls += 1;
  const own = { context: options.context, experimental_context: options.context };
  const call = { toolCallId: `codemode-${calls}`, messages: [], abortSignal: context.signal, ...own };
  const output: unknown = await execute(input, call);
  if (!isAsyncIterable(output)) return output;
  let last: unknown;
  let progress = 0;
  for await (const item of output) {
    last = item;
    progress += 1;
    context.onProgress({ progress });
  }
  return last;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
