import { randomBytes } from "node:crypto";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { type EventRecord, eventsOf, hasLongBody, joinBatches, toBatch } from "./event-batch.ts";
import { leaseLost } from "../lease-lost.ts";
import { LongBodies } from "./long-bodies.ts";
import type {
  AuditVerdict,
  JournalEvent,
  Lease,
  LoadedEvent,
  ParkedRun,
  Retention,
  RunAnswer,
  RunBeginning,
  RunOutcome,
  RunQuery,
  RunSpec,
  RunStatus,
  RunStore,
  StoredRun,
} from "../run-store.ts";
import { isHeld, lastBefore, pendingAfter, recordTooLarge, sizeOf, withForgotten } from "../run-store.ts";

/** One run with all that a store has of it. */
interface MemoryRun extends EventRecord {
  run: StoredRun;
  token: number;
  heldUntil: number;
  isCancelled: boolean;
  bytes: number;
  readonly aside: LongBodies;
}

/** Maximum kept of one run: what a program receives is memory of the host as long as it runs. */
const RUN_BYTES = 64 * 1024 * 1024;

/** Events of a run that are kept as they are. */
const FEW_EVENTS = 4;

/** Outcome of a run that has just begun. */
const BEGUN = { status: "running", endedAt: null, durationMs: null, toolCalls: 0, result: null } as const;

/** Keeps runs in the memory of this process: the store of a library without a state directory. */
export class MemoryRunStore implements RunStore {
  readonly salt: string = randomBytes(16).toString("hex");
  readonly #now: () => number;
  readonly #capacityBytes: number;
  /** When sessions were forgotten; under `undefined` all of them. */
  readonly #forgotten = new Map<string | undefined, readonly number[]>();
  /** In the order of their start. */
  readonly #entries = new Map<string, MemoryRun>();
  #heldBytes = 0;

  /** @param options.capacityBytes the oldest finished runs make room above this */
  constructor(options: { readonly capacityBytes?: number; readonly now?: () => number } = {}) {
    this.#capacityBytes = options.capacityBytes ?? 32 * 1024 * 1024;
    this.#now = options.now ?? Date.now;
  }

  async submit(run: RunSpec): Promise<void> {
    this.#enter(run, BEGUN);
  }

  async begin(run: RunSpec, { owner, ttlMs, events, outcome }: RunBeginning): Promise<Lease> {
    const entry = this.#enter(run, outcome ?? BEGUN);
    entry.token = 1;
    if (outcome === undefined) entry.heldUntil = this.#now() + ttlMs;
    const bytes = sizeOf(events);
    const kept = await entry.aside.take(events, bytes);
    if (outcome === undefined) this.#append(entry, kept, bytes);
    else this.#end(entry, kept);
    return { runId: run.runId, owner, token: entry.token };
  }

  async claim(runId: string | null, owner: string, ttlMs: number): Promise<Lease | null> {
    const now = this.#now();
    const candidates = runId === null ? [...this.#entries.values()] : [this.#entries.get(runId)];
    const entry = candidates.find(
      (each) => each !== undefined && isUnfinished(each.run) && each.run.pending === 0 && !isHeld(each.heldUntil, now),
    );
    if (entry === undefined) return null;
    entry.token += 1;
    entry.heldUntil = now + ttlMs;
    entry.run = { ...entry.run, status: "running", result: null };
    return { runId: entry.run.runId, owner, token: entry.token };
  }

  async renew(lease: Lease, ttlMs: number): Promise<"held" | "cancel" | "lost"> {
    const entry = this.#entries.get(lease.runId);
    if (entry === undefined || !isHolder(entry, lease)) return "lost";
    entry.heldUntil = this.#now() + ttlMs;
    return entry.isCancelled ? "cancel" : "held";
  }

  async load(
    runId: string,
    { after = 0, whole = false }: { readonly after?: number; readonly whole?: boolean } = {},
  ): Promise<readonly LoadedEvent[]> {
    const entry = this.#entries.get(runId);
    if (entry === undefined) return [];
    const events = eventsOf(entry).slice(after);
    if (whole) return Promise.all(events.map((event) => entry.aside.whole(event)));
    return events.map((event) => withoutLongBody(event, entry.aside));
  }

  async append(lease: Lease, events: readonly JournalEvent[]): Promise<void> {
    const entry = this.#held(lease);
    const bytes = sizeOf(events);
    if (entry.bytes + bytes > RUN_BYTES)
      throw recordTooLarge(RUN_BYTES, "memory", "Set stateDir, so that runs are kept on disk.");
    this.#append(entry, await entry.aside.take(events, bytes), bytes);
  }

  async park(lease: Lease, event: JournalEvent, waiting: ParkedRun): Promise<void> {
    await this.append(lease, [event]);
    const entry = this.#held(lease);
    entry.run = { ...entry.run, status: "suspended", ...waiting };
    entry.heldUntil = 0;
  }

  async answer(runId: string, answers: readonly RunAnswer[]): Promise<boolean> {
    const entry = this.#entries.get(runId);
    if (entry === undefined || entry.run.status !== "suspended") return false;
    const before = eventsOf(entry);
    const left = pendingAfter(entry.run.pending, answers, answeredSince(before));
    if (left === undefined) return false;
    this.#append(
      entry,
      answers.map(({ event }, index) => ({ ...event, seq: before.length + index + 1 })),
    );
    entry.run = { ...entry.run, pending: left };
    return true;
  }

  async finish(lease: Lease, outcome: RunOutcome, events: readonly JournalEvent[]): Promise<void> {
    const entry = this.#held(lease);
    const kept = await entry.aside.take(events, sizeOf(events));
    entry.run = { ...entry.run, ...outcome, pending: 0 };
    this.#end(entry, kept);
  }

  async requestCancel(runId: string): Promise<boolean> {
    const entry = this.#entries.get(runId);
    if (entry === undefined || this.#statusOf(entry) !== "running") return false;
    entry.isCancelled = true;
    return true;
  }

  async waiting(startedBefore: number): Promise<readonly StoredRun[]> {
    return [...this.#entries.values()]
      .map(({ run }) => run)
      .filter(({ status, pending, startedAt }) => status === "suspended" && pending > 0 && startedAt < startedBefore);
  }

  async list({ status, session, client, limit = 20, before }: RunQuery = {}): Promise<{
    readonly runs: readonly StoredRun[];
    readonly total: number;
  }> {
    const shown = [...this.#entries.values()]
      .map((entry) => this.#show(entry))
      .filter((run) => (status === undefined || run.status === status) && (session ?? run.session) === run.session)
      .filter((run) => client === undefined || (run.client ?? null) === client)
      .sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1));
    const from = before === undefined ? 0 : shown.findIndex(({ runId }) => runId === before) + 1;
    return { runs: shown.slice(from, from + limit), total: shown.length };
  }

  async get(runId: string): Promise<StoredRun | undefined> {
    const entry = this.#entries.get(runId);
    return entry === undefined ? undefined : this.#show(entry);
  }

  async prune({ before = 0, keepBytes = Number.POSITIVE_INFINITY }: Retention): Promise<number> {
    const count = this.#entries.size;
    for (const entry of this.#entries.values()) {
      if (entry.run.startedAt < before && !isHeld(entry.heldUntil, this.#now())) this.#remove(entry);
    }
    this.#shrinkTo(keepBytes);
    return count - this.#entries.size;
  }

  async forgetSession(session: string | undefined, at: number): Promise<void> {
    const isKnown = session === undefined || this.#hasRunOf(session);
    if (isKnown) this.#forgotten.set(session, withForgotten(this.#forgotten.get(session) ?? [], at));
  }

  async sessionForgottenAt(session: string, before: number = Number.POSITIVE_INFINITY): Promise<number> {
    const times = [session, undefined].flatMap((each) => this.#forgotten.get(each) ?? []);
    return lastBefore(times, before);
  }

  async verify(): Promise<AuditVerdict> {
    return { ok: true, line: null, lines: 0, message: "Runs in memory have no audit log." };
  }

  async close(): Promise<void> {
    for (const { aside } of this.#entries.values()) aside.close();
    this.#entries.clear();
    this.#heldBytes = 0;
  }

  #enter(run: RunSpec, outcome: RunOutcome): MemoryRun {
    if (this.#entries.has(run.runId)) throw new CodemodeError("internal", `There is a run ${run.runId} already.`);
    const entry = {
      run: { ...run, ...outcome, pending: 0 },
      long: [],
      batches: [],
      token: 0,
      heldUntil: 0,
      isCancelled: false,
      bytes: 0,
      aside: new LongBodies(),
    };
    this.#entries.set(run.runId, entry);
    this.#grow(entry, run.code.length + 500);
    return entry;
  }

  #append(entry: MemoryRun, events: readonly JournalEvent[], bytes: number = sizeOf(events)): void {
    // A run without calls has a start and an end, which take no more room as they are.
    if (entry.long.length + events.length <= FEW_EVENTS) entry.long.push(...events);
    else {
      const batch = toBatch(events, entry.long);
      if (batch !== undefined) entry.batches.push(batch);
    }
    this.#grow(entry, bytes);
  }

  #end(entry: MemoryRun, last: readonly JournalEvent[]): void {
    this.#append(entry, last);
    entry.heldUntil = 0;
    entry.batches = joinBatches(entry.batches);
    this.#grow(entry, entry.run.result?.length ?? 0);
    this.#shrinkTo(this.#capacityBytes);
  }

  #held(lease: Lease): MemoryRun {
    const entry = this.#entries.get(lease.runId);
    if (entry === undefined || !isHolder(entry, lease)) throw leaseLost(lease.runId);
    return entry;
  }

  #statusOf({ run, heldUntil }: MemoryRun): RunStatus {
    return run.status === "running" && !isHeld(heldUntil, this.#now()) ? "suspended" : run.status;
  }

  #show(entry: MemoryRun): StoredRun {
    return { ...entry.run, status: this.#statusOf(entry) };
  }

  #grow(entry: MemoryRun, bytes: number): void {
    entry.bytes += bytes;
    this.#heldBytes += bytes;
  }

  /** Newest first, so that what does not fit any more is the oldest. */
  #shrinkTo(keepBytes: number): void {
    if (this.#heldBytes <= keepBytes) return;
    let sum = 0;
    for (const entry of [...this.#entries.values()].reverse()) {
      sum += entry.bytes;
      if (sum > keepBytes && !isHeld(entry.heldUntil, this.#now())) this.#remove(entry);
    }
  }

  #remove({ run, bytes, aside }: MemoryRun): void {
    aside.close();
    this.#entries.delete(run.runId);
    this.#heldBytes -= bytes;
    const { session } = run;
    // Nothing of a session without runs can come back.
    if (session !== null && this.#forgotten.has(session) && !this.#hasRunOf(session)) this.#forgotten.delete(session);
  }

  #hasRunOf(session: string): boolean {
    return [...this.#entries.values()].some(({ run }) => run.session === session);
  }
}

/** Numbers of the calls that were answered since a run was parked. */
function answeredSince(events: readonly JournalEvent[]): ReadonlySet<number> {
  const parked = events.findLastIndex(({ type }) => type === "wait");
  return new Set(events.slice(parked + 1).flatMap(({ callId }) => callId ?? []));
}

function isUnfinished({ status }: StoredRun): boolean {
  return status === "running" || status === "suspended";
}

function isHolder({ run, token }: MemoryRun, lease: Lease): boolean {
  return token === lease.token && run.status === "running";
}

function withoutLongBody(event: JournalEvent, aside: LongBodies): LoadedEvent {
  const bodyBytes = aside.bytesOf(event);
  if (bodyBytes !== undefined) return { ...event, bodyBytes };
  if (!hasLongBody(event)) return event;
  const { body = "", ...rest } = event;
  return { ...rest, bodyBytes: Buffer.byteLength(body) };
}
