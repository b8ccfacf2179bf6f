/** A session between its programs, which has a thread and can do without. */
export interface IdleSession {
  /** Gives its thread back, unless that cannot be used for another. */
  park(): Promise<void>;
}

/** Sessions between their programs that keep their threads; each holds about 16 MB, and a parked one some 20 KB. */
const MOST_RESIDENT = 4;
/** Sessions that can do without their threads, idle longest first. */
export class IdleSessions {
  /** With the time since when. */
  readonly #since: Map<IdleSession, number> = new Map();
  readonly #onParked: () => void;
  #parking = 0;

  /** @param onParked hears when a session has given its thread back, or could not */
  constructor(onParked: () => void) {
    this.#onParked = onParked;
  }

  /** How many there are. */
  get size(): number {
    return this.#since.size;
  }

  /** True while none has to give its thread back for their number alone. */
  get mayBeMore(): boolean {
    return this.#since.size < MOST_RESIDENT;
  }

  /** Adds a session that has nothing to run. */
  add(session: IdleSession): void {
    this.#since.set(session, performance.now());
  }

  /** Takes out one that needs its thread again, or has none any more. */
  delete(session: IdleSession): void {
    this.#since.delete(session);
  }

  /** Forgets all. */
  clear(): void {
    this.#since.clear();
  }

  /** Takes threads from sessions that do not need them: one for each of those that wait, and what too many of them hold. */
  parkFor(waiting: number): void {
    const wanted = Math.max(waiting, this.#since.size - MOST_RESIDENT);
    while (this.#parking < wanted && this.#parkLongest());
  }

  /** Takes the threads of those that have been idle since a time, but for the last. */
  parkBefore(time: number): void {
    for (const since of [...this.#since.values()].slice(0, -1)) if (since <= time) this.#parkLongest();
  }

  #parkLongest(): boolean {
    const [longest] = this.#since.keys();
    if (longest === undefined) return false;
    this.#since.delete(longest);
    this.#parking += 1;
    void longest.park().finally(() => {
      this.#parking -= 1;
      this.#onParked();
    });
    return true;
  }
}
