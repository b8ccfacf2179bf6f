import { SdkError, SdkErrorCode, type ServerContext } from "@modelcontextprotocol/server";
import { CALLER_GONE } from "../runs/run-clock.ts";
import type { ServedTools } from "./served-tools.ts";

/** Clients abandon a call that they hear nothing of after 60 s. */
const ANSWER_MS = 45_000;

/** Takes a call back: by word of the client, or with the reason `CALLER_GONE` when it has gone. */
export function endingOf({ mcpReq, http }: ServerContext, disconnected: AbortSignal | undefined): AbortSignal {
  const ending = new AbortController();
  const leave = (): void => ending.abort(CALLER_GONE);
  const end = (): void => (isClosed(mcpReq.signal.reason) ? leave() : ending.abort(mcpReq.signal.reason));
  for (const [signal, listener] of [
    [mcpReq.signal, end],
    [http?.req?.signal, leave],
    [disconnected, leave],
  ] as const) {
    if (signal?.aborted === true) listener();
    signal?.addEventListener("abort", listener, { once: true, signal: ending.signal });
  }
  return ending.signal;
}

/**
 * Time after which a call is answered that its run goes on: undefined for a client that is sent how far it has come, and
 * for one without a way to ask again.
 */
export async function answerTime(
  { mcpReq }: ServerContext,
  tools: ServedTools,
  answerMs: number = ANSWER_MS,
): Promise<number | undefined> {
  // oxlint-disable-next-line no-underscore-dangle -- the protocol's own name
  if (mcpReq._meta?.progressToken !== undefined) return undefined;
  return (await tools.find("get_execution")) === undefined ? undefined : answerMs;
}

/** Whether a request was ended by the end of its connection. */
function isClosed(reason: unknown): boolean {
  return reason instanceof SdkError && reason.code === SdkErrorCode.ConnectionClosed;
}
