import type { ErrorReport } from "../base/codemode-error.ts";
import type { JsonValue } from "../base/json.ts";
import type { ContentItem } from "../sources/source.ts";

/** Where an execution stands: it has ended, waits for somebody or a process (`suspended`), or goes on in the background. */
export type ExecutionStatus = "completed" | "failed" | "suspended" | "cancelled" | "running";

/** One tool call of an execution. */
export interface ToolCallTrace {
  /** Full name, `server__tool`. */
  readonly tool: string;
  readonly status: "ok" | "error" | "denied" | "in_doubt";
  readonly durationMs: number;
}

/** A call that waits for somebody to decide about it. */
export interface PendingDecision {
  readonly callId: number;
  /** Full name, `server__tool`. */
  readonly tool: string;
  readonly arguments: unknown;
  /** `in_doubt`: it was started when its process died, and nobody knows whether it was done. */
  readonly kind: "approval" | "in_doubt" | "login";
  readonly reason: string;
  /** True when the program has not reached it yet. */
  readonly foreseen: boolean;
}

/** What was decided about a call that waits. */
export interface CallDecision {
  /** Its number in the run, or `all` for every call that waits. */
  readonly callId: number | "all";
  readonly decision: "approve" | "deny";
  /** Sent instead of what the program passed. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** For a call in doubt: it was done, and this is its result. */
  readonly value?: unknown;
  readonly reason?: string;
}

/** A text kept aside because it was too long for the reader; `read_artifact` reads it. */
export interface ArtifactSummary {
  readonly id: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** The beginning of the text, or a sketch of the shape of a JSON value. */
  readonly preview: string;
  /** File with the text, for callers on the same machine; absent where it is kept in memory. */
  readonly path?: string;
}

/** Result of one program. Failure of guest code is data here, never an exception. */
export interface ExecutionResult {
  readonly runId: string;
  readonly status: ExecutionStatus;
  /** True exactly when `status` is `completed`. */
  readonly success: boolean;
  /** The program's value, converted to JSON; null when there is none. */
  readonly value: JsonValue;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: ErrorReport | null;
  /** Changes, omissions and remarks, as sentences. */
  readonly notes: readonly string[];
  /** In the order the calls were made. */
  readonly toolCalls: readonly ToolCallTrace[];
  readonly artifacts: readonly ArtifactSummary[];
  /** Ids of the artifacts that hold what `text` leaves out; the fields of those names are still whole. */
  readonly keptAside: { readonly [Part in "value" | "stdout" | "stderr"]?: string };
  /** MCP content the program handed on with `emit`. */
  readonly content: readonly ContentItem[];
  /** Calls that wait for an answer; the run goes on when all have one. */
  readonly pending: readonly PendingDecision[];
  readonly durationMs: number;
  /** For a preview: the calls that do not read, in their order, and how far it came. */
  readonly preview?: {
    readonly calls: readonly Pick<PendingDecision, "callId" | "tool" | "arguments">[];
    /** True when the program came to its end. */
    readonly complete: boolean;
    /** Where the program used what a preview cannot know. */
    readonly stopped: { readonly line: number | null; readonly column: number | null; readonly reason: string } | null;
  };
  /** The outcome as text for a model, within the reading budget. */
  readonly text: string;
}

/** The result so far of a run that goes on in the background. */
export function toRunning(runId: string): ExecutionResult {
  return {
    runId,
    status: "running",
    success: false,
    value: null,
    stdout: "",
    stderr: "",
    error: null,
    notes: [],
    toolCalls: [],
    artifacts: [],
    keptAside: {},
    content: [],
    pending: [],
    durationMs: 0,
    text: `running: the program goes on as ${runId}. get_execution with this run_id waits for its result; cancel_execution ends it.`,
  };
}
