import { setTimeout as sleep } from "node:timers/promises";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Listening } from "../hooks.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { CallDecision, ExecutionResult } from "../result.ts";
import { readPending, waitingResult, writeDecisions } from "./decide-run.ts";
import { endParked, openUnexpired } from "./expire-runs.ts";
import {
  type RunDocument,
  type RunEventDocument,
  type RunSummary,
  toDocument,
  toEventDocument,
  toSummary,
} from "./run-document.ts";
import type { RunLog } from "./run-log.ts";
import type { AuditVerdict, RunQuery, RunStore, StoredRun } from "./run-store.ts";

/** How often a run of another process is looked at. */
const LOOK_MS = 100;

/** What an executor does for its runs. */
export interface RunsHost {
  /** Ends a run of this process; false when there is none of that id. */
  readonly stop: (runId: string) => boolean;
  /** The client of a run of this process, null for the local user; undefined when there is none of that id. */
  readonly clientOf: (runId: string) => string | null | undefined;
  /** Resolves when what has happened so far in a run of this process is written. */
  readonly written: (runId: string) => Promise<void>;
  /** Why arguments cannot be sent to a tool; undefined where nothing is known against it. */
  readonly match: (tool: string, args: unknown) => Promise<CodemodeError | undefined>;
  /** Who may decide about calls beside the host. */
  readonly approvers: ReadonlySet<string>;
  /** Goes on with a suspended run. */
  readonly resume: (runId: string, options: ResumeSettings) => Promise<ExecutionResult>;
}

/** Settings of a run that goes on. */
export interface ResumeSettings extends Listening {
  readonly signal?: AbortSignal;
  /** As of the run when it began. @default "program" */
  readonly reader?: "model" | "program";
  readonly artifacts?: ArtifactStore;
  /** Who decides, for the audit log. @default "host" */
  readonly by?: string;
}

/** The runs that an executor's store knows, those of other processes included. */
export class Runs {
  readonly #log: RunLog;
  readonly #host: RunsHost;

  constructor(log: RunLog, host: RunsHost) {
    this.#log = log;
    this.#host = host;
  }

  /** Whether runs are kept where other processes find them. */
  get isLasting(): boolean {
    return this.#log.isLasting && !this.#log.isOff;
  }

  /** Runs, newest first, and how many there are in all. */
  async list(query: RunQuery = {}): Promise<{ readonly runs: readonly RunSummary[]; readonly total: number }> {
    const { runs, total } = await (await openUnexpired(this.#log)).list(query);
    return { runs: runs.map(toSummary), total };
  }

  /**
   * One run with its result and events. Throws `invalid_arguments` for an id that is not known.
   *
   * @param options.whole also with values over 64 KB, of which otherwise only the size is given
   */
  async get(runId: string, { whole = false }: { readonly whole?: boolean } = {}): Promise<RunDocument> {
    const store = await openUnexpired(this.#log);
    const run = await this.#found(store, runId);
    const events = (await store.load(runId, { whole })).map(toEventDocument);
    const isWaiting = run.status === "suspended" && run.pending > 0;
    return toDocument(run, events, isWaiting ? await readPending(store, runId) : []);
  }

  /** The events of a run so far and as they are written, in this or another process, until it ends or is suspended. */
  async *events(runId: string, { signal }: { readonly signal?: AbortSignal } = {}): AsyncIterable<RunEventDocument> {
    const store = await openUnexpired(this.#log);
    let after = 0;
    for (;;) {
      // The state is read first, so that the last events are seen before the end is.
      const { status } = await this.#found(store, runId);
      const events = await store.load(runId, { after });
      for (const event of events) yield toEventDocument(event);
      after += events.length;
      if (status !== "running") return;
      await sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** Whether there is a run that belongs to a client; null stands for the local user. */
  async isOf(runId: string, client: string | null): Promise<boolean> {
    const here = this.#host.clientOf(runId);
    if (here !== undefined || this.#log.isOff) return here === client;
    const run = await (await this.#log.open()).get(runId);
    return run !== undefined && (run.client ?? null) === client;
  }

  /** Waits for a run to end or to be suspended; with `timeoutMs` no longer than that. Returns where it stands then. */
  async wait(
    runId: string,
    {
      timeoutMs = Number.POSITIVE_INFINITY,
      signal,
    }: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<RunDocument> {
    const store = await this.#log.open();
    const until = performance.now() + timeoutMs;
    while ((await this.#found(store, runId)).status === "running" && performance.now() < until) {
      await sleep(Math.min(LOOK_MS, until - performance.now()), undefined, signal === undefined ? {} : { signal });
    }
    return this.get(runId);
  }

  /**
   * Ends a run: one of this process at once, one of another within its next sign of life, one that lost its process
   * where it stands. False when it has ended already. Throws `invalid_arguments` for an id that is not known.
   */
  async cancel(runId: string): Promise<boolean> {
    if (this.#host.stop(runId)) return true;
    const store = await openUnexpired(this.#log);
    if (await store.requestCancel(runId)) return true;
    const run = await this.#found(store, runId);
    if (run.status !== "suspended") return false;
    await endParked({ log: this.#log, store }, run, "cancelled");
    return true;
  }

  /**
   * Goes on with a run that was parked, or whose process died. Its program runs again from the start and is given what was
   * recorded; then it goes on, and nothing that was completed is done again. A run that still waits for decisions stays as
   * it is, and the result says so.
   *
   * Throws `busy` when a living process holds the run, and `invalid_arguments` when it is not known, has ended or was not
   * recorded to be resumed.
   */
  async resume(runId: string, options: ResumeSettings = {}): Promise<ExecutionResult> {
    const store = await openUnexpired(this.#log);
    const run = await this.#found(store, runId);
    return run.status === "suspended" && run.pending > 0
      ? waitingResult(store, run, this.#host.approvers)
      : this.#host.resume(runId, options);
  }

  /**
   * Answers calls that a parked run waits for; with the last answer the run goes on like {@link resume}. What is not named
   * stays pending. Throws `busy` for a running run, and `invalid_arguments` for one that has ended, a call that does not
   * wait, or edited arguments that its tool does not take; then nothing is decided.
   */
  async decide(
    runId: string,
    decisions: readonly CallDecision[],
    options: ResumeSettings = {},
  ): Promise<ExecutionResult> {
    const { by = "host", ...resuming } = options;
    const store = await openUnexpired(this.#log);
    const { secrets } = this.#log;
    const { match } = this.#host;
    await writeDecisions(store, await this.#found(store, runId), { decisions, secrets, by, match });
    return this.resume(runId, resuming);
  }

  /** Removes runs older than `keepDays`, then the oldest beyond the size that is kept. Returns how many. */
  async prune({ keepDays }: { readonly keepDays?: number } = {}): Promise<number> {
    return this.#log.prune(await this.#log.open(), keepDays);
  }

  /** Whether the audit log is as it was written. */
  async verify(): Promise<AuditVerdict> {
    return (await this.#log.open()).verify();
  }

  /** What began just now may not be written yet. */
  async #found(store: RunStore, runId: string): Promise<StoredRun> {
    const known = await store.get(runId);
    if (known === undefined) await this.#host.written(runId);
    const run = known ?? (await store.get(runId));
    if (run !== undefined) return run;
    throw new CodemodeError("invalid_arguments", `There is no run ${runId}.`, {
      hint: "codemode runs list shows the runs that are kept.",
    });
  }
}
