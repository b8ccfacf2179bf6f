import { type ContentPart, type Tool, toolDefinition, type ToolExecutionContext } from "@tanstack/ai";
import {
  type AdapterOptions,
  type AdapterTool,
  adapterTools,
  type ExecutorSource,
  withLiveDescription,
} from "../adapter-tools.ts";
import { describePart, type ModelPart, toModelText, toTextOrParts } from "../model-parts.ts";

/** A tool as TanStack AI takes it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the SDK's own way to say "of any schema"
export type TanstackTool = Tool<any, any>;

/**
 * The tools of an executor for `chat({ tools })` of TanStack AI.
 *
 * A failure is an error of the call, with the text the model should read. Aborting the chat stops the program. Each call
 * streams its progress as the custom event `codemode_progress` and ends with `codemode_result`, which has `tool`,
 * `structured` and `isError`. Throws like `codemodeTools`; the caller closes the executor.
 */
export function tanstackTools(codemode: ExecutorSource, options: AdapterOptions = {}): TanstackTool[] {
  return adapterTools(codemode, options).map(toTool);
}

function toTool(adapted: AdapterTool): TanstackTool {
  const { name, description, inputSchema } = adapted;
  const made = toolDefinition({ name, description, inputSchema: structuredClone(inputSchema) }).server(
    (args, context) => callTool(adapted, args, context),
  );
  return withLiveDescription(made, adapted);
}

async function callTool(
  tool: AdapterTool,
  args: unknown,
  context: ToolExecutionContext | undefined,
): Promise<string | ContentPart[]> {
  const signal = context?.abortSignal;
  const result = await tool.call(args, {
    signal,
    toolCallId: context?.toolCallId,
    onProgress: (progress) => context?.emitCustomEvent("codemode_progress", { ...progress }),
  });
  signal?.throwIfAborted();
  const { structured, isError } = result;
  context?.emitCustomEvent("codemode_result", { tool: tool.name, structured, isError });
  if (isError) throw new Error(toModelText(result));
  return toTextOrParts(result, toContentPart);
}

function toContentPart(part: ModelPart): ContentPart {
  return part.kind === "image"
    ? { type: "image", source: { type: "data", value: part.data, mimeType: part.mimeType } }
    : { type: "text", content: describePart(part) };
}
