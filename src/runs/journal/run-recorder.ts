import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { PIECE_CHARACTERS, stringifySoon } from "../../base/steps/json-in-steps.ts";
import type { GuestTurn, HostReply, OutputChunk, Repeatable } from "../../engines/engine.ts";
import { type Crossing, keyOf, type RunJournal } from "../door.ts";
import type { ExecutionResult, PendingDecision } from "../result.ts";
import { hashArgumentsSoon } from "./hash-arguments.ts";
import type { HeldRun, RunLog } from "./run-log.ts";
import type { AuditEntry, JournalEvent, Lease, RunOutcome, RunSpec, RunStore } from "./run-store.ts";
import { argumentsOf, bodyOf, isCall, labelOf, SKILL, statusOf } from "./replay/recorded-request.ts";
import { lastEvent, noteOf, toKept } from "./replay/recorded-result.ts";
import type { Recalled, Replay } from "./replay/replay.ts";
import type { AnnouncedCall, NewEntry, RecorderSettings } from "./recorder-settings.ts";
import { RepeatableJournal } from "./replay/repeatable-journal.ts";
import { BEGIN, RunTurns } from "./run-turns.ts";
import { SecretSeal } from "./secret-seal.ts";

/** How long events that announce nothing may wait for company. */
const GATHER_MS = 20;

/** Stands for a request that differs from the recorded one, which ends the run. */
const DIVERGED: unique symbol = Symbol("diverged");

/** An event on its way to the store; its number is 0, and secrets are in it, until it is written. */
type NewEvent = {
  -readonly [Field in keyof JournalEvent]: JournalEvent[Field];
} & {
  /** Value of a body that takes long to write, until it is. */
  value?: unknown;
};

/** What is given of an event; by default it happens now. */
type EventDraft = Omit<NewEvent, "at" | "seq"> & { readonly at?: number };

/**
 * Writes the events of one run to the store of its executor: a call before it is made, and with it whatever happened
 * before, in one transaction for all calls of a turn. The result of a call is written with the next call, and at the end
 * of the turn at the latest. A run without calls, and one kept in memory, is written when it ends, or after 20 ms.
 *
 * A store that cannot be used never stops a run: the rest of it goes unrecorded, and a note says why.
 */
export class RunRecorder extends RepeatableJournal implements RunJournal {
  readonly #log: RunLog;
  readonly #spec: RunSpec;
  readonly #stop: HeldRun["stop"];
  readonly #calls = new Map<number, AnnouncedCall>();
  /** Names of tools as JSON text. */
  readonly #names = new Map<string, string>();
  #waiting: NewEvent[] = [];
  #audit: NewEntry[] = [];
  #written = 0;
  #last: Promise<void> = Promise.resolve();
  /** The write that will take what waits. */
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turnEnd: NodeJS.Immediate | undefined;
  #store: RunStore | undefined;
  #seal: SecretSeal | undefined;
  #held: HeldRun | undefined;
  /** Why the run, or the rest of it, is not recorded. */
  problem: CodemodeError | undefined;

  constructor(log: RunLog, spec: RunSpec, { stop, start, retryOf, resumed }: RecorderSettings) {
    super(start === undefined ? undefined : new RunTurns(start, spec.startedAt, resumed?.replay), resumed?.replay);
    this.#log = log;
    this.#spec = { ...spec, code: log.secrets.text(spec.code) };
    this.#stop = stop;
    const { language, session, code } = spec;
    if (resumed === undefined) {
      this.#gather({
        type: "start",
        facts: stringifyJson({ language, session, retryOf, ...start }),
        body: JSON.stringify(code),
      });
      return;
    }
    this.#written = resumed.written;
    this.#held = { lease: resumed.lease, stop };
    this.#store = resumed.store;
    log.hold(this.#held);
    void resumed.replay.finished.then(() => {
      this.turns?.goOn();
      this.#gather({ type: "start", facts: JSON.stringify({ resumed: true }) });
    });
  }

  /** True when the run can be ended now and gone on with later. */
  get canPark(): boolean {
    return this.turns !== undefined && this.problem === undefined;
  }

  repeatable(guest: string): Repeatable | undefined {
    if (guest === "" && this.turns?.hasBegun === false) {
      const { at } = this.#gather({ type: "wait", facts: JSON.stringify({ for: "begin", request: BEGIN }) });
      this.turns.made(BEGIN, at);
    }
    return this.turns?.of(guest);
  }

  async release(callId: number, kind: PendingDecision["kind"]): Promise<void> {
    if (kind === "in_doubt") this.inDoubt.delete(callId);
    this.#push({ type: "decision", callId, facts: JSON.stringify({ decision: "allow", of: kind }) });
    await this.flush();
  }

  /** Why the run, or the rest of it, is not recorded; empty when it is. */
  async notes(): Promise<readonly string[]> {
    if (this.problem === undefined) await this.#ready().catch((thrown: unknown) => this.#fail(thrown));
    return this.problem === undefined ? [] : [noteOf(this.problem)];
  }

  /** Written with the decision about it, which comes before its effect. */
  call(crossing: Crossing): Promise<HostReply | undefined> | undefined {
    if (this.replay !== undefined) return this.#repeat(this.replay, crossing);
    this.#announce(crossing);
    return undefined;
  }

  async #repeat(replay: Replay, crossing: Crossing): Promise<HostReply | undefined> {
    const recalled = this.#recall(replay, crossing);
    if (recalled === DIVERGED) return new Promise(() => {});
    if (recalled?.reply !== undefined) return recalled.reply;
    // A skill goes on where it was, and only what it asks for in turn may have to wait.
    if (recalled === undefined || labelOf(crossing) !== SKILL) await replay.finished;
    this.#announce(crossing, recalled);
    return undefined;
  }

  #recall(replay: Replay, crossing: Crossing): Recalled | typeof DIVERGED | undefined {
    try {
      return replay.take(keyOf(crossing), crossing);
    } catch (thrown) {
      this.#stop(toCodemodeError(thrown));
      return DIVERGED;
    }
  }

  #announce(crossing: Crossing, recalled?: Recalled): void {
    if (isCall(crossing)) this.#announceCall(crossing, recalled);
    else if (this.turns !== undefined && recalled === undefined) {
      const key = keyOf(crossing);
      const facts = JSON.stringify({ for: labelOf(crossing), request: key });
      this.turns.made(key, this.#push({ type: "wait", facts, ...argumentsOf(crossing) }).at);
    }
  }

  #announceCall(crossing: Crossing & { readonly callId: number }, recalled: Recalled | undefined): void {
    const { callId } = crossing;
    const tool = labelOf(crossing);
    const facts = `{"tool":${this.#jsonOf(tool)}${this.#requestOf(crossing)}}`;
    const draft = { type: "call", callId, facts, ...argumentsOf(crossing) } as const;
    // A call that was recorded is not written again.
    const event = recalled === undefined ? this.#push(draft) : { ...draft, seq: 0, at: 0 };
    if (recalled?.isInDoubt === true) this.inDoubt.add(callId);
    this.#calls.set(callId, { tool, event, startedAt: performance.now() });
  }

  /** The place of a request as a field of the facts, where the run can be repeated. */
  #requestOf(crossing: Crossing): string {
    return this.turns === undefined ? "" : `,"request":"${keyOf(crossing)}"`;
  }

  /**
   * Every decision is a line of the audit log; what the policy simply allows is no event of its own. What only lives in
   * memory ends with the process as what waits does, so it is written soon, and not waited for.
   */
  decided(...[callId, tool, verdict]: Parameters<NonNullable<RunJournal["decided"]>>): Promise<void> | undefined {
    const { decision, by, reason } = verdict;
    this.#note({ callId, tool, kind: "decision", outcome: decision, by });
    if (decision !== "allow" || by !== "policy") {
      const facts = JSON.stringify({ tool, by, reason });
      this.#push({ type: "decision", callId, facts, body: JSON.stringify(decision) });
    }
    if (this.#log.isLasting) return this.flush();
    this.#writeSoon();
    return undefined;
  }

  result(crossing: Crossing, reply: HostReply): GuestTurn | undefined {
    const { callId, guest } = crossing;
    const turn = this.turns?.next(guest);
    const call = callId === undefined ? undefined : this.#calls.get(callId);
    if (callId === undefined || call === undefined) {
      if (turn !== undefined) this.#answer(crossing, reply, turn);
      return turn;
    }
    const [status, body] = [statusOf(reply), bodyOf(reply)];
    const durationMs = Math.round((performance.now() - call.startedAt) * 1_000) / 1_000;
    this.#push({
      type: "result",
      callId,
      facts: `{"tool":${this.#jsonOf(call.tool)},"status":"${status}","durationMs":${durationMs}${this.#requestOf(crossing)}}`,
      body,
      ...(turn === undefined ? {} : { at: turn.wallMs }),
    });
    this.#note({ callId, tool: call.tool, kind: "call", outcome: status, by: "program" });
    this.#calls.delete(callId);
    // What takes long to write is written while the program goes on, and not at its end.
    if (!this.#log.isLasting && body.length <= PIECE_CHARACTERS) this.#writeSoon();
    // The next call, if it comes at once, takes this along.
    else if (this.#next === undefined) this.#turnEnd ??= setImmediate(() => this.#endTurn());
    return turn;
  }

  /** What is lost of these with its process is asked for again: nothing was done in the world. */
  #answer(crossing: Crossing, reply: HostReply, { wallMs: at }: GuestTurn): void {
    const facts = JSON.stringify({ request: keyOf(crossing), status: statusOf(reply) });
    this.#gather({ type: "answer", facts, body: bodyOf(reply), at });
  }

  print({ stream, text }: OutputChunk, guest: string): void {
    const facts = JSON.stringify(guest === "" ? { stream } : { stream, guest });
    this.#gather({ type: "output", facts, body: JSON.stringify(text) });
  }

  /** Writes how the run ended, and returns the result with what was noticed on the way. */
  async finish(result: ExecutionResult, definitions: Readonly<Record<string, string>> = {}): Promise<ExecutionResult> {
    clearTimeout(this.#timer);
    const { status, durationMs, toolCalls, pending } = result;
    // A write that has been asked for and has not begun must not take it: the last event is written with the end.
    const last = this.#draft(lastEvent(result, definitions));
    const outcome: RunOutcome = {
      status,
      endedAt: Date.now(),
      durationMs,
      toolCalls: toolCalls.length,
      result: stringifyJson(toKept(result)),
    };
    clearImmediate(this.#turnEnd);
    const known = this.problem;
    await this.#last;
    const ending = status === "suspended" ? this.#park(outcome, pending.length, last) : this.#end(outcome, last);
    await ending.catch((thrown: unknown) => this.#fail(thrown));
    if (this.#held !== undefined) this.#log.release(this.#held);
    const news = this.problem === undefined || this.problem === known ? [] : [noteOf(this.problem)];
    return { ...result, notes: [...result.notes, ...news] };
  }

  #push(draft: EventDraft): NewEvent {
    const event = this.#draft(draft);
    this.#waiting.push(event);
    return event;
  }

  #draft({ type, callId, facts, body, value, at }: EventDraft): NewEvent {
    const event: NewEvent = { seq: 0, type, at: at ?? this.turns?.now().wallMs ?? Date.now(), facts };
    if (callId !== undefined) event.callId = callId;
    if (body !== undefined) event.body = body;
    if (value !== undefined) event.value = value;
    return event;
  }

  #gather(event: EventDraft): NewEvent {
    this.#writeSoon();
    return this.#push(event);
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  #jsonOf(tool: string): string {
    const known = this.#names.get(tool);
    if (known !== undefined) return known;
    const json = JSON.stringify(tool);
    this.#names.set(tool, json);
    return json;
  }

  #endTurn(): void {
    this.#turnEnd = undefined;
    if (this.#waiting.length > 0) void this.flush();
  }

  #note(entry: Omit<NewEntry, "at" | "call">): void {
    if (this.#log.isLasting) this.#audit.push({ ...entry, at: Date.now(), call: this.#calls.get(entry.callId) });
  }

  /** Resolves when what waits is written: once for all that asks for it in one turn. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#next !== undefined) return this.#next;
    const writing = this.#last
      .then(() => new Promise<void>((resolve) => process.nextTick(resolve)))
      .then(() => {
        this.#next = undefined;
        return this.#write();
      })
      .catch((thrown: unknown) => this.#fail(thrown));
    this.#next = writing;
    this.#last = writing;
    return writing;
  }

  async #write(): Promise<void> {
    if (this.problem !== undefined || this.#waiting.length + this.#audit.length === 0) return;
    const store = await this.#ready();
    const [events, audit] = [this.#waiting, this.#audit];
    this.#waiting = [];
    this.#audit = [];
    const numbered = await this.#numbered(events);
    const entries: AuditEntry[] = [];
    for (const entry of audit) entries.push(await this.#entry(entry));
    const { lease } = this.#held ?? {};
    if (lease !== undefined) await store.append(lease, numbered, entries);
    else {
      const begun = await this.#begin(numbered);
      if (entries.length > 0) await store.append(begun, [], entries);
    }
  }

  /** Also after a failure on the way: there may be room again, and a run that has ended should say so. */
  async #end(outcome: RunOutcome, last: NewEvent): Promise<void> {
    const store = await this.#ready();
    if (this.#audit.length > 0) await this.#write();
    const events = await this.#numbered(this.problem === undefined ? [...this.#waiting, last] : [last]);
    if (this.#held === undefined) await this.#log.begin(store, this.#spec, { events, outcome });
    else await store.finish(this.#held.lease, outcome, events);
  }

  /** The last event says what is waited for. */
  async #park({ durationMs, toolCalls, result }: RunOutcome, pending: number, last: NewEvent): Promise<void> {
    await this.#write();
    const lease = this.#held?.lease ?? (await this.#begin([]));
    for (const event of await this.#numbered([last]))
      await this.#store?.park(lease, event, { pending, durationMs, toolCalls, result });
  }

  async #ready(): Promise<RunStore> {
    this.#store ??= await this.#log.open();
    this.#seal ??= new SecretSeal(this.#log.secrets, this.#store.salt);
    return this.#store;
  }

  async #begin(events: readonly JournalEvent[]): Promise<Lease> {
    const lease = await this.#log.begin(await this.#ready(), this.#spec, { events });
    this.#held = { lease, stop: this.#stop };
    this.#log.hold(this.#held);
    return lease;
  }

  async #numbered(events: readonly NewEvent[]): Promise<readonly JournalEvent[]> {
    for (const event of events) {
      this.#written += 1;
      event.seq = this.#written;
      event.facts = this.#seal?.seal(event.facts) ?? event.facts;
      if (event.value !== undefined) event.body = await stringifySoon(event.value);
      delete event.value;
      if (event.body !== undefined) event.body = (await this.#seal?.sealSoon(event.body)) ?? event.body;
    }
    return events;
  }

  /** The hash of a call's arguments is made once, of what was written with it or before. */
  async #entry({ at, call, ...entry }: NewEntry): Promise<AuditEntry> {
    const tool = this.#log.secrets.text(entry.tool);
    const argumentsHash = call?.argumentsHash ?? (await hashArgumentsSoon(call?.event.body ?? "{}"));
    if (call !== undefined) call.argumentsHash = argumentsHash;
    return { ...entry, at: new Date(at).toISOString(), runId: this.#spec.runId, tool, argumentsHash };
  }

  #fail(thrown: unknown): void {
    const error = toCodemodeError(thrown);
    this.problem ??= error;
    if (error.code === "busy") this.#stop(error);
  }
}
