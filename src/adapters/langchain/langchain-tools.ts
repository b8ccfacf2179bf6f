import type { CallbackManagerForToolRun } from "@langchain/core/callbacks/manager";
import { ToolMessage } from "@langchain/core/messages";
import { DynamicStructuredTool, type ToolRunnableConfig } from "@langchain/core/tools";
import type { AgentToolResult } from "../../tools/agent-tool.ts";
import {
  type AdapterCall,
  type AdapterOptions,
  type AdapterProgress,
  type AdapterTool,
  adapterTools,
  type ExecutorSource,
  withLiveDescription,
} from "../adapter-tools.ts";
import { describePart, type ModelPart, toDataUrl, toTextOrParts } from "../model-parts.ts";
import { callOrGoOn } from "../suspended-call.ts";

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
export function langchainTools(
  source: ExecutorSource,
  {
    interrupt,
    ...options
  }: AdapterOptions & {
    /**
     * `interrupt` of `@langchain/langgraph`: a program that needs an approval interrupts its graph with `{ runId, calls }`, and goes on
     * with `new Command({ resume: { runId, decisions } })`, where decisions are those of `executor.runs.decide`.
     */
    readonly interrupt?: (value: unknown) => unknown;
  } = {},
): DynamicStructuredTool[] {
  const approvals = interrupt !== undefined;
  return adapterTools(source, { ...options, approvals }).map((tool) => toTool(tool, interrupt));
}

/** Interrupts a graph with a question, by throwing; where it was answered already, returns the answer. */
type Interrupt = (value: unknown) => unknown;

/** Answers to the questions of one call that are looked at: a program may wait more than once. */
const MOST_ANSWERS = 100;

function toTool(adapted: AdapterTool, interrupt: Interrupt | undefined): DynamicStructuredTool {
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
      const call = { signal, toolCallId, onProgress };
      const result =
        interrupt === undefined || adapted.needsApproval === undefined
          ? await adapted.call(args, call)
          : await callInterrupted(adapted, args, { call, interrupt });
      signal?.throwIfAborted();
      return toOutput(result, adapted.name, toolCallId);
    },
  });
  return withLiveDescription(made, adapted);
}

/**
 * A call that interrupts its graph while its program waits. LangGraph then makes the call again from its start, where each
 * question that was asked before has its answer, so the last answer is the one that is new.
 */
async function callInterrupted(
  adapted: AdapterTool,
  args: unknown,
  { call, interrupt }: { readonly call: AdapterCall; readonly interrupt: Interrupt },
): Promise<AgentToolResult> {
  const result = await callOrGoOn(adapted, args, { call, answer: lastAnswer(interrupt) });
  if (result.waiting === undefined) return result;
  try {
    interrupt(result.waiting);
  } catch (thrown) {
    if (isInterruption(thrown)) throw thrown;
    // There is no graph, or none that keeps its state: the text of the result says how else to decide.
  }
  return result;
}

function lastAnswer(interrupt: Interrupt): unknown {
  let answer: unknown;
  try {
    for (let asked = 0; asked < MOST_ANSWERS; asked += 1) answer = interrupt(null);
  } catch {
    // This question has no answer yet.
  }
  return answer;
}

function isInterruption(thrown: unknown): boolean {
  return thrown instanceof Error && Reflect.get(thrown, "is_bubble_up") === true;
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
