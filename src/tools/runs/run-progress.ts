import type { ExecutionEvent } from "../../runs/events.ts";

/** Progress of a run. */
interface RunProgress {
  /** Grows with each report: the whole part counts the tool calls that have ended, the rest is how far one has come. */
  readonly progress: number;
  /** Names the tool. */
  readonly message: string;
}

/** Makes a listener of the events of one run that reports its progress; for callers that show one number. */
export function reportProgress(report: (progress: RunProgress) => void): (event: ExecutionEvent) => void {
  let ended = 0;
  let reported = 0;
  return (event) => {
    if (event.type === "tool_call_end") {
      ended += 1;
      reported = ended;
      // It may wait for an approval, or be cut off.
      report({
        progress: ended,
        message: `${event.tool}: ${event.status === "in_doubt" ? "no result" : event.status}`,
      });
    } else if (event.type === "tool_call_progress") {
      const progress = ended + shareOf(event);
      if (progress <= reported) return;
      reported = progress;
      const { tool, message = `${event.progress}${event.total === undefined ? "" : ` of ${event.total}`}` } = event;
      report({ progress, message: `${tool}: ${message}` });
    }
  };
}

/** Completed part of a call: between 0 and 1, and never quite 1. */
function shareOf({ progress, total }: Extract<ExecutionEvent, { type: "tool_call_progress" }>): number {
  const done = Math.max(0, progress);
  const share = total !== undefined && total > 0 ? done / total : done / (done + 1);
  return Math.min(share, 0.99);
}
