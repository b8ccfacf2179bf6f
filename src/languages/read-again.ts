import { Recent } from "../catalog/recent.ts";

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
