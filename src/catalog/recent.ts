/** Longest key worth remembering, in characters: programs that come twice are short. */
const MOST_KEY = 20_000;

/** What was made for the last keys that were asked for; the one not asked for longest makes room. */
export class Recent<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  /** @param most number of values kept */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    if (key.length > MOST_KEY) return;
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
    }
  }
}

/** Programs remembered at a time. */
const PROGRAMS_KEPT = 64;

/**
 * What was read of programs that come again. Most never do, and what is read of one is a tree of a hundred times its size: to
 * keep that of each would have the collector move all of them, so it is kept from the second time on.
 */
export class ReadAgain<Value> {
  readonly #recent = new Recent<{ readonly value?: Value }>(PROGRAMS_KEPT);

  get(text: string): Value | undefined {
    return this.#recent.get(text)?.value;
  }

  set(text: string, value: Value): void {
    this.#recent.set(text, this.#recent.get(text) === undefined ? {} : { value });
  }
}
