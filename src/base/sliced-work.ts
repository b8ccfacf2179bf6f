import { inTurn } from "./in-turn.ts";

/** Time that one work takes at a stretch before another has its turn. */
const SLICE_MS = 4;

/**
 * Work in small steps, done once and only when asked for: at a stretch for a caller that needs the result now, in
 * slices for one that can wait. Both go on with the same work, so that what was done is never done again.
 */
export class SlicedWork<Result> {
  readonly #start: () => Generator<void, Result>;
  #steps: Generator<void, Result> | undefined;
  #outcome: { readonly result: Result } | undefined;
  #waiting: Promise<Result> | undefined;

  /** Each `yield` of the generator ends a step; steps should take less than a millisecond. */
  constructor(start: () => Generator<void, Result>) {
    this.#start = start;
  }

  /** The result, computed to its end without a pause. */
  now(): Result {
    while (this.#outcome === undefined) this.#step();
    return this.#outcome.result;
  }

  /**
   * The result, computed in slices of some 4 ms that take turns with those of all other work; the event loop runs between.
   *
   * @param signal ends the work for this caller: what nobody waits for any more would delay what others wait for
   */
  soon(signal?: AbortSignal): Promise<Result> {
    return signal === undefined ? (this.#waiting ??= this.#inSlices()) : this.#inSlices(signal);
  }

  async #inSlices(signal?: AbortSignal): Promise<Result> {
    for (;;) {
      await inTurn(() => this.#slice(signal));
      if (this.#outcome !== undefined) return this.#outcome.result;
    }
  }

  #slice(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    const end = performance.now() + SLICE_MS;
    // Some steps are those of the engine, and long: of these two in a row are too many.
    while (this.#outcome === undefined && performance.now() < end) this.#step();
  }

  #step(): void {
    this.#steps ??= this.#start();
    const { done, value } = this.#steps.next();
    if (done === true) {
      this.#outcome = { result: value };
      this.#steps = undefined;
    }
  }
}
