import { CodemodeError } from "../../../base/codemode-error.ts";
import { isRecord } from "../../../base/is-record.ts";
import { Replay } from "./replay.ts";
import type { RunLog } from "../run-log.ts";
import type { ResumedRun } from "../recorder-settings.ts";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import type { LoadedEvent, RunStore, StoredRun } from "../run-store.ts";
import type { RunStart } from "../run-turns.ts";
import { SecretSeal } from "../secret-seal.ts";

/** A suspended run that this process has taken over, with all it takes to go on with it. */
interface TakenRun {
  readonly run: StoredRun;
  /** The program, secrets in it. */
  readonly code: string;
  readonly start: RunStart;
  /** Milliseconds it has run so far. */
  readonly ranMs: number;
  readonly resumed: ResumedRun;
}

/** What it takes to repeat a run. */
export interface RecordedRun {
  readonly events: readonly LoadedEvent[];
  readonly start: RunStart;
  readonly code: string;
}

/**
 * Takes over a run that was parked, or whose process died.
 *
 * Only the same version of codemode repeats a run. Throws `busy` when a living process holds it or it waits for decisions,
 * and `invalid_arguments` when it is not known, has ended, or was not recorded to be repeated.
 */
export async function takeRun(log: RunLog, runId: string, version: string): Promise<TakenRun> {
  const store = await log.open();
  const run = await store.get(runId);
  if (run === undefined) throw refused(`There is no run ${runId}.`, "codemode runs list shows the runs that are kept.");
  if (run.status !== "running" && run.status !== "suspended") {
    throw refused(
      `The run ${runId} has ended (${run.status}).`,
      `get_execution, or codemode runs show ${runId}, shows how.`,
    );
  }
  if (run.status === "running") throw new CodemodeError("busy", `The run ${runId} is held by another process.`);
  const recorded = await readRecorded(store, runId, log.secrets);
  if (recorded === undefined) {
    throw refused(`The run ${runId} was not recorded to be resumed.`, "Start its program anew.");
  }
  const { events, start, code } = recorded;
  if (start.version !== version) {
    throw refused(
      `The run ${runId} was started by codemode ${start.version}; this is ${version}.`,
      "Resume it with that version, or start its program anew.",
    );
  }
  const lease = await log.claim(store, runId);
  const resumed = { store, lease, replay: new Replay(events), written: events.length };
  return { run, code, start, ranMs: ranFor(events), resumed };
}

/** All that was written of a run, with the secrets in it; undefined for a run that cannot be repeated. */
export async function readRecorded(
  store: RunStore,
  runId: string,
  secrets: SecretFilter,
): Promise<RecordedRun | undefined> {
  const events = await readEvents(store, runId, secrets);
  const [first] = events;
  const start = first === undefined ? undefined : readStart(first);
  if (first === undefined || start === undefined) return undefined;
  const code: unknown = JSON.parse(first.body ?? '""');
  return { events, start, code: String(code) };
}

/** All events of a run, with the secrets in them. */
export async function readEvents(
  store: RunStore,
  runId: string,
  secrets: SecretFilter,
): Promise<readonly LoadedEvent[]> {
  const seal = new SecretSeal(secrets, store.salt);
  return (await store.load(runId, { whole: true })).map((event) => opened(event, seal));
}

/** An event with its secrets. */
function opened({ facts, body, ...event }: LoadedEvent, seal: SecretSeal): LoadedEvent {
  return { ...event, facts: seal.open(facts), ...(body === undefined ? {} : { body: seal.open(body) }) };
}

/** Undefined for a run that cannot be repeated. */
function readStart({ facts }: LoadedEvent): RunStart | undefined {
  const start: unknown = JSON.parse(facts);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the recorder wrote it
  return isRecord(start) && Array.isArray(start["seed"]) ? (start as unknown as RunStart) : undefined;
}

/** The time between the starts of a run and what came last after each. */
function ranFor(events: readonly LoadedEvent[]): number {
  let ranMs = 0;
  let from = 0;
  let last = 0;
  for (const { type, at } of events) {
    if (type === "decision") continue;
    if (type === "start") {
      ranMs += last - from;
      from = at;
    }
    last = Math.max(at, from);
  }
  return ranMs + last - from;
}

function refused(message: string, hint: string): CodemodeError {
  return new CodemodeError("invalid_arguments", message, { hint });
}
