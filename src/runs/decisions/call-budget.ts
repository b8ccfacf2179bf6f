/**
 * Counts the tool calls of one run and lets at most `concurrentCalls` happen at a time; the rest wait their turn.
 *
 * A call past the limit is never made. The calls accepted before it still run; once they are done, `onExhausted` fires.
 */
export class CallBudget {
  readonly #limit: number;
  readonly #onExhausted: () => void;
  readonly #places: number;
  #underWay = 0;
  /** Lets in the calls that wait for a place, in their order; those before {@link #next} are let in. */
  readonly #waiting: (() => void)[] = [];
  #next = 0;
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
    this.#places = options.concurrentCalls;
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
    if (this.#underWay >= this.#places) {
      return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#inside(call));
    }
    this.#underWay += 1;
    return this.#inside(call);
  }

  #inside<T>(call: () => Promise<T>): Promise<T> {
    return call().then(
      (value) => {
        this.#leave();
        return value;
      },
      (thrown: unknown) => {
        this.#leave();
        throw thrown;
      },
    );
  }

  /** Gives the place of a call to the one that has waited longest. */
  #leave(): void {
    const letIn = this.#waiting[this.#next];
    this.#next += 1;
    if (letIn === undefined) {
      this.#underWay -= 1;
      this.#waiting.length = 0;
      this.#next = 0;
    } else letIn();
    this.drop();
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
