import { defined } from "../base/defined.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { packageVersion } from "./package-version.ts";
import type { HistoryEntry } from "../runs/history.ts";
import { KeptSessions, repeat } from "./kept-sessions.ts";
import { lookAhead } from "./look-ahead.ts";
import { openUnexpired } from "../runs/journal/expire-runs.ts";
import { waitingResult, writeDecisions } from "../runs/journal/decide-run.ts";
import { untilAborted } from "../base/deadline.ts";
import { takeRun } from "../runs/journal/replay/resume-run.ts";
import type { RunRecorder } from "../runs/journal/run-recorder.ts";
import { newId } from "../runs/journal/run-turns.ts";
import { type CallDecision, type ExecutionResult, toRunning } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import type { RunEvents } from "../runs/run-events.ts";
import { parseLimits } from "../engines/limits.ts";
import { conclude } from "./conclude-run.ts";
import type { ExecuteOptions } from "./executor-options.ts";
import { type DeskParts, RunKit, type RunPlan, type RunWork } from "./run-kit.ts";
import { callOnce, type SingleCall, valueOf } from "./single-call.ts";

/** Time that runs have to be written when everything ends. */
const LAST_WORDS_MS = 1_000;

/** A run that this process makes. */
interface RunInProgress {
  readonly run: Run;
  readonly recorder: RunRecorder | undefined;
  readonly client: string | undefined;
}

/** Makes the runs of an executor, from their first event to their place in the history. */
export class RunDesk {
  readonly #parts: DeskParts;
  readonly #kit: RunKit;
  readonly #running = new Map<string, RunInProgress>();
  /** Sessions whose variables outlive the process. */
  readonly sessions: KeptSessions;
  readonly #ending = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: DeskParts) {
    const { host, log } = parts;
    this.#parts = parts;
    this.#kit = new RunKit(parts);
    this.sessions = new KeptSessions({ host, log });
  }

  /** Ids of the runs in progress, oldest first. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Stops a run. False when none of that id is in progress. */
  cancel(runId: string): boolean {
    const going = this.#running.get(runId);
    going?.run.clock.end(new CodemodeError("cancelled", "The run was cancelled."));
    return going !== undefined;
  }

  /** The client of a run in progress, null for the local user; undefined when none of that id is in progress. */
  clientOf(runId: string): string | null | undefined {
    const going = this.#running.get(runId);
    return going === undefined ? undefined : (going.client ?? null);
  }

  /** Resolves when what has happened so far in a run in progress is written. */
  async written(runId: string): Promise<void> {
    await this.#running.get(runId)?.recorder?.flush();
  }

  /** Stops every run, and starts none any more. What can be gone on with by another process is left for that. */
  close(): void {
    this.#closed = true;
    for (const [runId, { run }] of this.#running) {
      if (this.#parts.log.isLasting) run.parking.abandon();
      else this.cancel(runId);
    }
  }

  /** Resolves when the runs that were stopped are written, after a second at most. */
  async ended(): Promise<void> {
    await Promise.race([Promise.all(this.#ending), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
  }

  /** Throws once the desk is closed. */
  assertOpen(): void {
    if (this.#closed) throw new CodemodeError("cancelled", "The executor is closed.", { hint: "Create a new one." });
  }

  /**
   * Makes a new run.
   *
   * @param shown what events and history show of it; a skill is the call that was requested
   */
  async make(
    shown: Pick<HistoryEntry, "language" | "code" | "sessionId" | "skill">,
    options: ExecuteOptions,
    { start, perform }: RunWork,
  ): Promise<ExecutionResult> {
    const { log, onApproval: asked } = this.#parts;
    const { durable = log.isLasting && !log.isOff, onApproval = asked, readOnly, preview, retryOf } = options;
    if (options.background === true) await log.open();
    const isRepeatable = preview !== true && (durable || (onApproval !== undefined && !log.isOff));
    const { limits, problem } = this.#kit.limitsFor(shown.language, options.timeoutMs);
    const spec = {
      ...shown,
      // A run begins at once.
      runId: options.runId === undefined ? newId("run") : await this.#idOf(options.runId),
      startedAt: Date.now(),
      ...defined({ client: options.owner }),
    };
    const past = retryOf === undefined ? undefined : await this.#kit.pastOf(retryOf);
    const beginning = isRepeatable
      ? this.#kit.startOf(limits, { ...start, ...defined({ readOnly, retryOf }) })
      : undefined;
    const plan = { spec, limits, start: beginning, retryOf, past };
    const running = this.#perform(plan, options, async (run) => {
      if (problem !== undefined) throw problem;
      if (spec.sessionId !== undefined) await this.#openSession(run, spec, false);
      await perform(run);
    });
    return options.background === true ? this.#leave(spec.runId, running) : running;
  }

  /** The id that was asked for. Throws `invalid_arguments` for one that cannot be given. */
  async #idOf(runId: string): Promise<string> {
    const { log } = this.#parts;
    const isTaken = this.#running.has(runId) || (!log.isOff && (await (await log.open()).get(runId)) !== undefined);
    if (/^run_[0-9A-Za-z]{20}$/.test(runId) && !isTaken) return runId;
    const problem = isTaken ? "is that of another run" : "is not `run_` and 20 letters or digits";
    throw new CodemodeError("invalid_arguments", `The id "${runId}" ${problem}.`, { hint: "Leave runId out." });
  }

  /** Lets a run go on by itself, once others can find it. Throws when it cannot be recorded, and ends it then. */
  async #leave(runId: string, running: Promise<ExecutionResult>): Promise<ExecutionResult> {
    running.catch(() => {});
    const { recorder } = this.#running.get(runId) ?? {};
    await recorder?.flush();
    if (recorder?.problem === undefined) return toRunning(runId);
    this.cancel(runId);
    throw recorder.problem;
  }

  /** Makes one call outside a program and returns its value. Throws `CodemodeError`. */
  async call(call: SingleCall): Promise<unknown> {
    this.assertOpen();
    const { result, error, events, value } = await callOnce(this.#kit, call);
    if (error === undefined) return value;
    if (result.status !== "suspended") throw error;
    return valueOf(await this.answered(result, call, events), this.#parts.approvers);
  }

  /** Goes on with a run that lost its process or was parked: it runs again from the start, with what was recorded. */
  async resume(runId: string, options: ExecuteOptions): Promise<ExecutionResult> {
    this.assertOpen();
    const { plan, work } = await this.#takeUp(runId);
    return this.#perform(plan, options, work);
  }

  /** Asks about the calls of a parked run as long as somebody decides, and goes on with it. */
  async answered(parked: ExecutionResult, options: ExecuteOptions, events: RunEvents): Promise<ExecutionResult> {
    const { onApproval = this.#parts.onApproval, signal } = options;
    if (onApproval === undefined) return parked;
    let result = parked;
    while (result.pending.length > 0) {
      const { runId, pending: calls } = result;
      let decisions: readonly CallDecision[];
      try {
        const asking = (async () => onApproval({ runId, calls }))();
        decisions = await (signal === undefined ? asking : untilAborted(asking, signal));
      } catch (thrown) {
        // Who asks in vain, or no longer waits, leaves the run where it is.
        return { ...result, notes: [...result.notes, `Nobody decided: ${toCodemodeError(thrown).message}`] };
      }
      const waiting = await this.#decide(runId, decisions);
      if (decisions.length === 0 || waiting !== undefined) return waiting ?? result;
      const { plan, work } = await this.#takeUp(runId);
      result = await this.#part(plan, { options, events, work });
    }
    return result;
  }

  /** Writes decisions; returns the result of the run when it still waits. */
  async #decide(runId: string, decisions: readonly CallDecision[]): Promise<ExecutionResult | undefined> {
    const store = await openUnexpired(this.#parts.log);
    const run = await store.get(runId);
    if (run === undefined || decisions.length === 0) return undefined;
    await writeDecisions(store, run, { decisions, secrets: this.#parts.log.secrets, by: "onApproval" });
    const left = await store.get(runId);
    return left === undefined || left.pending === 0 ? undefined : waitingResult(store, left, this.#parts.approvers);
  }

  async #takeUp(runId: string): Promise<{ readonly plan: RunPlan; readonly work: (run: Run) => Promise<void> }> {
    const { run, code, start, ranMs, resumed } = await takeRun(this.#parts.log, runId, packageVersion());
    const { language, session, skill, startedAt, client } = run;
    const limits = parseLimits({ timeMs: start.timeMs }, this.#parts.host().limits(language));
    const sessionId = session ?? undefined;
    const spec = { runId, language, code, startedAt, ...defined({ sessionId, skill, client }) };
    const { retryOf } = start;
    const past = await this.#kit.pastOf(retryOf, runId);
    const plan = { spec, limits, start, resumed: { ...resumed, ranMs }, retryOf, past };
    const work = async (again: Run): Promise<void> => {
      await this.#openSession(again, spec, true);
      return repeat(again, { code, sessionId, start });
    };
    return { plan, work };
  }

  /** Brings the variables of a run's session back, for a run that is repeated those from before it. */
  async #openSession(
    { language, record, artifacts }: Run,
    { sessionId, runId, startedAt }: Pick<RunPlan["spec"], "runId" | "sessionId" | "startedAt">,
    isRepeated: boolean,
  ): Promise<void> {
    if (sessionId === undefined) return;
    const name = { language, sessionId, runId, artifacts };
    const note = await (isRepeated ? this.sessions.openBefore(name, startedAt) : this.sessions.open(name));
    if (note !== undefined) record.notes.push(note);
  }

  async #perform(plan: RunPlan, options: ExecuteOptions, work: (run: Run) => Promise<void>): Promise<ExecutionResult> {
    const { runId, language, code, sessionId } = plan.spec;
    const events = this.#kit.events(runId, options);
    events.start({ language, code, ...defined({ sessionId }) });
    const ending = this.#part(plan, { options, events, work }).then((result) =>
      result.pending.length === 0 ? result : this.answered(result, options, events),
    );
    this.#ending.add(ending);
    try {
      return events.end(await ending);
    } finally {
      this.#ending.delete(ending);
    }
  }

  /** Runs a program until it ends or is parked. */
  async #part(
    { spec, limits, start, resumed, retryOf, past }: RunPlan,
    {
      options,
      events,
      work,
    }: { readonly options: ExecuteOptions; readonly events: RunEvents; readonly work: (run: Run) => Promise<void> },
  ): Promise<ExecutionResult> {
    const { artifacts = this.#parts.artifacts, signal } = options;
    const { runId, language, sessionId } = spec;
    const recorder = this.#kit.recorder(spec, { stop: (reason) => run.clock.end(reason), start, retryOf, resumed });
    const decisions = this.#kit.decisions({ ...options, past, ...defined({ readOnly: start?.readOnly }) }, sessionId);
    const settings = { language, limits, events, artifacts, signal, decisions };
    const run = new Run(this.#parts.host(), { ...settings, ...defined({ journal: recorder }) });
    this.#running.set(runId, { run, recorder, client: spec.client });
    const ranMs = resumed?.ranMs ?? 0;
    // What was recorded counts; the time that is left begins when all of it has been repeated.
    recorder?.restore(run.record, run.budget);
    if (resumed !== undefined) void recorder?.replayed.then(() => run.clock.allow(limits.timeMs - ranMs));
    const ended = await run.finish(() => {
      this.assertOpen();
      return work(run);
    });
    recorder?.stopClock();
    this.#running.delete(runId);
    if (run.record.pending !== undefined) {
      if (sessionId !== undefined) this.sessions.park(language, sessionId);
      await this.#foresee(run, recorder, { spec, start, options });
    }
    return conclude(run, recorder, { ended, ranMs, options, approvers: this.#parts.approvers });
  }

  /** Adds to the calls that a run waits for those that it will come to. */
  async #foresee(
    run: Run,
    recorder: RunRecorder | undefined,
    { spec, start, options }: Pick<RunPlan, "spec" | "start"> & { readonly options: ExecuteOptions },
  ): Promise<void> {
    const { pending = [] } = run.record;
    const isAsked = !run.parking.isAbandoned && pending.some(({ kind }) => kind === "approval");
    if (recorder === undefined || start === undefined || !isAsked) return;
    await recorder.flush();
    const past = run.decisions.past?.copy();
    const ahead = { ...options, preview: true, past, ...defined({ readOnly: start.readOnly }) };
    const decisions = this.#kit.decisions(ahead, spec.sessionId);
    const foreseen = await lookAhead(run, spec, { ...this.#parts, sessions: this.sessions, decisions });
    run.record.pending = [...pending, ...foreseen];
  }
}
