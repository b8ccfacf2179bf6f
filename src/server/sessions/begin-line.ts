import { availableParallelism } from "node:os";

/** Calls that keep all processors busy, with others to follow at once. */
const MOST_CALLS = 2 * Math.max(2, availableParallelism());
/** A call that takes longer waits for something else than us, and so does a client that begins. */
const CALL_MS = 100;
/**
 * What a client that begins counts for among the calls: between its requests it is the client that is at work. With fewer on
 * their way at a time the processors wait for each of them, which costs more than it spares.
 */
const BEGINNING = 0.25;
/** Longest time that a client which begins stands back; some give up after a second. */
const LONGEST_MS = 250;

interface Waiting {
  readonly until: number;
  readonly go: (begun: (() => void) | undefined) => void;
}

/**
 * Clients that begin stand back behind those that have begun: one a turn of the event loop, and none for a moment while
 * calls, and clients on the way to their first one, keep all processors busy. A crowd that begins at once is served one
 * after the other, each to its answer, which is about as soon for the last one and sooner for all others, and nobody who is in
 * the middle of his work waits for all of them.
 */
export class BeginLine {
  readonly #waiting: Waiting[] = [];
  /** What is being answered, in the order it began, and what it counts for. */
  readonly #busy = new Set<{ readonly since: number; readonly weight: number }>();
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Resolves when a client may begin, with what to do once its first call has been answered; or with nothing when it has
   * stood back for that long.
   */
  async turn(longestMs: number = LONGEST_MS): Promise<(() => void) | undefined> {
    if (this.#turn === undefined && this.#waiting.length === 0 && this.#isFree()) return this.#next();
    const until = performance.now() + longestMs;
    const gone = new Promise<(() => void) | undefined>((go) => this.#waiting.push({ until, go }));
    if (this.#turn === undefined) this.#look();
    return gone;
  }

  /** A call is being answered from now on; returns what to do when it has been. */
  enter(weight = 1): () => void {
    const entered = { since: performance.now(), weight };
    this.#busy.add(entered);
    return () => {
      if (this.#busy.delete(entered) && this.#waiting.length > 0 && this.#turn === undefined) this.#look();
    };
  }

  #isFree(): boolean {
    const late = performance.now() - CALL_MS;
    let young = 0;
    for (const { since, weight } of this.#busy) if (since > late) young += weight;
    return young < MOST_CALLS;
  }

  /** Lets a client begin, and nobody else in this turn. */
  #next(): () => void {
    this.#rest();
    const begun = this.enter(BEGINNING);
    // One that never calls anything is forgotten.
    setTimeout(begun, CALL_MS).unref();
    return begun;
  }

  #rest(): void {
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#look();
    });
  }

  #look(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (first === undefined) return;
    const now = performance.now();
    const isFree = this.#isFree();
    const next = isFree ? first : this.#waiting.find(({ until }) => until <= now);
    if (next === undefined) {
      // Calls end, or turn out to wait for something else.
      const soonest = Math.min(...this.#waiting.map(({ until }) => until));
      this.#timer = setTimeout(() => this.#look(), Math.min(CALL_MS, soonest - now));
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    if (isFree) return next.go(this.#next());
    this.#rest();
    next.go(undefined);
  }
}
