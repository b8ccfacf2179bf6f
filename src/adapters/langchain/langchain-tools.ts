import type { CallbackManagerForToolRun } from "@langchain/core/callbacks/manager";
import { ToolMessage } from "@langchain/core/messages";
import { DynamicStructuredTool, type ToolRunnableConfig } from "@langchain/core/tools";
import type { AgentToolResult } from "../../tools/agent-tool.ts";
import {
  type AdapterOptions,
  type AdapterProgress,
  type AdapterTool,
  adapterTools,
  type ExecutorSource,
  withLiveDescription,
} from "../adapter-tools.ts";
import { describePart, type ModelPart, toDataUrl, toTextOrParts } from "../model-parts.ts";

/** Name of the custom event that carries the progress of a call. */
const PROGRESS_EVENT = "codemode_progress";

/**
 * The tools of an executor for LangChain and LangGraph: `createAgent({ tools })`, `model.bindTools(tools)`, `ToolNode`.
 *
 * A call returns a `ToolMessage`: text, with pictures as `image_url` blocks; the structured result as its `artifact`; a
 * failure with status `error`. When the signal of a run is aborted, the program stops and the call rejects with the
 * signal's reason. Progress goes to LangGraph's `custom` stream mode and, as the event `codemode_progress`, to
 * `streamEvents`. The caller closes the executor.
 */
export function langchainTools(source: ExecutorSource, options: AdapterOptions = {}): DynamicStructuredTool[] {
  return adapterTools(source, options).map(toTool);
}

function toTool(adapted: AdapterTool): DynamicStructuredTool {
  const made = new DynamicStructuredTool({
    name: adapted.name,
    description: adapted.description,
    schema: structuredClone(adapted.inputSchema),
    responseFormat: "content_and_artifact",
    verboseParsingErrors: true,
    func: async (args: unknown, runManager, config: ToolRunnableConfig = {}) => {
      const { signal } = config;
      const toolCallId = config.toolCall?.id;
      const onProgress = (progress: AdapterProgress): void => report(progress, runManager, config);
      const result = await adapted.call(args, { signal, toolCallId, onProgress });
      signal?.throwIfAborted();
      return toOutput(result, adapted.name, toolCallId);
    },
  });
  return withLiveDescription(made, adapted);
}

/** Content and artifact, as the SDK makes a message of them; a failure is a message already, since only that has a status. */
function toOutput(result: AgentToolResult, name: string, toolCallId: string | undefined): [unknown, unknown] {
  const content = toTextOrParts(result, toBlock);
  if (!result.isError || toolCallId === undefined) return [content, result.structured];
  const failed = { name, tool_call_id: toolCallId, content, artifact: result.structured, status: "error" as const };
  return [new ToolMessage(failed), undefined];
}

function toBlock(part: ModelPart): { type: string } & Record<string, unknown> {
  return part.kind === "image"
    ? { type: "image_url", image_url: { url: toDataUrl(part) } }
    : { type: "text", text: describePart(part) };
}

/** A failing listener must not make the program fail. */
function report(
  progress: AdapterProgress,
  runManager: CallbackManagerForToolRun | undefined,
  config: ToolRunnableConfig,
): void {
  const writer: unknown = Reflect.get(config, "writer");
  if (typeof writer === "function") writer({ type: PROGRESS_EVENT, ...progress });
  const manager = runManager?.getChild();
  manager?.handleCustomEvent?.(PROGRESS_EVENT, progress, runManager?.runId ?? "").catch(() => {});
}
