/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
import { defined } from "../../base/defined.ts";
import { type StopReason, timeLimit } from "../cell-ending.ts";
import {
  FRAME,
  parseReplies,
  parseTurns,
  type RawFault,
  type RunCommand,
  takeTextReply,
  type TurnReply,
} from "./wire/messages.ts";
import { GuestClock } from "./guest-clock.ts";
import { WAIT } from "../engine.ts";
import type { ErrorCode } from "../../base/error-codes.ts";
import type { GuestMachine } from "./guest-machine.ts";
import { GuestException } from "./host-bridge.ts";
import type { GuestThread } from "./guest-thread.ts";
import { ENDLESS_WAIT } from "../javascript/guest-faults.ts";
import { wrapSource } from "../javascript/cell-source.ts";

/** Operations of our guest code; `main.js` has the other half. */
const ENTER = {
  prepare: 1,
  start: 2,
  deliver: 3,
  fireTimer: 4,
  flush: 5,
  rest: 6,
  abandon: 7,
  down: 8,
  hold: 9,
} as const;

/** Jobs run between two looks at what the host has to say. */
const JOBS_PER_ROUND = 1000;
/** Jobs of a finished cell that still run, and how long, so that what it left in the queue does not meet the next one. */
const JOBS_AFTER_END = 1000;
const AFTER_END_MS = 50;
/** Rounds after which a repeatable cell that is still busy receives something, if there is anything to receive. */
const ROUNDS_PER_TURN = 100;

/** Message of the engine's error when memory is short; with too little left for an error it throws null. */
const OUT_OF_MEMORY: RawFault = { name: "InternalError", message: "out of memory", stack: "" };

/** Services that a cell needs beside its command. */
interface CellStart {
  readonly seed: readonly number[] | undefined;
  /** Names of the namespaces, each with the name it goes by elsewhere. */
  readonly namespaces: readonly (readonly [name: string, alias: string])[];
}

/**
 * Runs one cell in a machine until it has finished, failed or was stopped, and reports that to the host exactly once.
 */
export class CellLoop {
  readonly #thread: GuestThread;
  readonly #machine: GuestMachine;
  readonly #command: RunCommand;
  #deadline: number;
  readonly #encoder = new TextEncoder();
  #outstanding = 0;
  #ended = false;
  /** The last frame, held until the machine is at rest. */
  #last: { readonly kind: number; readonly text: Uint8Array } | undefined;
  #code: ErrorCode | undefined;
  #interrupted: "time" | "stop" | undefined;
  /** The clock of a repeatable cell. */
  readonly clock: GuestClock | undefined;
  /** Replies that have arrived and that the cell has not received. */
  readonly #due: TurnReply[] = [];
  /** Rounds since it last received something. */
  #rounds = 0;
  /** Number of the wait it has asked for last, below 0, and its end; no end when that is over. */
  #wait: { readonly id: number; readonly until: number } = { id: 0, until: Number.POSITIVE_INFINITY };

  constructor(thread: GuestThread, machine: GuestMachine, command: RunCommand) {
    this.#thread = thread;
    this.#machine = machine;
    this.#command = command;
    this.clock = command.repeatable === undefined ? undefined : new GuestClock(command.repeatable.start);
    this.#deadline = performance.now() + command.timeMs;
  }

  /** Runs the cell to its end. The host hears of it when nothing of the cell runs any more. */
  run(start: CellStart): void {
    try {
      this.#start(start);
      this.#turnUntilEnded();
    } catch (error) {
      if (!(error instanceof GuestException)) throw error;
      this.#endByException(error);
    }
    this.#thread.report({ isAtRest: this.#comesToRest() });
    if (this.#last !== undefined) this.#thread.send(this.#last.kind, this.#last.text);
  }

  /** Takes what guest code of ours sends. */
  sent(kind: number, text: Uint8Array): void {
    if (this.#ended) return;
    // An interruption reaches an async function's caller as a rejection, so it can come back as an error of the program.
    if (this.#interrupted !== undefined) {
      this.#endBy(FRAME.stopped, this.#interruption());
      return;
    }
    if (kind === FRAME.calls) {
      this.#outstanding += countLines(text);
      this.#thread.send(kind, text);
      return;
    }
    const lacksMemory =
      kind === FRAME.failed && this.#lacksMemory(JSON.parse(Buffer.from(text).toString()) as RawFault);
    // The text lies in the machine's memory, which what still runs may change.
    this.#end(kind, lacksMemory ? this.#encoder.encode(JSON.stringify(OUT_OF_MEMORY)) : text.slice());
  }

  /** Asked by the engine every few thousand steps. */
  shouldInterrupt(): boolean {
    if (this.#interrupted !== undefined) return true;
    if (performance.now() >= this.#deadline) this.#interrupted = "time";
    else if (this.#thread.stopRequested(this.#command.cell)) this.#interrupted = "stop";
    return this.#interrupted !== undefined;
  }

  #start(start: CellStart): void {
    const { source, filename, globals, lateGlobals, valueBytes, argumentBytes, table, repeatable } = this.#command;
    const wrapped = wrapSource(source);
    const { seed, namespaces } = start;
    const { timeMs } = repeatable ?? this.#command;
    const sizes = { valueBytes, argumentBytes, timeMs, downMs: this.clock?.downMs ?? 0 };
    const settings = { wrapped: wrapped.function, seed, globals, lateGlobals, ...sizes, table, namespaces };
    this.#machine.enter(ENTER.prepare, JSON.stringify(settings));
    try {
      this.#machine.evaluateInto(ENTER.start, wrapped.script, filename);
    } catch (error) {
      // Nothing of the program has run yet, so an error of syntax is the text's own.
      if (error instanceof GuestException && error.message.startsWith("SyntaxError\n")) this.#code = "syntax_error";
      throw error;
    }
  }

  #turnUntilEnded(): void {
    while (!this.#ended) {
      const more = this.#runJobs();
      if (this.#ended) break;
      const timerMs = this.#machine.enter(more ? ENTER.flush : ENTER.rest);
      if (this.#ended) break;
      if (this.#stopIfAsked()) return;
      if (this.clock !== undefined) this.#takeTurn(this.clock, { more, timerMs });
      else if (!this.#receive() && !more) this.#rest(timerMs);
      if (this.#ended) break;
      if (timerMs >= 0) this.#machine.enter(ENTER.fireTimer);
    }
  }

  /** Whether the cell receives something now depends on what it did alone, never on what has arrived. */
  #takeTurn(clock: GuestClock, { more, timerMs }: { readonly more: boolean; readonly timerMs: number }): void {
    if (more || timerMs === 0) {
      this.#rounds += 1;
      if (this.#rounds < ROUNDS_PER_TURN || (this.#outstanding === 0 && timerMs <= 0)) return;
    }
    this.#rounds = 0;
    if (timerMs < 0 && this.#outstanding === 0) {
      this.#endStuck();
      return;
    }
    if (timerMs > 0) this.#askToWait(Math.ceil(clock.runningMs + timerMs));
    const reply = this.#awaitTurn();
    if (reply !== undefined) this.#obey(clock, reply);
  }

  /** An earlier wait that ends no later serves as well. */
  #askToWait(until: number): void {
    if (until >= this.#wait.until) return;
    this.#wait = { id: this.#wait.id - 1, until };
    this.#thread.send(FRAME.calls, this.#encoder.encode(`${this.#wait.id}\t"${WAIT}"\t${until}\n`));
  }

  /** The next reply, waited for; nothing when the cell was stopped meanwhile. */
  #awaitTurn(): TurnReply | undefined {
    for (;;) {
      const reply = this.#due.shift();
      if (reply?.cell === this.#command.cell) return reply;
      if (this.#stopIfAsked()) return undefined;
      const text = this.#thread.inbox.take();
      if (text !== undefined) this.#due.push(...parseTurns(text));
      else this.#thread.inbox.wait(Math.max(0, this.#deadline - performance.now()));
    }
  }

  #obey(clock: GuestClock, { id, time, json }: TurnReply): void {
    const { downMs } = clock;
    if (time !== undefined) clock.advance(time);
    if (clock.downMs !== downMs) this.#machine.enter(ENTER.down, JSON.stringify(clock.downMs));
    if (id === this.#wait.id) this.#wait = { id, until: Number.POSITIVE_INFINITY };
    if (id < 0) return;
    this.#outstanding -= 1;
    this.#deliver(json);
  }

  /** Lets what an ended cell has left in the queue run for a moment; true when nothing of it is left. */
  #comesToRest(): boolean {
    for (let jobs = 0; jobs < JOBS_AFTER_END && this.#interrupted === undefined;) {
      const count = this.#machine.runJobs(JOBS_AFTER_END - jobs);
      if (count === 0) return true;
      // A job that throws ends the round early.
      jobs += Math.max(1, count);
    }
    return false;
  }

  /** True when jobs are left. */
  #runJobs(): boolean {
    const count = this.#machine.runJobs(JOBS_PER_ROUND);
    return count < 0 || count >= JOBS_PER_ROUND;
  }

  #receive(): boolean {
    const text = this.#thread.inbox.take();
    if (text === undefined) return false;
    const replies = parseReplies(text);
    if (replies?.cell !== this.#command.cell) return true;
    this.#outstanding -= replies.count;
    this.#deliver(replies.json);
    return true;
  }

  #deliver(json: string | Uint8Array): void {
    const large = typeof json === "string" ? undefined : takeTextReply(json);
    if (large !== undefined) this.#machine.enter(ENTER.hold, large.text);
    this.#machine.enter(ENTER.deliver, large?.json ?? json);
  }

  #rest(timerMs: number): void {
    if (timerMs < 0 && this.#outstanding === 0) {
      this.#endStuck();
      return;
    }
    const left = Math.max(0, this.#deadline - performance.now());
    this.#thread.inbox.wait(timerMs < 0 ? left : Math.min(left, timerMs));
  }

  #endStuck(): void {
    // A promise that found no memory to settle in waits for ever.
    if (this.#machine.wasShortOfMemory) this.#endBy(FRAME.failed, OUT_OF_MEMORY);
    else this.#endBy(FRAME.failed, { name: "Error", message: ENDLESS_WAIT, stack: "" });
  }

  #stopIfAsked(): boolean {
    if (!this.shouldInterrupt()) return false;
    this.#endBy(FRAME.stopped, this.#interruption());
    return true;
  }

  #interruption(): StopReason {
    if (this.#interrupted === "stop") return { code: "cancelled", message: "The program was cancelled." };
    return timeLimit(this.#command.timeMs);
  }

  #endByException(error: GuestException): void {
    if (this.#ended) return;
    if (this.#interrupted !== undefined) {
      this.#endBy(FRAME.stopped, this.#interruption());
      return;
    }
    const [name = "Error", ...message] = error.message.split("\n");
    const fault = { name, message: message.join("\n"), stack: error.stack ?? "", ...defined({ code: this.#code }) };
    this.#endBy(FRAME.failed, this.#lacksMemory(fault) ? OUT_OF_MEMORY : fault);
  }

  /** True for an error without the words that it would have had if there had been memory for them. */
  #lacksMemory({ name, message }: RawFault): boolean {
    // The engine gives each of its own errors words.
    if (message === "" && name === OUT_OF_MEMORY.name) return true;
    const isWordless = name === "undefined" || message === "" || WORDLESS.has(message);
    return isWordless && this.#machine.wasShortOfMemory;
  }

  #endBy(kind: number, what: RawFault | StopReason): void {
    if (!this.#ended) this.#end(kind, this.#encoder.encode(JSON.stringify(what)));
  }

  #end(kind: number, text: Uint8Array): void {
    this.#ended = true;
    this.#last = { kind, text };
    this.#deadline = Math.min(this.#deadline, performance.now() + AFTER_END_MS);
  }
}

function countLines(text: Uint8Array): number {
  let count = 0;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) count += 1;
  return count;
}

/** Messages of faults about which nothing could be said, for which a lack of memory is one reason. */
const WORDLESS: ReadonlySet<string> = new Set([
  "Thrown: null",
  "Thrown: a value that cannot be shown",
  "The program failed with an error that cannot be shown.",
]);
