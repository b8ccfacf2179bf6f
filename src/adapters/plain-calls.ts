import type { AgentToolResult } from "../tools/agent-tool.ts";
import { isRecord } from "../base/is-record.ts";
import type { AdapterProgress, AdapterTool } from "./adapter-tools.ts";

/** Settings for performing calls that arrived as plain JSON. */
export interface RunCallsOptions {
  /** Cancels the calls; their outcomes are then still part of the results. */
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
interface PlainCall {
  readonly id: string;
  readonly name: string;
  /** Arguments, or their JSON text. */
  readonly input: unknown;
}

/** Place of the calls in a response of an API. */
interface CallForm {
  /** Field of a whole response that lists its items. */
  readonly list: string;
  /** `type` of an item that asks for a call. */
  readonly type: string;
  /** Fields of such an item. */
  readonly id: string;
  readonly input: string;
}

/** The calls in a whole response, in its items, or in one item. */
export function readCalls(response: object, { list, type, id, input }: CallForm): readonly PlainCall[] {
  return itemsOf(response, list).flatMap((item) => {
    if (!isRecord(item) || item["type"] !== type) return [];
    const { [id]: callId, name, [input]: given } = item;
    return typeof callId === "string" && typeof name === "string" ? [{ id: callId, name, input: given }] : [];
  });
}

function itemsOf(response: object, list: string): readonly unknown[] {
  if (Array.isArray(response)) return response;
  const items = isRecord(response) ? response[list] : undefined;
  return Array.isArray(items) ? items : [response];
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
