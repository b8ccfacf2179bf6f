/** Thrown inside a validation that took too long; the validator turns it into a skipped validation. */
export class ValidationOverrun extends Error {}

/** Longest time one validation may take before it is given up. */
const VALIDATION_TIME_MS = 30;

const STEPS_BETWEEN_LOOKS = 512;

/** Time that so many steps take at the longest on a machine with time for us; the rest of it went to other processes. */
const MOST_BETWEEN_LOOKS_MS = 5;

/** Parts of the time left for the attempts at one pattern. */
const SHARES: readonly number[] = [1 / 6, 1 / 3, 1 / 2];

/**
 * Keeps one validation within its time, whatever schema and value do to each other.
 *
 * The clock is the wall's, and a busy machine may stop the process at any step for longer than a validation may take.
 * So only time in which work was done counts: a small value is never given up for what others did.
 */
export class ValidationBudget {
  #steps = 0;
  #usedMs = 0;
  #lookedAt: number | undefined;

  /** Starts the next validation. */
  start(): void {
    this.#steps = 0;
    this.#usedMs = 0;
    this.#lookedAt = undefined;
  }

  /** Counts one step of work that hostile input could multiply. Throws {@link ValidationOverrun} when time is up. */
  step(): void {
    if (++this.#steps % STEPS_BETWEEN_LOOKS !== 0) return;
    const now = performance.now();
    this.#usedMs += Math.min(now - (this.#lookedAt ?? now), MOST_BETWEEN_LOOKS_MS);
    this.#lookedAt = now;
    this.#leftMs();
  }

  /**
   * Runs work that can be stopped from outside. Stopped work is tried again with more time before it counts as too slow:
   * the first attempt may have had no processor.
   * @param run returns undefined when it did not finish in the time it is given
   */
  attempt<Result>(run: (timeoutMs: number) => Result | undefined): Result {
    const leftMs = this.#leftMs();
    for (const share of SHARES) {
      const begun = performance.now();
      const timeoutMs = Math.max(1, Math.ceil(leftMs * share));
      const result = run(timeoutMs);
      if (result === undefined) continue;
      this.#usedMs += Math.min(performance.now() - begun, timeoutMs);
      return result;
    }
    throw new ValidationOverrun("A pattern took too long.");
  }

  #leftMs(): number {
    if (this.#usedMs > VALIDATION_TIME_MS) throw new ValidationOverrun("Checking took too long.");
    return VALIDATION_TIME_MS - this.#usedMs;
  }
}
