import { Queue } from "../../../base/queue.ts";
import { cancelledCall, timedOutCall } from "./call-error.ts";

/** Who asks for a turn, and for how long they wait at most. */
interface TurnRequest {
  /** Full name of the tool. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Lets so many calls of one server be made at a time, and hears when none is in progress any more. */
export class CallTurns {
  readonly #places: Queue;
  readonly #onIdle: () => void;
  #inside = 0;

  constructor(most: number, onIdle: () => void) {
    this.#places = new Queue(most, { waiting: Number.POSITIVE_INFINITY, what: "call" });
    this.#onIdle = onIdle;
  }

  /** True while no call is in progress. */
  get isIdle(): boolean {
    return this.#inside === 0;
  }

  /** Does work in its turn; it is given the time that is left then. Rejects with `tool_timeout` when its turn came too late. */
  async take<Result>(request: TurnRequest, work: (leftMs: number) => Promise<Result>): Promise<Result> {
    const begun = performance.now();
    const leave = this.#places.enterNow() ?? (await this.#wait(request));
    this.#inside += 1;
    try {
      return await work(Math.max(1, request.timeoutMs - (performance.now() - begun)));
    } finally {
      this.#inside -= 1;
      leave();
      if (this.#inside === 0) this.#onIdle();
    }
  }

  async #wait({ name, timeoutMs, signal }: TurnRequest): Promise<() => void> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    const ends = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
    try {
      return await this.#places.enter(ends);
    } catch (error) {
      if (signal?.aborted === true) throw cancelledCall(name, error);
      throw limit.signal.aborted ? timedOutCall(name, timeoutMs, { cause: error }) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
