import type { GuestTime } from "../engine.ts";

/** How far a look at the clock of a repeatable cell moves it, so that a loop that waits for a time ends. */
const LOOK_MS = 0.01;

/** The clock of a repeatable cell: it moves with what the cell receives, and a little with every look at it. */
export class GuestClock {
  #runningMs: number;
  #downMs: number;

  constructor({ wallMs, runningMs }: GuestTime) {
    this.#runningMs = runningMs;
    this.#downMs = wallMs - runningMs;
  }

  /** Time that timers and durations go by. */
  get runningMs(): number {
    return this.#runningMs;
  }

  /** Time in which nothing ran. */
  get downMs(): number {
    return this.#downMs;
  }

  /** Milliseconds since 1970, for the guest. */
  look(): number {
    this.#runningMs += LOOK_MS;
    return this.#runningMs + this.#downMs;
  }

  /** Moves to the time of a reply, never back. */
  advance({ wallMs, runningMs }: GuestTime): void {
    this.#runningMs = Math.max(this.#runningMs, runningMs);
    this.#downMs = wallMs - runningMs;
  }
}
