import type { AgentToolResult } from "../tools/agent-tool.ts";
import type { AdapterProgress, AdapterTool } from "./adapter-tools.ts";

/** How calls that arrived as plain JSON are performed. */
export interface RunCallsOptions {
  /** Cancels the calls; what they come to is then part of the results all the same. */
  readonly signal?: AbortSignal;
  /** Hears how far the calls have come. */
  readonly onProgress?: (progress: AdapterProgress) => void;
  /** Hears of each result when it is there, with all that the model is not shown. */
  readonly onResult?: (call: FinishedCall) => void;
}

/** A call that has ended, for the host. */
export interface FinishedCall {
  readonly tool: string;
  readonly toolCallId: string;
  readonly result: AgentToolResult;
}

/** One call as a model asked for it. */
export interface PlainCall {
  readonly id: string;
  readonly name: string;
  /** Arguments, or their JSON text. */
  readonly input: unknown;
}

/** Performs those calls that name one of the tools, side by side; the results are in the order of the calls. */
export async function runCalls(
  tools: readonly AdapterTool[],
  calls: readonly PlainCall[],
  { signal, onProgress, onResult }: RunCallsOptions = {},
): Promise<readonly FinishedCall[]> {
  const running = calls.flatMap(({ id: toolCallId, name, input }) => {
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined) return [];
    return [
      tool.call(input, { signal, toolCallId, onProgress }).then((result) => {
        const finished = { tool: name, toolCallId, result };
        onResult?.(finished);
        return finished;
      }),
    ];
  });
  return Promise.all(running);
}
