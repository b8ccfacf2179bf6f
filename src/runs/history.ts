import type { ErrorReport } from "../base/codemode-error.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { RunLog } from "./journal/run-log.ts";
import type { StoredRun } from "./journal/run-store.ts";
import type { ExecutionResult, ExecutionStatus, ToolCallTrace } from "./result.ts";
import type { SkillRun } from "./skills/skill-run.ts";

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

/** Runs looked at: what is older is found by `runs`. */
const MAX_RUNS = 100;

/** The last finished runs of programs and skills in a log, newest first; none where nothing is recorded. */
export async function readHistory(
  log: RunLog,
  { limit = MAX_RUNS, client }: { readonly limit?: number | undefined; readonly client?: string | null } = {},
): Promise<readonly HistoryEntry[]> {
  if (log.isOff) return [];
  const store = await log.open();
  const { runs } = await store.list({ limit: MAX_RUNS, ...(client === undefined ? {} : { client }) });
  const entries: HistoryEntry[] = [];
  for (const { runId } of runs) {
    if (entries.length >= limit) break;
    const run = runId.startsWith("run_") ? await store.get(runId) : undefined;
    if (typeof run?.result === "string") entries.push(toEntry(run, JSON.parse(run.result)));
  }
  return entries;
}

function toEntry(
  { runId, language, session, code, skill, startedAt }: StoredRun,
  { status, durationMs, error, toolCalls, text }: ExecutionResult,
): HistoryEntry {
  return {
    runId,
    language,
    ...(session === null ? {} : { sessionId: session }),
    code,
    ...(skill === undefined ? {} : { skill }),
    startedAt: new Date(startedAt).toISOString(),
    status,
    durationMs,
    error,
    toolCalls,
    text,
  };
}
