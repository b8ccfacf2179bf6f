import { AnswerRoom } from "../../sources/answer-room.ts";
import { Queue } from "../../base/queue.ts";

/** Requests other than calls that are answered at a time. */
const SERVICE_PLACES = 16;
/** Calls that may end without the event loop turning while others wait: those of functions end at once, a thousand in a row. */
const ENDS_PER_TURN = 64;
/** Places that a long reply holds, and of a text one for so many characters. */
const REPLY_PLACES = 2;
const CHARACTERS_PER_PLACE = 1024 * 1024;

/**
 * Counts the tool calls of one run and lets at most `concurrentCalls` happen at a time; the rest wait their turn.
 *
 * A call past the limit is never made. The calls accepted before it still run; once they are done, `onExhausted` fires.
 */
export class CallBudget {
  /** Memory for large answers on their way to the program. */
  readonly room: AnswerRoom = new AnswerRoom();
  readonly #limit: number;
  readonly #onExhausted: () => void;
  readonly #calls: Queue;
  readonly #services = new Queue(SERVICE_PLACES, { waiting: Number.POSITIVE_INFINITY, what: "request" });
  #accepted = 0;
  /** Accepted and not over yet. */
  #open = 0;
  #refused = 0;
  /** Ended since the event loop turned last, and places that are given back when it turns again. */
  #ended = 0;
  #late = 0;

  constructor(options: {
    readonly toolCalls: number;
    readonly concurrentCalls: number;
    readonly onExhausted: () => void;
  }) {
    this.#limit = options.toolCalls;
    this.#calls = new Queue(options.concurrentCalls, { waiting: Number.POSITIVE_INFINITY, what: "call" });
    this.#onExhausted = options.onExhausted;
  }

  /** True once a call was refused. */
  get exhausted(): boolean {
    return this.#refused > 0;
  }

  /** Calls that were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** Maximum number of calls that may be made. */
  get limit(): number {
    return this.#limit;
  }

  /** Accepts one call, or refuses it because the budget is used up. */
  accept(): boolean {
    if (this.#accepted < this.#limit) {
      this.#accepted += 1;
      this.#open += 1;
      return true;
    }
    this.#refused += 1;
    this.#signalWhenIdle();
    return false;
  }

  /** Waits until an accepted call may be made; undefined where it may at once, as nearly always. */
  enter(): Promise<void> | undefined {
    return this.#calls.hold();
  }

  /** Ends a call that has {@link enter}ed, and lets in the one that has waited longest. */
  leave(): void {
    this.#ended += 1;
    if (this.#ended < ENDS_PER_TURN || this.#calls.waiting === 0) this.#calls.leave();
    else this.#leaveLater();
    this.drop();
  }

  #leaveLater(): void {
    this.#late += 1;
    if (this.#late > 1) return;
    setImmediate(() => {
      const places = this.#late;
      [this.#late, this.#ended] = [0, 0];
      this.#calls.leave(places);
    });
  }

  /** Answers a request other than a call when a place is free. */
  async serve<T>(answer: () => Promise<T>): Promise<T> {
    const turn = this.#services.hold();
    if (turn !== undefined) await turn;
    try {
      return await answer();
    } finally {
      this.#services.leave();
    }
  }

  /**
   * Counts a long reply as work in progress until it is written and the program has taken it, so that what waits for a
   * program that reads nothing is bounded. Returns the way to say that.
   *
   * @param characters of a text; unknown for any other value
   * @param callId the call whose answer has room until then
   */
  hold(characters?: number, callId?: number): () => void {
    const places = characters === undefined ? REPLY_PLACES : Math.ceil(characters / CHARACTERS_PER_PLACE);
    const held = [this.#calls, this.#services];
    for (const queue of held) queue.fill(places);
    return () => {
      for (const queue of held.splice(0)) queue.leave(places);
      this.room.leave(callId);
    };
  }

  /** Ends an accepted call that is not made after all; it stays counted. */
  drop(): void {
    this.#open -= 1;
    this.#signalWhenIdle();
  }

  #signalWhenIdle(): void {
    if (this.exhausted && this.#open === 0) this.#onExhausted();
  }
}
