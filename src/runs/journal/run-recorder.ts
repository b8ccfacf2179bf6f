import { type CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { PIECE_CHARACTERS } from "../../base/steps/json-in-steps.ts";
import { lengthOf } from "../../base/steps/large-text.ts";
import type { GuestTurn, HostReply, OutputChunk, Repeatable } from "../../engines/engine.ts";
import { type Crossing, keyOf, type RunJournal } from "./run-journal.ts";
import type { WrittenValue } from "../reading-text.ts";
import type { ExecutionResult, PendingDecision } from "../result.ts";
import { EventWriter, type NewEvent } from "./event-writer.ts";
import type { HeldRun, RunLog } from "./run-log.ts";
import type { RunOutcome, RunSpec } from "./run-store.ts";
import { argumentsOf, bodyOf, isCall, labelOf, SKILL, statusOf } from "./replay/recorded-request.ts";
import { keptResult, lastEvent, noteOf } from "./replay/recorded-result.ts";
import type { Recalled, Replay } from "./replay/replay.ts";
import type { AnnouncedCall, NewEntry, RecorderSettings } from "./recorder-settings.ts";
import { RepeatableJournal } from "./replay/repeatable-journal.ts";
import { BEGIN, RunTurns } from "./run-turns.ts";

/** Stands for a request that differs from the recorded one, which ends the run. */
const DIVERGED: unique symbol = Symbol("diverged");

/** Parts of the facts of a tool's calls as JSON text, which are the same for all of them. */
interface ToolFacts {
  /** The name of the tool, quoted. */
  readonly name: string;
  /** Facts of a call, where the run cannot be repeated. */
  readonly call: string;
  /** Facts of the result of a call that ended well, up to its duration. */
  readonly done: string;
}

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
  readonly #writer: EventWriter;
  readonly #isLasting: boolean;
  readonly #stop: HeldRun["stop"];
  readonly #calls = new Map<number, AnnouncedCall>();
  readonly #facts = new Map<string, ToolFacts>();
  #turnEnd: NodeJS.Immediate | undefined;

  constructor(log: RunLog, spec: RunSpec, { stop, start, retryOf, resumed }: RecorderSettings) {
    super(start === undefined ? undefined : new RunTurns(start, spec.startedAt, resumed?.replay), resumed?.replay);
    this.#writer = new EventWriter(log, spec, { stop, resumed });
    this.#isLasting = log.isLasting;
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
    void resumed.replay.finished.then(() => {
      this.turns?.goOn();
      this.#gather({ type: "start", facts: JSON.stringify({ resumed: true }) });
    });
  }

  /** Why the run, or the rest of it, is not recorded. */
  get problem(): CodemodeError | undefined {
    return this.#writer.problem;
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
  notes(): readonly string[] | Promise<readonly string[]> {
    const notes = (): readonly string[] => (this.problem === undefined ? [] : [noteOf(this.problem)]);
    return this.#writer.open()?.then(notes) ?? notes();
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
    const { call, name } = this.#factsOf(tool);
    const facts = this.turns === undefined ? call : `{"tool":${name}${this.#requestOf(crossing)}}`;
    const event: NewEvent = { seq: 0, type: "call", at: this.#now(), facts, callId };
    const asked = argumentsOf(crossing);
    if ("body" in asked) event.body = asked.body;
    else event.value = asked.value;
    // A call that was recorded is not written again.
    if (recalled === undefined) this.#writer.add(event);
    if (recalled?.isInDoubt === true) this.inDoubt.add(callId);
    // An event that nothing holds is gone once it is written, and the collector never copies it.
    this.#calls.set(callId, { tool, event: this.#isLasting ? event : undefined, startedAt: performance.now() });
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
    if (this.#isLasting) this.#note({ callId, tool, kind: "decision", outcome: decision, by });
    if (decision !== "allow" || by !== "policy") {
      const facts = JSON.stringify({ tool, by, reason });
      this.#push({ type: "decision", callId, facts, body: JSON.stringify(decision) });
    }
    if (this.#isLasting) return this.flush();
    this.#writer.writeSoon();
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
    const status = statusOf(reply);
    const facts = `${this.#endOf(call, status)}${this.#requestOf(crossing)}}`;
    this.#writer.add({ seq: 0, type: "result", at: turn?.wallMs ?? this.#now(), facts, callId, ...bodyOf(reply) });
    if (this.#isLasting) this.#note({ callId, tool: call.tool, kind: "call", outcome: status, by: "program" });
    this.#calls.delete(callId);
    this.#writeResult(reply);
    return turn;
  }

  #writeResult(reply: HostReply): void {
    const isShort = !reply.ok || lengthOf(reply.valueJson) <= PIECE_CHARACTERS;
    // What takes long to write is written while the program goes on, and not at its end.
    if (!this.#isLasting && isShort) this.#writer.writeSoon();
    // The next call, if it comes at once, takes this along.
    else if (!this.#writer.isAsked) this.#turnEnd ??= setImmediate(() => this.#endTurn());
  }

  /** What is lost of these with its process is asked for again: nothing was done in the world. */
  #answer(crossing: Crossing, reply: HostReply, { wallMs: at }: GuestTurn): void {
    const facts = JSON.stringify({ request: keyOf(crossing), status: statusOf(reply) });
    this.#gather({ type: "answer", facts, ...bodyOf(reply), at });
  }

  print({ stream, text }: OutputChunk, guest: string): void {
    const facts = JSON.stringify(guest === "" ? { stream } : { stream, guest });
    this.#gather({ type: "output", facts, body: JSON.stringify(text) });
  }

  /**
   * Writes how the run ended, and returns the result with what was noticed on the way.
   *
   * @param written a value that was written already
   */
  async finish(
    result: ExecutionResult,
    definitions: Readonly<Record<string, string>> = {},
    written?: WrittenValue,
  ): Promise<ExecutionResult> {
    const { status, durationMs, toolCalls, pending } = result;
    // A write that has been asked for and has not begun must not take it: the last event is written with the end.
    const last = this.#draft(lastEvent(result, definitions));
    const outcome: RunOutcome = {
      status,
      endedAt: Date.now(),
      durationMs,
      toolCalls: toolCalls.length,
      result: keptResult(result, written),
    };
    clearImmediate(this.#turnEnd);
    const known = this.problem;
    await this.#writer.finish(outcome, last, status === "suspended" ? pending.length : undefined);
    if (this.problem === undefined || this.problem === known) return result;
    return { ...result, notes: [...result.notes, noteOf(this.problem)] };
  }

  #push(draft: EventDraft): NewEvent {
    const event = this.#draft(draft);
    this.#writer.add(event);
    return event;
  }

  #draft({ type, callId, facts, body, value, at }: EventDraft): NewEvent {
    const event: NewEvent = { seq: 0, type, at: at ?? this.#now(), facts };
    if (callId !== undefined) event.callId = callId;
    if (body !== undefined) event.body = body;
    if (value !== undefined) event.value = value;
    return event;
  }

  #gather(event: EventDraft): NewEvent {
    this.#writer.writeSoon();
    return this.#push(event);
  }

  /** The facts of a result but for the place of its request, and not closed. */
  #endOf({ tool, startedAt }: AnnouncedCall, status: ReturnType<typeof statusOf>): string {
    const { name, done } = this.#factsOf(tool);
    const begin = status === "ok" ? done : `{"tool":${name},"status":"${status}","durationMs":`;
    return `${begin}${Math.round((performance.now() - startedAt) * 1_000) / 1_000}`;
  }

  #now(): number {
    return this.turns === undefined ? Date.now() : this.turns.now().wallMs;
  }

  #factsOf(tool: string): ToolFacts {
    const known = this.#facts.get(tool);
    if (known !== undefined) return known;
    const name = JSON.stringify(tool);
    const made = { name, call: `{"tool":${name}}`, done: `{"tool":${name},"status":"ok","durationMs":` };
    this.#facts.set(tool, made);
    return made;
  }

  #endTurn(): void {
    this.#turnEnd = undefined;
    this.#writer.writeAny();
  }

  /** Adds a line to the audit log, where there is one. */
  #note(entry: Omit<NewEntry, "at" | "call">): void {
    this.#writer.audit({ ...entry, at: Date.now(), call: this.#calls.get(entry.callId) });
  }

  /** Resolves when what waits is written: once for all that asks for it in one turn. Never rejects. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }
}
