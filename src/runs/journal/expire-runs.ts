import type { RunLog } from "./run-log.ts";
import type { RunStore, StoredRun } from "./run-store.ts";

/** Parked runs that are looked at, newest first. */
const MOST_PARKED = 1_000;

/** The store, after the runs that have waited too long for a decision have ended as `expired`. */
export async function openUnexpired(log: RunLog): Promise<RunStore> {
  const store = await log.open();
  const before = Date.now() - log.expireMs;
  const { runs } = await store.list({ status: "suspended", limit: MOST_PARKED });
  for (const run of runs) {
    if (run.pending === 0 || run.startedAt > before || (await parkedAt(store, run.runId)) > before) continue;
    // Another process may be about to do the same.
    await expire(log, store, run).catch(() => {});
  }
  return store;
}

async function parkedAt(store: RunStore, runId: string): Promise<number> {
  const events = await store.load(runId);
  return events.findLast(({ type }) => type === "wait")?.at ?? Number.POSITIVE_INFINITY;
}

async function expire(log: RunLog, store: RunStore, run: StoredRun): Promise<void> {
  const { runId, startedAt, toolCalls, durationMs } = run;
  const seq = (await store.load(runId)).length + 1;
  const lease = await log.claim(store, runId);
  const endedAt = Date.now();
  const status = "expired";
  const kept: unknown = JSON.parse(run.result ?? "null");
  const result = kept === null ? null : JSON.stringify(Object.assign({}, kept, { status, pending: [] }));
  const outcome = { status, endedAt, durationMs: durationMs ?? endedAt - startedAt, toolCalls, result } as const;
  await store.finish(lease, outcome, [{ seq, type: "end", at: endedAt, facts: JSON.stringify({ status }) }]);
}
