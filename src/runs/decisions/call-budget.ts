import { Places } from "./places.ts";

/** Requests other than calls that are answered at a time. */
const SERVICE_PLACES = 16;
/** Places that a long reply holds, and of a text one for so many characters. */
const REPLY_PLACES = 2;
const CHARACTERS_PER_PLACE = 1024 * 1024;

/**
 * Counts the tool calls of one run and lets at most `concurrentCalls` happen at a time; the rest wait their turn.
 *
 * A call past the limit is never made. The calls accepted before it still run; once they are done, `onExhausted` fires.
 */
export class CallBudget {
  readonly #limit: number;
  readonly #onExhausted: () => void;
  readonly #calls: Places;
  readonly #services = new Places(SERVICE_PLACES);
  #accepted = 0;
  /** Accepted and not over yet. */
  #open = 0;
  #refused = 0;

  constructor(options: {
    readonly toolCalls: number;
    readonly concurrentCalls: number;
    readonly onExhausted: () => void;
  }) {
    this.#limit = options.toolCalls;
    this.#calls = new Places(options.concurrentCalls, () => this.drop());
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

  /** Runs an accepted call when a place is free, which is nearly always at once. */
  run<T>(call: () => Promise<T>): Promise<T> {
    return this.#calls.run(call);
  }

  /** Answers a request other than a call when a place is free. */
  serve<T>(answer: () => Promise<T>): Promise<T> {
    return this.#services.run(answer);
  }

  /**
   * Counts a long reply as work in progress until it is written and the program has taken it, so that what waits for a
   * program that reads nothing is bounded. Returns the way to say that.
   *
   * @param characters of a text; unknown for any other value
   */
  hold(characters?: number): () => void {
    const places = characters === undefined ? REPLY_PLACES : Math.ceil(characters / CHARACTERS_PER_PLACE);
    const frees = [this.#calls.hold(places), this.#services.hold(places)];
    return () => {
      for (const free of frees.splice(0)) free();
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
