import type { ErrorReport } from "../base/codemode-error.ts";
import type { JsonObject } from "../base/json.ts";
import type { DecidingHooks } from "./decisions/call-hooks.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { ExecutionResult, ToolCallTrace } from "./result.ts";

/** A program is about to run; always the first event of a run. */
export interface RunStartEvent {
  readonly type: "run_start";
  readonly runId: string;
  readonly language: GuestLanguage;
  readonly code: string;
  readonly sessionId?: string;
}

/** A tool was asked for; what follows about this call has the same `callId`. */
export interface ToolCallStartEvent {
  readonly type: "tool_call_start";
  readonly runId: string;
  /** Counts the calls of a run from 1, in the order they were made. */
  readonly callId: number;
  /** Full name, `server__tool`, as far as known. */
  readonly tool: string;
  /** A copy of the program's arguments, before any check; empty for a value that is not an object. */
  readonly arguments: JsonObject;
}

/** The server of a call reported its progress. */
export interface ToolCallProgressEvent {
  readonly type: "tool_call_progress";
  readonly runId: string;
  readonly callId: number;
  readonly tool: string;
  /** In a unit of the server's own; grows. */
  readonly progress: number;
  /** Final value of `progress`, when the server knows it. */
  readonly total?: number;
  readonly message?: string;
}

/** A call has ended, well or not. One that is in progress when its run ends, or was never made, ends `in_doubt`. */
export interface ToolCallEndEvent extends ToolCallTrace {
  readonly type: "tool_call_end";
  readonly runId: string;
  readonly callId: number;
  /** Why it failed, at most 10,000 characters of it; absent when it did not. */
  readonly error?: ErrorReport;
}

/** The program printed something. */
export interface OutputEvent {
  readonly type: "output";
  readonly runId: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** The run is over; always the last event, exactly once. */
export interface RunEndEvent {
  readonly type: "run_end";
  readonly runId: string;
  readonly result: ExecutionResult;
}

/** Events of one run, in their order. */
export type ExecutionEvent =
  | RunStartEvent
  | ToolCallStartEvent
  | ToolCallProgressEvent
  | ToolCallEndEvent
  | OutputEvent
  | RunEndEvent;

/** Listeners to the events of a run, called before the run continues, or to those of some types only. */
export interface EventListener {
  (event: ExecutionEvent): unknown;
  /** The types it hears; others may not even be made. @default all */
  readonly types?: ReadonlySet<ExecutionEvent["type"]>;
}

/**
 * Functions a host is called back with while programs run, each before the run continues. Those that begin with `on` only
 * hear: what one of them throws is a note of the run, and never changes its course.
 */
export interface ExecutionHooks extends DecidingHooks {
  readonly onRunStart?: (event: RunStartEvent) => void;
  readonly onToolCallStart?: (event: ToolCallStartEvent) => void;
  readonly onToolCallProgress?: (event: ToolCallProgressEvent) => void;
  readonly onToolCallEnd?: (event: ToolCallEndEvent) => void;
  readonly onOutput?: (event: OutputEvent) => void;
  readonly onRunEnd?: (event: RunEndEvent) => void;
}

/**
 * The events of one run as they happen, and its result.
 *
 * Leaving the loop before the end cancels the run. A reader that is slow holds nothing up: what it has not read yet waits.
 */
export interface ExecutionStream extends AsyncIterable<ExecutionEvent> {
  /** Resolves with the result of the run, also when the events are not read. */
  readonly result: Promise<ExecutionResult>;
}
