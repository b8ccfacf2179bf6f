const MOST_KINDS = 20;

/** Where a server's messages were read although they are not quite right; one sentence a kind, with how often. */
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
