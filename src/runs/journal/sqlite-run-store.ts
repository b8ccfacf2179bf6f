import { join } from "node:path";
import type Libsql from "libsql";
import { CodemodeError } from "../../base/codemode-error.ts";
import { AuditLog } from "./audit-log.ts";
import { DatabaseFile, isRow, openDatabase, transactions } from "./database.ts";
import { leaseLost } from "./lease-lost.ts";
import { isDeadOwner } from "../../base/processes/process-owner.ts";
import type {
  AuditEntry,
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
  RunStore,
  StoredRun,
} from "./run-store.ts";
import { INLINE_BYTES, pendingAfter, recordTooLarge, sizeOf } from "./run-store.ts";
import { createStatements, type Statements, toEvent, toIds, toRun } from "./sqlite-statements.ts";
import { StoreFacts } from "./store-facts.ts";
import { TurnWriter } from "./turn-writer.ts";

/** What every run takes beside its events. */
const OVERHEAD_BYTES = 500;

/** Where a {@link SqliteRunStore} is, and how sure it writes. */
interface SqliteStoreSettings {
  /** Folder of `state.db` and `audit.jsonl`; made when it is missing. */
  readonly directory: string;
  /** `FULL` also survives a loss of power, at some milliseconds a call. @default "NORMAL" */
  readonly synchronous?: "NORMAL" | "FULL";
  /** Maximum kept of one run. @default 512 MB */
  readonly runBytes?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** A record that is larger would be the first to be removed: no more than this is kept of all runs where nothing else is said. */
const RUN_BYTES = 512 * 1024 * 1024;

/** Keeps runs in `state.db` and their audit log in `audit.jsonl`, for any number of processes at once. */
export class SqliteRunStore implements RunStore {
  readonly salt: string;
  readonly #database: Libsql.Database;
  readonly #file: DatabaseFile;
  readonly #audit: AuditLog;
  readonly #facts: StoreFacts = new StoreFacts(() => this.#sql);
  readonly #now: () => number;
  readonly #runBytes: number;
  readonly #statements: Statements;
  #isClosed = false;
  readonly #transaction: ReturnType<typeof transactions>;
  readonly #turn: TurnWriter;

  private constructor(
    database: Libsql.Database,
    { directory, now = Date.now, runBytes = RUN_BYTES }: SqliteStoreSettings,
  ) {
    this.#database = database;
    this.#file = new DatabaseFile(directory);
    this.#audit = new AuditLog(join(directory, "audit.jsonl"));
    this.#now = now;
    this.#runBytes = runBytes;
    this.#statements = createStatements(database);
    this.#transaction = transactions(database);
    this.#turn = new TurnWriter(database, (work) => this.#transact(work));
    this.salt = this.#facts.salt;
  }

  /** Opens the store of a directory. Throws `config_error` that says what stands in the way. */
  static async open(settings: SqliteStoreSettings): Promise<SqliteRunStore> {
    const { directory, synchronous = "NORMAL" } = settings;
    return new SqliteRunStore(await openDatabase(directory, { synchronous }), settings);
  }

  /** False once the file was removed or replaced by another; what is written from then on is lost. */
  get isThere(): boolean {
    return this.#file.isThere;
  }

  async forgetSession(session: string | undefined, at: number): Promise<void> {
    const isKnown = session === undefined || (await this.list({ session, limit: 1, isCounted: false })).total > 0;
    if (isKnown) await this.#turn.write(() => this.#facts.forget(session, at));
  }

  async sessionForgottenAt(session: string, before: number = Number.POSITIVE_INFINITY): Promise<number> {
    return this.#facts.forgottenAt(session, before);
  }

  async submit(run: RunSpec): Promise<void> {
    this.#transact(() => this.#keep(run));
  }

  async begin(run: RunSpec, { owner, ttlMs, events, outcome }: RunBeginning): Promise<Lease> {
    const lease = { runId: run.runId, owner, token: 1 };
    await this.#turn.write(() => {
      this.#keep(run, { owner, token: lease.token, until: this.#now() + ttlMs, bytes: sizeOf(events) });
      for (const event of events) this.#insert(lease.runId, event);
      if (outcome !== undefined) this.#end(lease, outcome);
    });
    if (outcome === undefined) this.#turn.inProgress.add(lease.runId);
    else this.#file.assertThere();
    return lease;
  }

  async claim(runId: string | null, owner: string, ttlMs: number): Promise<Lease | null> {
    if (runId !== null) this.#letGoOfDead(runId);
    const now = this.#now();
    const found = this.#sql.claim.get({ runId, owner, until: now + ttlMs, now });
    return isRow(found) ? { runId: String(found["run_id"]), owner, token: Number(found["token"]) } : null;
  }

  async renew({ runId, token }: Lease, ttlMs: number): Promise<"held" | "cancel" | "lost"> {
    const found = this.#sql.renew.get(this.#now() + ttlMs, runId, token);
    if (!isRow(found)) return "lost";
    return found["cancelled"] === 1 ? "cancel" : "held";
  }

  async load(
    runId: string,
    { after = 0, whole = false }: { readonly after?: number; readonly whole?: boolean } = {},
  ): Promise<readonly LoadedEvent[]> {
    return (whole ? this.#sql.loadWhole : this.#sql.load).all(runId, after).filter(isRow).map(toEvent);
  }

  async append(lease: Lease, events: readonly JournalEvent[], audit: readonly AuditEntry[] = []): Promise<void> {
    this.#transact(() => {
      this.#write(lease, events);
      if (audit.length > 0) this.#log(audit);
    });
  }

  async park(lease: Lease, event: JournalEvent, waiting: ParkedRun): Promise<void> {
    const { pending, durationMs = null, toolCalls = 0, result = null } = waiting;
    this.#turn.inProgress.delete(lease.runId);
    this.#transact(() => {
      this.#write(lease, [event]);
      this.#sql.park.run(pending, durationMs, toolCalls, result, lease.runId);
    });
  }

  async answer(runId: string, answers: readonly RunAnswer[]): Promise<boolean> {
    return this.#transact(() => {
      const rows = this.#sql.answered.all({ runId }).filter(isRow);
      const run = this.#sql.parked.get(runId);
      const known = new Set(rows.map((row) => Number(row["call_id"])));
      const left = isRow(run) ? pendingAfter(Number(run["pending"]), answers, known) : undefined;
      if (!isRow(run) || left === undefined) return false;
      for (const [index, { event }] of answers.entries()) {
        this.#insert(runId, { ...event, seq: Number(run["seq"]) + index + 1 });
      }
      this.#sql.wait.run(left, runId);
      const audit = answers.flatMap((answer) => answer.audit ?? []);
      if (audit.length > 0) this.#log(audit);
      return true;
    });
  }

  async finish(lease: Lease, outcome: RunOutcome, events: readonly JournalEvent[]): Promise<void> {
    this.#turn.inProgress.delete(lease.runId);
    await this.#turn.write(() => {
      this.#write(lease, events, true);
      this.#end(lease, outcome);
    });
    this.#file.assertThere();
  }

  async requestCancel(runId: string): Promise<boolean> {
    return this.#sql.requestCancel.run({ runId, now: this.#now() }).changes > 0;
  }

  async waiting(startedBefore: number): Promise<readonly StoredRun[]> {
    return this.#sql.waiting.all({ before: startedBefore, now: this.#now() }).filter(isRow).map(toRun);
  }

  async list(query: RunQuery = {}): Promise<{ readonly runs: readonly StoredRun[]; readonly total: number }> {
    this.#assertOpen();
    const { list, count, parameters } = this.#statements.listing(query);
    const now = this.#now();
    const read = (): readonly StoredRun[] =>
      list
        .all({ ...parameters, now, before: query.before ?? null, limit: query.limit ?? 20 })
        .filter(isRow)
        .map(toRun);
    const runs = read();
    const dead = runs.filter(({ status, runId }) => status === "running" && this.#letGoOfDead(runId));
    const total = query.isCounted === false ? undefined : count.get({ ...parameters, now });
    return { runs: dead.length > 0 ? read() : runs, total: isRow(total) ? Number(total["total"]) : runs.length };
  }

  async get(runId: string): Promise<StoredRun | undefined> {
    const read = (): unknown => this.#sql.get.get({ now: this.#now(), runId });
    const row = read();
    if (!isRow(row)) return undefined;
    const run = toRun(row);
    const again = run.status === "running" && this.#letGoOfDead(runId) ? read() : undefined;
    return isRow(again) ? toRun(again) : run;
  }

  async prune({ before = 0, keepBytes }: Retention): Promise<number> {
    const { old, large, removeEvents, removeBodies, removeRun } = this.#sql;
    return this.#transact(() => {
      const now = this.#now();
      const tooOld = old.all({ before, now });
      const tooMuch = keepBytes === undefined ? [] : large.all({ keepBytes, now });
      const gone = new Set(toIds([...tooOld, ...tooMuch]));
      for (const runId of gone) for (const remove of [removeEvents, removeBodies, removeRun]) remove.run(runId);
      this.#facts.prune();
      return gone.size;
    });
  }

  async verify(): Promise<AuditVerdict> {
    // No other process writes between reading the head and reading the file.
    return this.#transact(() => this.#audit.verify(this.#facts.auditHead));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#turn.close();
    this.#isClosed = true;
    this.#database.close();
  }

  /** Ends the lease of an owner whose process has ended, which would otherwise run on for a moment; true when it did. */
  #letGoOfDead(runId: string): boolean {
    const row = this.#sql.owner.get({ runId, now: this.#now() });
    const owner = isRow(row) ? String(row["owner"]) : "";
    if (!isDeadOwner(owner)) return false;
    try {
      return this.#sql.letGo.run(runId, owner).changes > 0;
    } catch {
      // Where nothing can be written, the lease runs out by itself.
      return false;
    }
  }

  /** The driver ends the process when a closed database is used. */
  get #sql(): Statements {
    this.#assertOpen();
    return this.#statements;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new CodemodeError("cancelled", "The store of runs is closed.");
  }

  /** What the database or the file of the audit log cannot do is said with its place. */
  #transact<T>(work: () => T): T {
    this.#assertOpen();
    try {
      const result = this.#transaction(work);
      this.#turn.wrote();
      return result;
    } catch (thrown) {
      throw CodemodeError.is(thrown) ? thrown : this.#file.problem(thrown);
    }
  }

  #keep(run: RunSpec, held?: { owner: string; token: number; until: number; bytes: number }): void {
    const { runId, language, code, session, skill, client = null, startedAt } = run;
    const { owner = null, token = 0, until = 0, bytes = 0 } = held ?? {};
    const size = code.length + OVERHEAD_BYTES + bytes;
    const asked = skill === undefined ? null : JSON.stringify(skill);
    this.#sql.submit.run(runId, language, code, session, asked, client, startedAt, size, owner, token, until);
  }

  #end({ runId }: Lease, { status, endedAt, durationMs, toolCalls, result }: RunOutcome): void {
    this.#sql.finish.run(status, endedAt, durationMs, toolCalls, result, result?.length ?? 0, runId);
  }

  /** The token is checked and the size counted by one statement. The end of a run is written whatever its size. */
  #write({ runId, token }: Lease, events: readonly JournalEvent[], isEnd = false): void {
    const row = this.#sql.touch.get(sizeOf(events), runId, token);
    if (!isRow(row)) throw leaseLost(runId);
    if (!isEnd && Number(row["bytes"]) > this.#runBytes)
      throw recordTooLarge(this.#runBytes, "the disk", "Have programs read parts of large results, or fewer of them.");
    for (const event of events) this.#insert(runId, event);
  }

  #insert(runId: string, { seq, type, at, callId, facts, body }: JournalEvent): void {
    const isLong = body !== undefined && body.length > INLINE_BYTES;
    const bodyBytes = isLong ? Buffer.byteLength(body) : null;
    this.#sql.insert.run(runId, seq, type, at, callId ?? null, facts, isLong ? null : (body ?? null), bodyBytes);
    if (isLong) this.#sql.insertBody.run(runId, seq, body);
  }

  #log(entries: readonly AuditEntry[]): void {
    this.#facts.auditHead = this.#audit.append(this.#facts.auditHead, entries);
  }
}
