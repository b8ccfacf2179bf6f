import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import type { GuestTime, HostReply, OutputChunk, Repeatable, GuestTurn } from "../../engines/engine.ts";
import { type Crossing, keyOf, type RunJournal } from "../door.ts";
import type { CallDecision, ExecutionResult, PendingDecision } from "../result.ts";
import type { RunRecord } from "../run-record.ts";
import type { CallBudget } from "../decisions/call-budget.ts";
import type { HeldRun, RunLog } from "./run-log.ts";
import type { AuditEntry, JournalEvent, Lease, RunOutcome, RunSpec, RunStore } from "./run-store.ts";
import { argumentsOf, bodyOf, isCall, labelOf, SKILL, statusOf } from "./recorded-request.ts";
import type { Recalled, Replay } from "./replay.ts";
import { noteOf, toKept } from "./recorded-result.ts";
import { BEGIN, type RunStart, RunTurns } from "./run-turns.ts";
import { SecretSeal } from "./secret-seal.ts";

/** How long events that announce nothing may wait for company. */
const GATHER_MS = 20;

/** Stands for a request that differs from the recorded one, which ends the run. */
const DIVERGED: unique symbol = Symbol("diverged");

/** What a recorder needs to know of its run beside what is listed. */
interface RecorderSettings {
  /** Ends the run: somebody asked for it, another process has taken it over, or it does not follow its journal. */
  readonly stop: HeldRun["stop"];
  /** What the run starts from, when it can be repeated. */
  readonly start?: RunStart | undefined;
  /** For a run that was recorded before: its claim, and how many events there are. */
  readonly resumed?: ResumedRun | undefined;
}

/** A run of the store that this process goes on with. */
export interface ResumedRun {
  readonly store: RunStore;
  readonly lease: Lease;
  readonly replay: Replay;
  readonly written: number;
}

/** An event before it has its number. */
type NewEvent = Omit<JournalEvent, "seq">;

/** A call that was written and has no result yet. */
interface AnnouncedCall {
  readonly tool: string;
  readonly argumentsJson: string;
  readonly startedAt: number;
}

/**
 * Writes the events of one run to the store of its executor: a call before it is made, its result before the program has
 * it, and whatever happened before them in the same transaction. A run without calls is written when it ends, or after
 * 20 ms.
 *
 * A store that cannot be used never stops a run: the rest of it goes unrecorded, and a note says why.
 */
export class RunRecorder implements RunJournal {
  readonly #log: RunLog;
  readonly #spec: RunSpec;
  readonly #stop: HeldRun["stop"];
  readonly #calls = new Map<number, AnnouncedCall>();
  #waiting: NewEvent[] = [];
  #audit: AuditEntry[] = [];
  readonly #replay: Replay | undefined;
  readonly #turns: RunTurns | undefined;
  readonly #inDoubt = new Set<number>();
  #written = 0;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #store: RunStore | undefined;
  #seal: SecretSeal | undefined;
  #held: HeldRun | undefined;
  #problem: CodemodeError | undefined;

  constructor(log: RunLog, spec: RunSpec, { stop, start, resumed }: RecorderSettings) {
    this.#log = log;
    this.#spec = { ...spec, code: log.secrets.text(spec.code) };
    this.#stop = stop;
    this.#replay = resumed?.replay;
    this.#turns = start === undefined ? undefined : new RunTurns(start, spec.startedAt, resumed?.replay);
    const { language, session, code } = spec;
    if (resumed === undefined) {
      this.#gather({
        type: "start",
        facts: stringifyJson({ language, session, ...start }),
        body: JSON.stringify(code),
      });
      return;
    }
    this.#written = resumed.written;
    this.#held = { lease: resumed.lease, stop };
    this.#store = resumed.store;
    log.hold(this.#held);
    void resumed.replay.finished.then(() => {
      this.#turns?.goOn();
      this.#gather({ type: "start", facts: JSON.stringify({ resumed: true }) });
    });
  }

  /** True when the run can be ended now and gone on with later. */
  get canPark(): boolean {
    return this.#turns !== undefined && this.#problem === undefined;
  }

  /** Why the run must not go on, after its program has ended. */
  get divergence(): CodemodeError | undefined {
    return this.#replay?.remainder;
  }

  /** Resolves when all that was recorded has been repeated; at once when nothing was. */
  get replayed(): Promise<void> {
    return this.#replay?.finished ?? Promise.resolve();
  }

  /** Puts what was recorded into the record of the run. */
  restore(record: RunRecord, budget: CallBudget): void {
    this.#replay?.restore(record, budget);
  }

  callId(key: string): number | undefined {
    return this.#replay?.callId(key);
  }

  repeatable(guest: string): Repeatable | undefined {
    if (guest === "" && this.#turns?.hasBegun === false) {
      const facts = JSON.stringify({ for: "begin", request: BEGIN });
      this.#turns.made(BEGIN, this.#gather({ type: "wait", facts }));
    }
    return this.#turns?.of(guest);
  }

  fresh(guest: string, chunk: OutputChunk): string {
    return this.#replay?.fresh(guest, chunk) ?? chunk.text;
  }

  async wait(untilMs: number, signal: AbortSignal): Promise<void> {
    await this.#turns?.wait(untilMs, signal);
  }

  isInDoubt(callId: number): boolean {
    return this.#inDoubt.has(callId);
  }

  decision(call: Pick<PendingDecision, "callId" | "kind">): CallDecision | undefined {
    return this.#replay?.decision(call);
  }

  async release(callId: number): Promise<void> {
    this.#inDoubt.delete(callId);
    this.#push({ type: "decision", callId, facts: JSON.stringify({ decision: "allow" }) });
    await this.flush();
  }

  /** Why the run, or the rest of it, is not recorded; empty when it is. */
  async notes(): Promise<readonly string[]> {
    if (this.#problem === undefined) await this.#ready().catch((thrown: unknown) => this.#fail(thrown));
    return this.#problem === undefined ? [] : [noteOf(this.#problem)];
  }

  /** Written with the decision about it, which comes before its effect. */
  async call(crossing: Crossing): Promise<HostReply | undefined> {
    if (!isCall(crossing) && this.#turns === undefined) return undefined;
    if (this.#replay === undefined) {
      this.#announce(crossing);
      return undefined;
    }
    const recalled = this.#recall(this.#replay, crossing);
    if (recalled === DIVERGED) return new Promise(() => {});
    if (recalled?.reply !== undefined) return recalled.reply;
    // A skill goes on where it was, and only what it asks for in turn may have to wait.
    if (recalled === undefined || labelOf(crossing) !== SKILL) await this.#replay.finished;
    this.#announce(crossing, recalled);
    return undefined;
  }

  #announce(crossing: Crossing, recalled?: Recalled): void {
    const [key, label, body] = [keyOf(crossing), labelOf(crossing), argumentsOf(crossing)];
    if (isCall(crossing)) {
      this.#calls.set(crossing.callId, { tool: label, argumentsJson: body, startedAt: performance.now() });
      if (recalled?.isInDoubt === true) this.#inDoubt.add(crossing.callId);
    }
    if (recalled !== undefined) return;
    const time = isCall(crossing)
      ? this.#push({ type: "call", callId: crossing.callId, facts: this.#facts({ tool: label }, key), body })
      : this.#push({ type: "wait", facts: JSON.stringify({ for: label, request: key }), body });
    this.#turns?.made(key, time);
  }

  #recall(replay: Replay, crossing: Crossing): Recalled | typeof DIVERGED | undefined {
    try {
      return replay.take(keyOf(crossing), crossing);
    } catch (thrown) {
      this.#stop(toCodemodeError(thrown));
      return DIVERGED;
    }
  }

  #facts(facts: object, key: string): string {
    return JSON.stringify(this.#turns === undefined ? facts : { ...facts, request: key });
  }

  /** Every decision is a line of the audit log; what the policy simply allows is no event of its own. */
  async decided(
    ...[callId, tool, { decision, by, reason }]: Parameters<NonNullable<RunJournal["decided"]>>
  ): Promise<void> {
    this.#note({ callId, tool, kind: "decision", outcome: decision, by });
    const facts = JSON.stringify({ tool, by, reason });
    const isPlain = decision === "allow" && by === "policy";
    if (!isPlain) this.#push({ type: "decision", callId, facts, body: JSON.stringify(decision) });
    await this.flush();
  }

  async result(crossing: Crossing, reply: HostReply): Promise<GuestTurn | undefined> {
    const { callId, guest } = crossing;
    const key = keyOf(crossing);
    const turn = this.#turns?.next(guest);
    const call = callId === undefined ? undefined : this.#calls.get(callId);
    if (callId === undefined || call === undefined) {
      if (turn !== undefined) this.#answer(key, reply, turn);
      return turn;
    }
    const status = statusOf(reply);
    const durationMs = Math.round((performance.now() - call.startedAt) * 1_000) / 1_000;
    this.#push({
      type: "result",
      callId,
      facts: this.#facts({ tool: call.tool, status, durationMs }, key),
      body: bodyOf(reply),
      ...(turn === undefined ? {} : { at: turn.wallMs }),
    });
    this.#note({ callId, tool: call.tool, kind: "call", outcome: status, by: "program" });
    this.#calls.delete(callId);
    await this.flush();
    return turn;
  }

  /** What is lost of these with its process is asked for again: nothing was done in the world. */
  #answer(request: string, reply: HostReply, { wallMs: at }: GuestTurn): void {
    const facts = JSON.stringify({ request, status: statusOf(reply) });
    this.#gather({ type: "answer", facts, body: bodyOf(reply), at });
  }

  print({ stream, text }: OutputChunk, guest: string): void {
    const facts = JSON.stringify({ stream, ...(guest === "" ? {} : { guest }) });
    this.#gather({ type: "output", facts, body: JSON.stringify(text) });
  }

  /** Writes how the run ended, and returns the result with what was noticed on the way. */
  async finish(result: ExecutionResult): Promise<ExecutionResult> {
    clearTimeout(this.#timer);
    const { status, durationMs, error, toolCalls, pending } = result;
    if (status === "suspended") {
      const facts = JSON.stringify({ for: "decision", durationMs });
      this.#push({ type: "wait", facts, body: stringifyJson(pending) });
    } else
      this.#push({
        type: "end",
        facts: JSON.stringify({ status, durationMs, ...(error === null ? {} : { error }) }),
      });
    const outcome: RunOutcome = {
      status,
      endedAt: Date.now(),
      durationMs,
      toolCalls: toolCalls.length,
      result: stringifyJson(toKept(result)),
    };
    const known = this.#problem;
    await this.#last;
    const ending = status === "suspended" ? this.#park(outcome, pending.length) : this.#end(outcome);
    await ending.catch((thrown: unknown) => this.#fail(thrown));
    if (this.#held !== undefined) this.#log.release(this.#held);
    const problem = this.#problem;
    if (problem === undefined || problem === known) return result;
    return { ...result, notes: [...result.notes, noteOf(problem)] };
  }

  #push(event: Omit<NewEvent, "at"> & { readonly at?: number }): GuestTime {
    const time = this.#turns?.now() ?? { wallMs: Date.now(), runningMs: 0 };
    this.#waiting.push({ at: time.wallMs, ...event });
    return time;
  }

  #gather(event: Omit<NewEvent, "at"> & { readonly at?: number }): GuestTime {
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
    return this.#push(event);
  }

  #note(entry: Omit<AuditEntry, "at" | "runId" | "argumentsJson">): void {
    const argumentsJson = this.#calls.get(entry.callId)?.argumentsJson ?? "{}";
    this.#audit.push({ ...entry, at: new Date().toISOString(), runId: this.#spec.runId, argumentsJson });
  }

  /** Writes one batch after the other. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = this.#last.then(() => this.#write()).catch((thrown: unknown) => this.#fail(thrown));
    return this.#last;
  }

  async #write(): Promise<void> {
    if (this.#problem !== undefined || this.#waiting.length + this.#audit.length === 0) return;
    const lease = await this.#begin();
    const [events, audit] = [this.#waiting, this.#audit];
    this.#waiting = [];
    this.#audit = [];
    await this.#store?.append(
      lease,
      this.#numbered(events),
      audit.map((entry) => this.#sealed(entry)),
    );
  }

  /** Also after a failure on the way: there may be room again, and a run that has ended should say so. */
  async #end(outcome: RunOutcome): Promise<void> {
    const store = await this.#ready();
    const lease = await this.#begin();
    const events = this.#problem === undefined ? this.#waiting : this.#waiting.slice(-1);
    await store.finish(lease, outcome, this.#numbered(events));
  }

  /** The last event says what is waited for. */
  async #park({ durationMs, toolCalls, result }: RunOutcome, pending: number): Promise<void> {
    const wait = this.#waiting.pop();
    await this.#write();
    const lease = await this.#begin();
    const [event] = this.#numbered(wait === undefined ? [] : [wait]);
    if (event !== undefined) await this.#store?.park(lease, event, { pending, durationMs, toolCalls, result });
  }

  async #ready(): Promise<RunStore> {
    this.#store ??= await this.#log.open();
    this.#seal ??= new SecretSeal(this.#log.secrets, this.#store.salt);
    return this.#store;
  }

  async #begin(): Promise<Lease> {
    if (this.#held !== undefined) return this.#held.lease;
    const store = await this.#ready();
    await store.submit(this.#spec);
    const lease = await this.#log.claim(store, this.#spec.runId);
    this.#held = { lease, stop: this.#stop };
    this.#log.hold(this.#held);
    return lease;
  }

  #numbered(events: readonly NewEvent[]): readonly JournalEvent[] {
    return events.map(({ facts, body, ...event }) => {
      this.#written += 1;
      const sealed = body === undefined ? {} : { body: this.#seal?.seal(body) ?? body };
      return { ...event, seq: this.#written, facts: this.#seal?.seal(facts) ?? facts, ...sealed };
    });
  }

  #sealed(entry: AuditEntry): AuditEntry {
    const tool = this.#log.secrets.text(entry.tool);
    return { ...entry, tool, argumentsJson: this.#seal?.seal(entry.argumentsJson) ?? "{}" };
  }

  #fail(thrown: unknown): void {
    const error = toCodemodeError(thrown);
    this.#problem ??= error;
    if (error.code === "busy") this.#stop(error);
  }
}
