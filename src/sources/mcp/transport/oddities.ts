const MOST_KINDS = 20;

/** Record of a server's messages that were read although malformed; one sentence per kind, with a count. */
export class Oddities {
  readonly #counts = new Map<string, number>();

  /** Counts one; `what` is a sentence without its end. */
  note(what: string): void {
    if (this.#counts.size < MOST_KINDS || this.#counts.has(what))
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** The sentences, in the order in which their kinds were first seen. */
  sentences(): readonly string[] {
    return [...this.#counts].map(([what, count]) => `${what}${count === 1 ? "" : ` (${count} times)`}.`);
  }
}
