import { CodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { parseRecorded } from "./replay/replay.ts";
import type { RunLog } from "./run-log.ts";
import type { RunStore, StoredRun } from "./run-store.ts";

/** The store, after the runs that have waited too long for a decision have ended as `expired`. */
export async function openUnexpired(log: RunLog): Promise<RunStore> {
  const store = await log.open();
  const before = Date.now() - log.expireMs;
  for (const run of await store.waiting(before)) {
    if ((await parkedAt(store, run.runId)) > before) continue;
    // Another process may be about to do the same.
    await endParked({ log, store }, run, "expired").catch(() => {});
  }
  return store;
}

async function parkedAt(store: RunStore, runId: string): Promise<number> {
  const events = await store.load(runId);
  return events.findLast(({ type }) => type === "wait")?.at ?? Number.POSITIVE_INFINITY;
}

/** Ends a run that nobody holds, also one that waits for answers. Throws `busy` when another process takes it meanwhile. */
export async function endParked(
  { log, store }: { readonly log: RunLog; readonly store: RunStore },
  { runId, startedAt, toolCalls, durationMs, pending, result: kept }: StoredRun,
  status: "cancelled" | "expired",
): Promise<void> {
  // A run that waits for answers cannot be taken.
  const event = { type: "decision", at: Date.now(), facts: JSON.stringify({ by: status }) } as const;
  if (pending > 0 && !(await store.answer(runId, [{ event }]))) {
    throw new CodemodeError("busy", `Somebody decides about the calls of the run ${runId} just now.`);
  }
  const lease = await log.claim(store, runId);
  const seq = (await store.load(runId)).length + 1;
  const endedAt = Date.now();
  const before: object | null = parseRecorded(kept ?? "null");
  const result = before === null ? null : stringifyJson({ ...before, status, pending: [] });
  const outcome = { status, endedAt, durationMs: durationMs ?? endedAt - startedAt, toolCalls, result };
  await store.finish(lease, outcome, [{ seq, type: "end", at: endedAt, facts: JSON.stringify({ status }) }]);
}
