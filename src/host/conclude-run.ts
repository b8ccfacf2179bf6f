import { defined } from "../base/defined.ts";
import type { CodemodeError } from "../base/codemode-error.ts";
import type { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import { Decisions } from "../runs/decisions/decisions.ts";
import { reads } from "../runs/decisions/policy.ts";
import type { RunRecorder } from "../runs/journal/run-recorder.ts";
import { showPreview, showWaiting } from "../runs/reading-text.ts";
import type { ExecutionResult } from "../runs/result.ts";
import type { Run } from "../runs/run.ts";
import type { RunRecord } from "../runs/run-record.ts";
import type { ExecuteOptions } from "./executor-options.ts";

/** How the text is made, where a model reads it. */
function modelReading(
  store: ArtifactStore,
  { reader, readingCharacters }: Pick<ExecuteOptions, "reader" | "readingCharacters">,
): Parameters<RunRecord["conclude"]>[2] {
  return reader === "model" ? { store, ...defined({ characters: readingCharacters }) } : undefined;
}

/** The result of a run that has ended or is parked, written to its journal. */
export async function conclude(
  run: Run,
  recorder: RunRecorder | undefined,
  {
    ended,
    ranMs,
    options,
    approvers,
  }: {
    readonly approvers: ReadonlySet<string>;
    readonly ended: CodemodeError | undefined;
    readonly ranMs: number;
    readonly options: Pick<ExecuteOptions, "reader" | "readingCharacters">;
  },
): Promise<ExecutionResult> {
  const { record, decisions, events, clock, artifacts } = run;
  const model = modelReading(artifacts, options);
  const error = isStopped(ended) ? ended : (recorder?.divergence ?? ended);
  const isFailed = error !== undefined && record.pending === undefined;
  record.notes.push(...(decisions.past?.notes ?? []), ...(isFailed ? writesDone(run, options.reader) : []));
  record.notes.push(...((await recorder?.notes()) ?? []));
  const result = record.conclude({ runId: events.runId, durationMs: clock.elapsedMs + ranMs }, error, model);
  const read = withWaiting(result, approvers);
  const shown = decisions.isPreview ? withPreview(read, decisions.listed) : read;
  return recorder === undefined ? shown : recorder.finish(shown, Decisions.definitionsAsked(run), record.written);
}

/** The result of a parked run says what it waits for. */
function withWaiting(result: ExecutionResult, approvers: ReadonlySet<string>): ExecutionResult {
  return result.status === "suspended" ? { ...result, text: showWaiting(result, approvers) } : result;
}

/** What a failed run has done, and how to try again without doing it twice. */
function writesDone(
  { record, root: { catalog }, events: { runId }, journal }: Run,
  reader: ExecuteOptions["reader"],
): readonly string[] {
  const command = reader === "model" ? "" : ` (codemode exec --retry-of ${runId})`;
  const retry = `A corrected program does none of that again with retry_of: "${runId}"${command}.`;
  const isRead = (tool: string): boolean => {
    const entry = catalog.get(tool);
    return entry !== undefined && reads(entry);
  };
  return record.writesDone(isRead, journal === undefined ? undefined : retry);
}

/** The result of a preview: what was listed was not called, and where the program ended otherwise than by itself. */
function withPreview(result: ExecutionResult, listed: Decisions["listed"]): ExecutionResult {
  const { error, toolCalls } = result;
  const calls = listed.map(({ callId, tool, arguments: args }) => ({ callId, tool, arguments: args }));
  const ids = new Set(calls.map(({ callId }) => callId));
  const { line = null, column = null, message: reason } = error ?? { message: "" };
  const preview = { calls, complete: error === null, stopped: error === null ? null : { line, column, reason } };
  const text = `${showPreview(preview)}\n\n${result.text}`;
  return { ...result, toolCalls: toolCalls.filter((_call, index) => !ids.has(index + 1)), preview, text };
}

/** Whether something else than the program itself ended a run. */
function isStopped(error: CodemodeError | undefined): boolean {
  return error !== undefined && STOPS.has(error.code);
}

const STOPS: ReadonlySet<string> = new Set([
  "cancelled",
  "time_limit",
  "memory_limit",
  "call_limit",
  "busy",
  "internal",
]);
