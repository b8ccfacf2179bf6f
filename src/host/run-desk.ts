import { defined } from "../base/defined.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { packageVersion } from "./package-version.ts";
import { type Limits, parseLimits } from "../engines/limits.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import type { EventListener } from "../runs/events.ts";
import type { HistoryEntry } from "../runs/history.ts";
import { KeptSessions, repeat } from "./kept-sessions.ts";
import { lookAhead } from "./look-ahead.ts";
import { type Listening, toListeners } from "../runs/hooks.ts";
import type { Approver } from "../runs/decisions/approver.ts";
import type { DecidingHooks } from "../runs/decisions/call-hooks.ts";
import { Decisions } from "../runs/decisions/decisions.ts";
import { openUnexpired } from "../runs/journal/expire-runs.ts";
import { waitingResult, writeDecisions } from "../runs/journal/decide-run.ts";
import { untilAborted } from "../base/deadline.ts";
import { takeRun } from "../runs/journal/replay/resume-run.ts";
import { PastWrites } from "../runs/decisions/past-writes.ts";
import type { RunLog } from "../runs/journal/run-log.ts";
import type { RecorderSettings, ResumedRun } from "../runs/journal/recorder-settings.ts";
import { RunRecorder } from "../runs/journal/run-recorder.ts";
import type { RunSpec } from "../runs/journal/run-store.ts";
import { newId, newSeed, type RunStart } from "../runs/journal/run-turns.ts";
import { type CallDecision, type ExecutionResult, toRunning } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import { RunEvents } from "../runs/run-events.ts";
import type { RunHost } from "../runs/run-settings.ts";
import { spanListeners } from "../runs/telemetry/spans.ts";
import { conclude } from "./conclude-run.ts";
import type { ExecuteOptions } from "./executor.ts";

/** What the runs of one executor have in common beside their host. */
interface DeskParts {
  readonly host: () => RunHost;
  readonly log: RunLog;
  readonly listeners: readonly EventListener[];
  readonly hooks: readonly DecidingHooks[];
  readonly onApproval: Approver | undefined;
  readonly artifacts: ArtifactStore;
  /** Who may decide about calls beside the host. */
  readonly approvers: ReadonlySet<string>;
}

/** Time that runs have to be written when everything ends. */
const LAST_WORDS_MS = 1_000;

/** One run as it is to be made: a new one, or one that goes on. */
interface RunPlan {
  readonly spec: Omit<RunSpec, "session"> & { readonly sessionId?: string };
  readonly limits: Limits;
  /** What it takes to repeat the run; undefined for one that cannot be. */
  readonly start: RunStart | undefined;
  readonly resumed?: ResumedRun & { readonly ranMs: number };
  readonly retryOf?: string | undefined;
  readonly past?: PastWrites | undefined;
}

/** A run that this process makes. */
interface RunInProgress {
  readonly run: Run;
  readonly recorder: RunRecorder | undefined;
  readonly client: string | undefined;
}

/** What a run does, and what has to be recorded so that another process can do it. */
interface RunWork {
  readonly start: Pick<RunStart, "argv" | "ask" | "call" | "readOnly">;
  readonly perform: (run: Run) => Promise<void>;
}

/** Makes the runs of an executor, from their first event to their place in the history. */
export class RunDesk {
  readonly #parts: DeskParts;
  readonly #running = new Map<string, RunInProgress>();
  /** Sessions whose variables outlive the process. */
  readonly sessions: KeptSessions;
  readonly #ending = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: DeskParts) {
    const { host, log } = parts;
    this.#parts = parts;
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
    const { limits, problem } = this.#limitsFor(shown.language, options.timeoutMs);
    const spec = {
      ...shown,
      // A run begins at once.
      runId: options.runId === undefined ? newId("run") : await this.#idOf(options.runId),
      startedAt: Date.now(),
      ...defined({ client: options.owner }),
    };
    const past = retryOf === undefined ? undefined : await this.#pastOf(retryOf);
    const beginning = isRepeatable ? this.startOf(limits, { ...start, ...defined({ readOnly, retryOf }) }) : undefined;
    const plan = { spec, limits, start: beginning, retryOf, past };
    const running = this.#perform(plan, options, async (run) => {
      if (problem !== undefined) throw problem;
      await this.#openSession(run, spec, false);
      return perform(run);
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
      const asking = onApproval({ runId, calls });
      const decisions = await (signal === undefined ? asking : untilAborted(asking, signal));
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
    const past = await this.#pastOf(retryOf, runId);
    const plan = { spec, limits, start, resumed: { ...resumed, ranMs }, retryOf, past };
    const work = async (again: Run): Promise<void> => {
      await this.#openSession(again, spec, true);
      return repeat(again, { code, sessionId, start });
    };
    return { plan, work };
  }

  /** The writes of the run that is tried again, without those that the run has come to before it was resumed. */
  async #pastOf(retryOf: string | undefined, resumed?: string): Promise<PastWrites | undefined> {
    if (retryOf === undefined) return undefined;
    const { registry } = this.#parts.host();
    const fullName = (name: string): string => registry.getTool(name)?.name ?? name;
    return PastWrites.read(this.#parts.log, retryOf, { fullName, ...defined({ resumed }) });
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

  /** What decides about the calls of a run, beside the policy. */
  decisions(
    {
      hooks = [],
      readOnly,
      preview,
      past,
    }: Pick<ExecuteOptions, "hooks" | "readOnly" | "preview"> & { readonly past?: PastWrites | undefined },
    session?: string,
  ): Decisions {
    return new Decisions({
      hooks: [...this.#parts.hooks, ...[hooks].flat()],
      ...defined({ session, readOnly, preview, past }),
    });
  }

  /** Listens to a run of this id. */
  events(runId: string, options: Listening): RunEvents {
    const { registry } = this.#parts.host();
    return new RunEvents(runId, [...spanListeners(registry), ...this.#parts.listeners, ...toListeners(options)], {
      secrets: registry.secrets,
      onLogin: options.onLogin,
      client: options.client,
    });
  }

  /** Records a run; undefined when nothing is recorded. */
  recorder(
    { sessionId = null, ...run }: Omit<RunPlan["spec"], "sessionId"> & { readonly sessionId?: string | null },
    settings: RecorderSettings,
  ): RunRecorder | undefined {
    const { log, host } = this.#parts;
    // A program over the limit is refused before it is read; megabytes of it are of no use to anybody.
    const spec = { ...run, code: run.code.slice(0, host().limits(run.language).codeBytes), session: sessionId };
    return log.isOff ? undefined : new RunRecorder(log, spec, settings);
  }

  /** What a run starts from. */
  startOf({ timeMs }: Limits, start: RunWork["start"]): RunStart {
    const { version: catalog } = this.#parts.host().registry.catalog();
    return { ...start, seed: newSeed(), timeMs, version: packageVersion(), catalog };
  }

  async #perform(plan: RunPlan, options: ExecuteOptions, work: (run: Run) => Promise<void>): Promise<ExecutionResult> {
    const { runId, language, code, sessionId } = plan.spec;
    const events = this.events(runId, options);
    events.start({ language, code, ...defined({ sessionId }) });
    const ending = this.#part(plan, { options, events, work }).then((result) => this.answered(result, options, events));
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
    const recorder = this.recorder(spec, { stop: (reason) => run.clock.end(reason), start, retryOf, resumed });
    const decisions = this.decisions({ ...options, past, ...defined({ readOnly: start?.readOnly }) }, sessionId);
    const settings = { language, limits, events, artifacts, signal, decisions };
    const run = new Run(this.#parts.host(), { ...settings, ...defined({ journal: recorder }) });
    this.#running.set(runId, { run, recorder, client: spec.client });
    const ranMs = resumed?.ranMs ?? 0;
    // What was recorded counts; the time that is left begins when all of it has been repeated.
    recorder?.restore(run.record, run.budget);
    if (resumed !== undefined) void recorder?.replayed.then(() => run.clock.allow(limits.timeMs - ranMs));
    const ended = await run.finish(async () => {
      this.assertOpen();
      await work(run);
    });
    recorder?.stopClock();
    this.#running.delete(runId);
    await this.#foresee(run, recorder, { spec, start, options });
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
    const decisions = this.decisions(ahead, spec.sessionId);
    const foreseen = await lookAhead(run, spec, { ...this.#parts, sessions: this.sessions, decisions });
    run.record.pending = [...pending, ...foreseen];
  }

  /** A limit that cannot be is an error of the run. */
  #limitsFor(
    language: GuestLanguage,
    timeMs: number | undefined,
  ): { readonly limits: Limits; readonly problem?: CodemodeError } {
    const limits = this.#parts.host().limits(language);
    try {
      return { limits: timeMs === undefined ? limits : parseLimits({ timeMs }, limits) };
    } catch (thrown) {
      return { limits, problem: toCodemodeError(thrown) };
    }
  }
}
