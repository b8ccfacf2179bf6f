const FIRST_MS = 250;
const LONGEST_MS = 60_000;
const LONGEST_PAUSE_MS = 1_000;
const SHORT_LIFE_MS = 10_000;

/**
 * Decides when a server that failed is started again: automatically at a gentle pace, and very soon for a caller that
 * needs it.
 */
export class BackOff {
  #failures = 0;
  #failedAt = 0;
  #delayMs = 0;

  /** Milliseconds until the next attempt that is made without a demand; 0 when it is due. */
  get waitMs(): number {
    return this.#left(this.#delayMs);
  }

  /**
   * Milliseconds, at most a second, until a demand is worth an attempt, so that a loop of demands does not start a
   * flood of processes.
   */
  get pauseMs(): number {
    return this.#left(Math.min(LONGEST_PAUSE_MS, this.#delayMs));
  }

  /** Notes a failure. `livedMs` is how long the connection had lasted: a long life starts the count afresh. */
  fail(livedMs: number): void {
    this.#failures = livedMs >= SHORT_LIFE_MS ? 1 : this.#failures + 1;
    this.#failedAt = performance.now();
    // Servers that died together should not come back together.
    this.#delayMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1)) * (0.8 + Math.random() * 0.4);
  }

  #left(delayMs: number): number {
    return this.#failures === 0 ? 0 : Math.max(0, this.#failedAt + delayMs - performance.now());
  }
}
