import { defined } from "../../base/defined.ts";
import { convertSchemaToJsonSchema, isStandardSchema, parseWithStandardSchema } from "@tanstack/ai";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { FunctionTool } from "../../sources/functions/define-tool.ts";
import type { ContentItem } from "../../sources/source.ts";
import { isRecord } from "../../base/is-record.ts";
import { binaryContent, linkedContent } from "../linked-content.ts";
import type { TanstackTool } from "./tanstack-tools.ts";

/** Options of {@link fromTanstackTools}. */
export interface FromTanstackOptions {
  /** Value that the tools receive as `context` of their execution context. */
  readonly context?: unknown;
}

/** Counts calls, since tools of the SDK expect each call to have an id. */
let calls = 0;

/**
 * Server tools of TanStack AI as functions for programs: `registry.addTools("mine", fromTanstackTools(tools))`.
 *
 * Arguments go through the tool's own schema, so that defaults and transforms hold. A custom event of a tool is progress
 * of the call, by its name.
 *
 * Throws `config_error` for tools that only a client can perform and for tools that need an approval, which programs
 * would pass by.
 */
export function fromTanstackTools(
  tools: readonly TanstackTool[],
  options: FromTanstackOptions = {},
): readonly FunctionTool[] {
  return tools.map((tool) => toFunctionTool(tool, options));
}

function toFunctionTool(tool: TanstackTool, { context }: FromTanstackOptions): FunctionTool {
  const { name, description, execute } = tool;
  if (execute === undefined) throw unusable(name, "has no execute function, so that only a client can perform it");
  if (tool.needsApproval === true) throw unusable(name, "needs an approval, which programs would pass by");
  const input: unknown = tool.inputSchema;
  const outputSchema = toSchema(tool.outputSchema);
  return {
    name,
    description,
    inputSchema: toSchema(input) ?? { type: "object" },
    ...defined({ outputSchema }),
    execute: async (args, { signal, onProgress }) => {
      calls += 1;
      let progress = 0;
      const emitCustomEvent = (message: string): void => onProgress({ progress: (progress += 1), message });
      const parsed: unknown = isStandardSchema(input) ? parseWithStandardSchema(input, args) : args;
      const call = { toolCallId: `codemode-${calls}`, abortSignal: signal, emitCustomEvent, context };
      return toValue(await execute(parsed, call));
    },
  };
}

function unusable(name: string, reason: string): CodemodeError {
  return new CodemodeError("config_error", `The tool "${name}" ${reason}.`, {
    hint: "Leave it out, or hand on a tool that runs here and is guarded by the policy of the executor.",
  });
}

function toSchema(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(schema) && typeof schema !== "function") return undefined;
  const converted: unknown = convertSchemaToJsonSchema(Object(schema));
  return isRecord(converted) ? converted : undefined;
}

/** Parts of a message in the SDK's form become content; everything else is the value. */
function toValue(output: unknown): unknown {
  if (!Array.isArray(output) || output.length === 0) return output;
  const content = output.map(toContent);
  return content.every((item) => item !== undefined) ? { content } : output;
}

function toContent(part: unknown): ContentItem | undefined {
  if (!isRecord(part)) return undefined;
  const { type, content, source } = part;
  if (type === "text" && typeof content === "string") return { type, text: content };
  if (!isRecord(source) || typeof source["value"] !== "string") return undefined;
  const { type: form, value, mimeType } = source;
  const declared = typeof mimeType === "string" ? mimeType : undefined;
  return form === "url" ? linkedContent(value, declared) : binaryContent(value, declared ?? "application/octet-stream");
}
