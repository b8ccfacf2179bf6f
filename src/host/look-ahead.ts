import type { Decisions } from "../runs/decisions/decisions.ts";
import { ScratchJournal } from "../runs/decisions/scratch-journal.ts";
import { readRecorded } from "../runs/journal/replay/resume-run.ts";
import type { RunLog } from "../runs/journal/run-log.ts";
import type { PendingDecision } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import type { RunHost } from "../runs/run-settings.ts";
import { type KeptSessions, repeat } from "./kept-sessions.ts";

/** Time that looking ahead may take, and that it may take before to have the variables of a session. */
const FORESIGHT_MS = 10_000;
const COPY_MS = 20_000;

/**
 * The calls that a parked run will come to and that somebody has to decide about, beside those that it waits for.
 *
 * Runs the program of a parked run once more from its journal, in a sandbox of its own in which what reads is done and what
 * does not is only listed, by the decisions that are passed. A program of a session sees a copy of its variables. Nothing of
 * it is recorded, printed or kept, and it ends after ten seconds at the latest.
 */
export async function lookAhead(
  { language, limits, artifacts, record }: Run,
  { runId, startedAt, sessionId }: { readonly runId: string; readonly startedAt: number; readonly sessionId?: string },
  {
    host,
    log,
    sessions,
    decisions,
  }: {
    readonly host: () => RunHost;
    readonly log: RunLog;
    readonly sessions: KeptSessions;
    readonly decisions: Decisions;
  },
): Promise<readonly PendingDecision[]> {
  const recorded = await readRecorded(await log.open(), runId, log.secrets);
  if (recorded === undefined) return [];
  const { code, start } = recorded;
  const name = sessionId === undefined ? undefined : { language, sessionId, runId, artifacts };
  const copy = name && (await sessions.copyBefore(name, startedAt, AbortSignal.timeout(COPY_MS)));
  if (name !== undefined && copy === undefined) return [];
  try {
    const journal = ScratchJournal.of(recorded, startedAt);
    const signal = AbortSignal.timeout(FORESIGHT_MS);
    const run = new Run(host(), { language, limits, signal, journal, decisions });
    journal.restore(run.record, run.budget);
    await run.finish(() => repeat(run, { code, sessionId: copy?.sessionId, start }));
  } finally {
    await copy?.close();
  }
  const known = new Set(record.pending?.map(({ callId }) => callId));
  return decisions.listed.flatMap(({ asks: reason, ...call }) =>
    reason === undefined || known.has(call.callId) ? [] : [{ ...call, kind: "approval", reason, foreseen: true }],
  );
}
