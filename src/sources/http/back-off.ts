const FIRST_MS = 250;
const LONGEST_MS = 30_000;
const SHORT_LIFE_MS = 10_000;
const MOST_RETRIES = 5;

/** Decides when a server that failed may be started again. */
export class BackOff {
  #failures = 0;
  #retryAt = 0;

  /** Milliseconds until the next attempt is allowed; 0 when it is allowed now. */
  get waitMs(): number {
    return Math.max(0, this.#retryAt - performance.now());
  }

  /** False once it failed so often in a row that only a new demand is worth an attempt. */
  get retriesByItself(): boolean {
    return this.#failures < MOST_RETRIES;
  }

  /** Notes a failure. `livedMs` is how long the connection had lasted: a long life starts the count afresh. */
  fail(livedMs: number): void {
    this.#failures = livedMs >= SHORT_LIFE_MS ? 1 : this.#failures + 1;
    const delayMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    // Servers that died together should not come back together.
    this.#retryAt = performance.now() + delayMs * (0.8 + Math.random() * 0.4);
  }
}
