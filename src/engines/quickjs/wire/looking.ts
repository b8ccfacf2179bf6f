/** Most looks that are left out in a row. */
const MOST_LEFT_OUT = 32;

/**
 * Looks of one thread for what another is about to do, which are cheaper than sleeping where that other one runs at the
 * same time. Where it waits for the same processor each look only delays it, so after looks in vain ever more are left out.
 */
export class Looking {
  #vain = 0;
  #leftOut = 0;

  /** Looks for up to `limitMs`; true when it is there. Reads the clock each time: from a loop of loads alone, the optimizing compiler takes the load out. */
  until(isThere: () => boolean, limitMs: number): boolean {
    if (this.#leftOut < this.#vain) {
      this.#leftOut += 1;
      return isThere();
    }
    this.#leftOut = 0;
    const end = performance.now() + limitMs;
    do {
      if (isThere()) {
        this.#vain = 0;
        return true;
      }
    } while (performance.now() < end);
    this.#vain = Math.min(MOST_LEFT_OUT, this.#vain * 2 + 1);
    return false;
  }
}
