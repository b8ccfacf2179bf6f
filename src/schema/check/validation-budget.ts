/** Thrown inside a validation that took too long; the validator turns it into a skipped validation. */
export class ValidationOverrun extends Error {}

/** Longest time one validation may take before it is given up. */
const VALIDATION_TIME_MS = 30;

const STEPS_BETWEEN_LOOKS = 512;

/** Keeps one validation within its time, whatever schema and value do to each other. */
export class ValidationBudget {
  #steps = 0;
  #deadline = 0;

  /** Starts the next validation. */
  start(): void {
    this.#steps = 0;
    this.#deadline = 0;
  }

  /** Counts one step of work that hostile input could multiply. Throws {@link ValidationOverrun} when time is up. */
  step(): void {
    if (++this.#steps % STEPS_BETWEEN_LOOKS === 0) this.remainingMs();
  }

  /** Time left, at least a millisecond. Throws {@link ValidationOverrun} when there is none. */
  remainingMs(): number {
    const now = performance.now();
    if (this.#deadline === 0) this.#deadline = now + VALIDATION_TIME_MS;
    if (now > this.#deadline) throw new ValidationOverrun("Checking took too long.");
    return Math.max(1, Math.ceil(this.#deadline - now));
  }
}
