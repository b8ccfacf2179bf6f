import type { ErrorReport } from "../base/codemode-error.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { SkillRun } from "./skills/skill-run.ts";
import type { ExecutionResult, ExecutionStatus, ToolCallTrace } from "./result.ts";

/** A finished run, as history keeps it: everything but its value and whole output. */
export interface HistoryEntry {
  readonly runId: string;
  readonly language: GuestLanguage;
  readonly sessionId?: string;
  /** The program as sent; for a skill that was run directly, the call of it. */
  readonly code: string;
  /** The skill that was run directly; absent for a program. */
  readonly skill?: SkillRun;
  /** Start time, as ISO text. */
  readonly startedAt: string;
  readonly status: ExecutionStatus;
  readonly durationMs: number;
  readonly error: ErrorReport | null;
  readonly toolCalls: readonly ToolCallTrace[];
  /** The beginning of the text for the model, at most 2,000 characters. */
  readonly text: string;
}

const TEXT_CHARACTERS = 2_000;

/** The last runs, newest first, in memory. */
export class ExecutionHistory {
  readonly #capacity: number;
  readonly #entries: HistoryEntry[] = [];

  /** @param capacity how many runs are remembered */
  constructor(capacity: number = 100) {
    this.#capacity = capacity;
  }

  /** Remembers a run; the oldest makes room. */
  add(
    run: Pick<HistoryEntry, "language" | "sessionId" | "code" | "startedAt" | "skill">,
    result: ExecutionResult,
  ): void {
    const { runId, status, durationMs, error, toolCalls, text } = result;
    this.#entries.unshift({
      ...run,
      runId,
      status,
      durationMs,
      error,
      toolCalls,
      text: text.slice(0, TEXT_CHARACTERS),
    });
    if (this.#entries.length > this.#capacity) this.#entries.pop();
  }

  /** The newest runs, newest first. */
  list(limit: number = this.#capacity): readonly HistoryEntry[] {
    return this.#entries.slice(0, limit);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.length = 0;
  }
}
