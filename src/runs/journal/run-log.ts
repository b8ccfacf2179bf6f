import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { newOwner } from "../../base/processes/process-owner.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import { MemoryRunStore } from "./memory/memory-run-store.ts";
import type { Lease, RunBeginning, RunOutcome, RunSpec, RunStore } from "./run-store.ts";
import type { SqliteRunStore } from "./sqlite-run-store.ts";

/** How runs are recorded. */
export interface StoreSettings {
  /** `sqlite` keeps runs in `stateDir`; `none` keeps nothing. @default "sqlite" with a state directory, else "memory" */
  readonly journal?: "sqlite" | "memory" | "none";
  /** `FULL` also survives a loss of power, at some milliseconds a call. @default "NORMAL" */
  readonly synchronous?: "NORMAL" | "FULL";
  /** Days after which a run is removed. @default 30 */
  readonly keepDays?: number;
  /** Bytes that all runs together may take; the oldest make room. @default 512 MB, in memory 32 MB */
  readonly keepBytes?: number;
}

/** How long a run is held without a sign of life of its owner, and how often there is one. */
const LEASE = { ttlMs: 2_000, renewMs: 500 } as const;

const DAY_MS = 24 * 60 * 60 * 1_000;
const KEEP = { days: 30, bytes: 512 * 1024 * 1024, memoryBytes: 32 * 1024 * 1024 } as const;

/** Ends of runs that wait to be written; a disk that is full for long takes no more. */
const MOST_UNWRITTEN = 1_000;

/** A run of this process that is being recorded. */
export interface HeldRun {
  readonly lease: Lease;
  /** Ends the run: somebody asked for it, or another process took it over. */
  readonly stop: (reason: CodemodeError) => void;
}

/**
 * The store of one executor, opened when it is first needed, and the runs of this process that are recorded in it.
 *
 * A store that cannot be used is tried again with every run.
 */
export class RunLog {
  readonly secrets: SecretFilter;
  readonly isOff: boolean;
  /** Whether what is recorded outlives the process, and has an audit log. */
  readonly isLasting: boolean;
  /** How long a parked run waits for a decision, in milliseconds. */
  readonly expireMs: number;
  readonly #settings: StoreSettings;
  readonly #directory: string | undefined;
  readonly #owner = newOwner();
  readonly #held = new Set<HeldRun>();
  /** Ends of runs that could not be written yet, by their leases. */
  readonly #unwritten = new Map<Lease, RunOutcome>();
  #store: RunStore | undefined;
  #opening: Promise<RunStore> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  /** @param options.directory the state directory, made when it is needed; without one runs are kept in memory */
  constructor(
    settings: StoreSettings,
    {
      directory,
      secrets,
      expireMs = DAY_MS,
    }: {
      readonly directory: string | undefined;
      readonly secrets: SecretFilter;
      readonly expireMs?: number | undefined;
    },
  ) {
    if (settings.journal === "sqlite" && directory === undefined) {
      throw new CodemodeError("config_error", "store.journal is sqlite, but there is no state directory.", {
        hint: 'Set "stateDir", or choose memory.',
      });
    }
    this.#settings = settings;
    this.#directory = settings.journal === "memory" ? undefined : directory;
    this.isOff = settings.journal === "none";
    this.isLasting = this.#directory !== undefined;
    this.secrets = secrets;
    this.expireMs = expireMs;
  }

  /** The store. Throws `config_error` when it cannot be used. */
  async open(): Promise<RunStore> {
    if (this.isOff) {
      throw new CodemodeError("config_error", "No runs are recorded here: store.journal is none.", {
        hint: 'Set "store": { "journal": "sqlite" } in the configuration.',
      });
    }
    const { opened } = this;
    if (opened !== undefined) return opened;
    if (this.#opening !== undefined && this.#store === undefined) return this.#opening;
    void this.#store?.close();
    this.#store = undefined;
    this.#opening = this.#openDatabase(this.#directory ?? "");
    return this.#opening;
  }

  /** The store, where it is open and can be used; undefined where {@link open} is to be waited for. */
  get opened(): RunStore | undefined {
    const { keepBytes = KEEP.memoryBytes } = this.#settings;
    if (this.#directory === undefined) this.#store ??= new MemoryRunStore({ capacityBytes: keepBytes });
    return this.#store !== undefined && isThere(this.#store) ? this.#store : undefined;
  }

  /** Takes a new run for this process. */
  async claim(store: RunStore, runId: string): Promise<Lease> {
    const lease = await store.claim(runId, this.#owner, LEASE.ttlMs);
    if (lease !== null) return lease;
    throw new CodemodeError("busy", `The run ${runId} is held by another process.`);
  }

  /** Keeps a new run of this process. */
  begin(store: RunStore, run: RunSpec, written: Pick<RunBeginning, "events" | "outcome">): Promise<Lease> {
    return store.begin(run, { owner: this.#owner, ttlMs: LEASE.ttlMs, ...written });
  }

  /** Shows signs of life for a run until {@link release}. */
  hold(run: HeldRun): void {
    this.#held.add(run);
    this.#beat();
  }

  /**
   * Writes the end of a run now or, where that fails, as soon as it can be; at the latest, once more, when the log is
   * closed. Never rejects.
   */
  async finishLate(lease: Lease, outcome: RunOutcome): Promise<void> {
    if (this.#unwritten.size < MOST_UNWRITTEN) this.#unwritten.set(lease, outcome);
    await this.#writeLate(lease, outcome);
    if (this.#unwritten.has(lease)) this.#beat();
  }

  async #writeLate(lease: Lease, outcome: RunOutcome): Promise<void> {
    try {
      await (await this.open()).finish(lease, outcome, []);
    } catch (thrown) {
      // Of what somebody else has taken up there is nothing to say any more.
      if (toCodemodeError(thrown).code !== "busy") return;
    }
    this.#unwritten.delete(lease);
  }

  #beat(): void {
    this.#heartbeat ??= setInterval(() => void this.#renew(), LEASE.renewMs).unref();
  }

  /** Ends the signs of life of a run. */
  release(run: HeldRun): void {
    this.#held.delete(run);
    this.#restIfDone();
  }

  #restIfDone(): void {
    if (this.#held.size + this.#unwritten.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  /** Removes what is older or more than is kept; returns how many runs. */
  async prune(store: RunStore, keepDays: number = this.#settings.keepDays ?? KEEP.days): Promise<number> {
    const { keepBytes = KEEP.bytes } = this.#settings;
    return store.prune({ before: Date.now() - keepDays * DAY_MS, keepBytes });
  }

  /** Closes the store. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#held.clear();
    await this.#opening?.catch(() => {});
    for (const [lease, outcome] of this.#unwritten) await this.#writeLate(lease, outcome);
    await this.#store?.close();
    this.#store = undefined;
    this.#opening = undefined;
  }

  async #openDatabase(directory: string): Promise<SqliteRunStore> {
    const { synchronous = "NORMAL" } = this.#settings;
    try {
      const { SqliteRunStore } = await import("./sqlite-run-store.ts");
      const store = await SqliteRunStore.open({ directory, synchronous });
      this.#store = store;
      // In its own turn: nobody waits for it, and one that fails is done again next time.
      setTimeout(() => void this.prune(store).catch(() => {}), LEASE.renewMs).unref();
      return store;
    } catch (thrown) {
      this.#opening = undefined;
      throw thrown;
    }
  }

  async #renew(): Promise<void> {
    const { runs, store } = { runs: [...this.#held], store: this.#store };
    for (const { lease, stop } of runs) {
      const state = await store?.renew(lease, LEASE.ttlMs).catch(toCodemodeError);
      if (state === "cancel") stop(new CodemodeError("cancelled", "The run was cancelled."));
      if (state === "lost") stop(new CodemodeError("busy", "Another process has taken this run over."));
    }
    for (const [lease, outcome] of this.#unwritten) await this.#writeLate(lease, outcome);
    this.#restIfDone();
  }
}

function isThere(store: RunStore): boolean {
  return !("isThere" in store) || store.isThere === true;
}
