import type { JsonValue } from "../base/json.ts";
import type { CodemodeError } from "../base/codemode-error.ts";
import type { ContentItem } from "../sources/source.ts";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import { toReadingText } from "./reading-text.ts";
import type { ArtifactSummary, ExecutionResult, ExecutionStatus, ToolCallTrace } from "./result.ts";

/** Everything one run leaves behind, what it runs itself included, until the result is made of it. */
export class RunRecord {
  /** The value as JSON; null until the program finished. */
  value: JsonValue = null;
  /** Sentences for the reader, in order. */
  readonly notes: string[] = [];
  /** Sentences about results of tools; the same one counts once. */
  readonly resultNotes: Set<string> = new Set();
  readonly output: { readonly stdout: string[]; readonly stderr: string[] } = { stdout: [], stderr: [] };
  /** The calls in the order they were made; one under way is `in_doubt`. */
  readonly toolCalls: { tool: string; status: ToolCallTrace["status"]; durationMs: number }[] = [];
  /** Content handed on with `emit`, and its size as JSON text. */
  readonly content: ContentItem[] = [];
  contentBytes = 0;
  /** Artifacts the program saved. */
  readonly saved: ArtifactSummary[] = [];
  /** Requests that reached the door, and those among them that are not tool calls. */
  crossings = 0;
  served = 0;
  /** Output of skills, in bytes. */
  skillLogBytes = 0;

  /**
   * The result.
   *
   * @param run what is known of the run beside this record
   * @param store where texts too long for a model are kept aside; by default nothing is
   */
  toResult(
    run: { readonly runId: string; readonly durationMs: number; readonly hookNotes: readonly string[] },
    error: CodemodeError | undefined,
    store?: ArtifactStore,
  ): ExecutionResult {
    const status = statusOf(error);
    const outcome = {
      value: error === undefined ? this.value : null,
      stdout: this.output.stdout.join(""),
      stderr: this.output.stderr.join(""),
      error: error?.toReport() ?? null,
      notes: [...this.notes, ...this.resultNotes, ...run.hookNotes],
    };
    const reading = toReadingText(outcome, store);
    return {
      runId: run.runId,
      status,
      success: status === "completed",
      ...outcome,
      toolCalls: this.toolCalls.map((call) => ({ ...call })),
      artifacts: [...this.saved, ...reading.artifacts],
      keptAside: reading.keptAside,
      content: [...this.content],
      pending: [],
      durationMs: run.durationMs,
      text: reading.text,
    };
  }
}

function statusOf(error: CodemodeError | undefined): ExecutionStatus {
  if (error === undefined) return "completed";
  return error.code === "cancelled" ? "cancelled" : "failed";
}
