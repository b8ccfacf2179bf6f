import type { ExecutionEvent } from "codemode";

/** A call that a program made. */
export interface RecordedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Place in the order of calls, from 0. */
  readonly order: number;
  /** Calls of one batch were all under way before any of them had ended: a perfect model makes them in one turn. */
  readonly batch: number;
}

/** The calls of a run, from its events. */
export function callsOf(events: readonly ExecutionEvent[]): readonly RecordedCall[] {
  const calls: RecordedCall[] = [];
  let batch = 0;
  let hasEnded = false;
  for (const event of events) {
    if (event.type === "tool_call_end") hasEnded = true;
    if (event.type !== "tool_call_start") continue;
    if (hasEnded) batch += 1;
    hasEnded = false;
    calls.push({ tool: event.tool, args: event.arguments, order: calls.length, batch });
  }
  return calls;
}
