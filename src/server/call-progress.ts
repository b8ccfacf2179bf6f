import type { ServerContext } from "@modelcontextprotocol/server";
import type { ExecutionEvent } from "../runs/events.ts";
import type { CallProgress } from "../sources/source.ts";
import { reportProgress } from "../tools/runs/run-progress.ts";

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
