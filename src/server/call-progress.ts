import { SdkError, SdkErrorCode, type ServerContext } from "@modelcontextprotocol/server";
import { onAbort } from "../base/deadline.ts";
import type { ExecutionEvent } from "../runs/events.ts";
import { CALLER_GONE } from "../runs/run-clock.ts";
import type { CallProgress } from "../sources/source.ts";
import { reportProgress } from "../tools/runs/run-progress.ts";
import type { AgentTool } from "../tools/agent-tool.ts";

/** Tells the client of one request how far its run has come. */
interface ProgressNotifier {
  /** Hears the events of the run. */
  readonly hear: (event: ExecutionEvent) => void;
  /** Passes on what a server reports of a call. */
  readonly pass: (progress: CallProgress) => void;
  /** Ends the notifications; resolves when all are sent. */
  readonly end: () => Promise<void>;
}

/** Clients abandon a call that sends nothing for a while, some after 60 s; silence is never longer than this. */
const SILENCE_MS = 10_000;
/** A client that hears nothing is answered within this time. */
const ANSWER_MS = 45_000;
/** So little that the progress of the run itself is not overtaken. */
const STEP = 1e-6;

/**
 * Turns events of a run into progress notifications, in order, with a sign of life where nothing happens for 10 s;
 * nothing for a client that did not ask for them.
 */
export function createCallProgress({
  // oxlint-disable-next-line no-underscore-dangle -- the protocol's own name
  _meta: meta,
  notify,
}: Pick<ServerContext["mcpReq"], "_meta" | "notify">): ProgressNotifier | undefined {
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return undefined;
  const begun = performance.now();
  let reached = -STEP;
  let isOpen = true;
  let sending = Promise.resolve();
  const send = ({ progress, ...report }: CallProgress): void => {
    if (!isOpen) return;
    // The protocol wants each report to be larger than the one before.
    reached = Math.max(progress, reached + STEP);
    const params = { progressToken, progress: reached, ...report };
    sending = sending.then(() => notify({ method: "notifications/progress" as const, params })).catch(() => {});
    silence.refresh();
  };
  const silence = setInterval(
    () => send({ progress: reached, message: `running for ${Math.round((performance.now() - begun) / 1_000)} s` }),
    SILENCE_MS,
  ).unref();
  return {
    hear: reportProgress(send),
    pass: send,
    end: () => {
      clearInterval(silence);
      isOpen = false;
      return sending;
    },
  };
}

/**
 * Answers a request with a signal that takes it back: by word of the client, or with the reason `CALLER_GONE` when it has
 * gone. Before the 2026 revision a connection that breaks says neither: the client may read on over another one, and the
 * call goes on for it. Once the request is answered nothing of it is held any more.
 *
 * @param disconnected outlives the request
 */
export async function untilEnding<Answer>(
  { mcpReq, http }: ServerContext,
  disconnected: AbortSignal | undefined,
  answer: (ending: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const ending = new AbortController();
  const leave = (): void => ending.abort(CALLER_GONE);
  const end = (): void => (isClosed(mcpReq.signal.reason) ? leave() : ending.abort(mcpReq.signal.reason));
  const left = [disconnected, mcpReq.envelope === undefined ? undefined : http?.req?.signal];
  const stops = [onAbort(mcpReq.signal, end), ...left.map((signal) => signal && onAbort(signal, leave))];
  try {
    return await answer(ending.signal);
  } finally {
    for (const stop of stops) stop?.();
  }
}

/**
 * Time after which a call is answered that its run goes on: undefined for a client that is sent how far it has come, and
 * for one without a way to ask again.
 */
export function answerTime(
  { mcpReq }: ServerContext,
  tools: readonly AgentTool[],
  answerMs: number = ANSWER_MS,
): number | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- the protocol's own name
  if (mcpReq._meta?.progressToken !== undefined) return undefined;
  return tools.some(({ name }) => name === "get_execution") ? answerMs : undefined;
}

/** Whether a request was ended by the end of its connection. */
function isClosed(reason: unknown): boolean {
  return reason instanceof SdkError && reason.code === SdkErrorCode.ConnectionClosed;
}
