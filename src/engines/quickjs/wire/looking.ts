/** Time without looks after one in vain: each doubles it, and each that pays halves it. */
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 1_000;
/** Between two looks no more time passes than this, unless somebody else had the processor. */
const TAKEN_MS = 0.1;
const WHEN_TAKEN = 8;

/**
 * Looks of one thread for what another is about to do, which are cheaper than sleeping where that other one runs at the
 * same time. Where it waits for the same processor each look only delays it, and where others do a look is paid for with the
 * time they take then. So after looks in vain none are made for ever longer.
 */
export class Looking {
  #pausedUntil = 0;
  #pauseMs = SHORTEST_PAUSE_MS;

  /** Looks for up to `limitMs`; true when it is there. Reads the clock each time: from a loop of loads alone, the optimizing compiler takes the load out. */
  until(isThere: () => boolean, limitMs: number): boolean {
    const begun = performance.now();
    if (begun < this.#pausedUntil) return isThere();
    for (let last = begun; ;) {
      const found = isThere();
      const now = performance.now();
      const isTaken = now - last > TAKEN_MS;
      if (isTaken || (!found && now - begun >= limitMs)) this.#pause(now, isTaken ? WHEN_TAKEN : 2);
      else if (found) this.#pauseMs = Math.max(SHORTEST_PAUSE_MS, this.#pauseMs / 2);
      else {
        last = now;
        continue;
      }
      return found;
    }
  }

  #pause(now: number, factor: number): void {
    this.#pausedUntil = now + this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * factor);
  }
}

/** Time for which looks that find something keep the event loop from turning. */
const KEPT_MS = 8;

/** Looks for what keeps the thread busy with the next thing at once: of many in a row some are left out, so that its event loop turns. */
export class TurningLooking extends Looking {
  /** The first look since the event loop turned. */
  #keptSince = Number.POSITIVE_INFINITY;

  override until(isThere: () => boolean, limitMs: number): boolean {
    const now = performance.now();
    if (now - this.#keptSince > KEPT_MS) return false;
    if (this.#keptSince === Number.POSITIVE_INFINITY) {
      this.#keptSince = now;
      setImmediate(() => (this.#keptSince = Number.POSITIVE_INFINITY));
    }
    return super.until(isThere, limitMs);
  }
}
