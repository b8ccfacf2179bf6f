import { createTool, type Tool, type ToolExecutionContext } from "@mastra/core/tools";
import type { AgentToolResult } from "../../tools/agent-tool.ts";
import {
  type AdapterCall,
  type AdapterOptions,
  type AdapterTool,
  adapterTools,
  type ExecutorSource,
  withLiveDescription,
} from "../adapter-tools.ts";
import { type ModelPart, toTypedOutput } from "../model-parts.ts";
import { type AdapterInput, toStandardInput } from "../standard-input.ts";
import { callOrGoOn } from "../suspended-call.ts";

/** A tool of Mastra whose result holds everything for the host, and text and images for the model. */
export type MastraTool = Tool<AdapterInput, AgentToolResult>;

/**
 * The tools of an executor for agents and workflows of Mastra (`@mastra/core` 1), by name.
 *
 * A call returns an `AgentToolResult` to the host, and its text to the model, images as images. Progress of a program
 * is written to the agent's stream as `tool-output` chunks. The agent's abort signal stops the program. With `approvals` a
 * program that needs an approval suspends its tool with `{ runId, calls }`, and goes on when the agent is resumed with
 * `{ runId, decisions }`. Throws like `codemodeTools`.
 */
export function mastraTools(codemode: ExecutorSource, options: AdapterOptions = {}): Record<string, MastraTool> {
  return Object.fromEntries(adapterTools(codemode, options).map((tool) => [tool.name, toMastraTool(tool)]));
}

function toMastraTool(tool: AdapterTool): MastraTool {
  const made = createTool<AdapterInput, AgentToolResult>({
    id: tool.name,
    description: tool.description,
    inputSchema: toStandardInput(tool),
    toModelOutput: (output) => toTypedOutput(output, toOutputItem),
    execute: (input, context) =>
      tool.needsApproval === undefined ? tool.call(input, toCall(context)) : callSuspended(tool, input, context),
  });
  return withLiveDescription(made, tool);
}

/** A call that is suspended while its program waits, and that Mastra makes again with the answer. */
async function callSuspended(
  tool: AdapterTool,
  input: AdapterInput,
  context: ToolExecutionContext,
): Promise<AgentToolResult> {
  const { resumeData: answer, suspend } = context.agent ?? context.workflow ?? {};
  const result = await callOrGoOn(tool, input, { call: toCall(context), answer });
  if (result.waiting !== undefined) await suspend?.(result.waiting);
  return result;
}

function toCall({ abortSignal, agent, writer }: ToolExecutionContext): AdapterCall {
  return {
    signal: abortSignal,
    toolCallId: agent?.toolCallId,
    // A stream that has ended must not make the program fail.
    onProgress: (progress) => void writer?.write(progress).catch(() => {}),
  };
}

/** The one form for data that Mastra carries to models of every version of the AI SDK. */
function toOutputItem(part: ModelPart): object {
  return part.kind === "text"
    ? { type: "text", text: part.text }
    : { type: "media", data: part.data, mediaType: part.mimeType };
}
