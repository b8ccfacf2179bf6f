/** Looks after which none are made for a while, when all were in vain; one that pays makes up for a third of one in vain. */
const LOOKS_IN_VAIN = 8;
const MOST_IN_HAND = 11;
const MADE_UP = 1 / 3;
/** Time without looks then: each doubles the next one, and looks that pay on and on halve it. */
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 1_000;
/** Between two looks no more time passes than this, unless somebody else had the processor. */
const TAKEN_MS = 0.1;

/**
 * Looks of one thread for what another is about to do, which are cheaper than sleeping where that other one runs at the
 * same time. Where it waits for the same processor each look only delays it, and where others do a look is paid for with the
 * time they take then. So after looks in vain none are made for ever longer. One of them says little: threads that slept
 * are woken on the same processor, so that the first looks after a pause may be in vain where the next ones pay.
 */
export class Looking {
  #pausedUntil = 0;
  #pauseMs = SHORTEST_PAUSE_MS;
  #inHand = LOOKS_IN_VAIN;

  /** Looks for up to `limitMs`; true when it is there. Reads the clock each time: from a loop of loads alone, the optimizing compiler takes the load out. */
  until(isThere: () => boolean, limitMs: number): boolean {
    const begun = performance.now();
    if (begun < this.#pausedUntil) return isThere();
    for (let last = begun; ;) {
      const found = isThere();
      const now = performance.now();
      if (now - last > TAKEN_MS || (!found && now - begun >= limitMs)) this.#wasInVain(now);
      else if (found) this.#paid();
      else {
        last = now;
        continue;
      }
      return found;
    }
  }

  #paid(): void {
    this.#inHand = Math.min(MOST_IN_HAND, this.#inHand + MADE_UP);
    if (this.#inHand === MOST_IN_HAND) this.#pauseMs = Math.max(SHORTEST_PAUSE_MS, this.#pauseMs / 2);
  }

  #wasInVain(now: number): void {
    this.#inHand -= 1;
    if (this.#inHand > 0) return;
    this.#inHand = LOOKS_IN_VAIN;
    this.#pausedUntil = now + this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
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
