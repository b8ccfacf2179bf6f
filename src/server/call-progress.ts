import type { ServerContext } from "@modelcontextprotocol/server";
import type { ExecutionEvent } from "../execution/events.ts";

/** Tells the client of one request how far its run has come. */
export interface CallProgress {
  /** Hears the events of the run. */
  readonly hear: (event: ExecutionEvent) => void;
  /** Ends the notifications; resolves when all are sent. */
  readonly end: () => Promise<void>;
}

/**
 * Turns events of a run into progress notifications, in order; nothing for a client that did not ask for them.
 *
 * The whole part of the progress counts the tool calls that have ended; the rest is how far one under way has come.
 */
export function createCallProgress({
  // oxlint-disable-next-line no-underscore-dangle -- the protocol's own name
  _meta: meta,
  notify,
}: ServerContext["mcpReq"]): CallProgress | undefined {
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let isOpen = true;
  let sending = Promise.resolve();
  let ended = 0;
  let told = 0;
  const tell = (progress: number, message: string): void => {
    // The protocol wants progress to grow with each notification.
    if (!isOpen || progress <= told) return;
    told = progress;
    const notification = { method: "notifications/progress" as const, params: { progressToken, progress, message } };
    sending = sending.then(() => notify(notification)).catch(() => {});
  };
  return {
    hear: (event) => {
      if (event.type === "tool_call_end") {
        ended += 1;
        tell(ended, `${event.tool}: ${event.status}`);
      } else if (event.type === "tool_call_progress") {
        const { tool, message = `${event.progress}${event.total === undefined ? "" : ` of ${event.total}`}` } = event;
        tell(ended + shareOf(event), `${tool}: ${message}`);
      }
    },
    end: () => {
      isOpen = false;
      return sending;
    },
  };
}

/** How much of a call is done: between 0 and 1, and never quite 1. */
function shareOf({ progress, total }: Extract<ExecutionEvent, { type: "tool_call_progress" }>): number {
  const done = Math.max(0, progress);
  const share = total !== undefined && total > 0 ? done / total : done / (done + 1);
  return Math.min(share, 0.99);
}
