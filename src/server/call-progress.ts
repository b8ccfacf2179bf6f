import type { ServerContext } from "@modelcontextprotocol/server";
import type { ExecutionEvent } from "../runs/events.ts";
import { reportProgress } from "../tools/run-progress.ts";

/** Tells the client of one request how far its run has come. */
export interface CallProgress {
  /** Hears the events of the run. */
  readonly hear: (event: ExecutionEvent) => void;
  /** Ends the notifications; resolves when all are sent. */
  readonly end: () => Promise<void>;
}

/** Turns events of a run into progress notifications, in order; nothing for a client that did not ask for them. */
export function createCallProgress({
  // oxlint-disable-next-line no-underscore-dangle -- the protocol's own name
  _meta: meta,
  notify,
}: ServerContext["mcpReq"]): CallProgress | undefined {
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let isOpen = true;
  let sending = Promise.resolve();
  return {
    hear: reportProgress((progress) => {
      if (!isOpen) return;
      const notification = { method: "notifications/progress" as const, params: { progressToken, ...progress } };
      sending = sending.then(() => notify(notification)).catch(() => {});
    }),
    end: () => {
      isOpen = false;
      return sending;
    },
  };
}
