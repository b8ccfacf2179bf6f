/** Changes that follow each other faster than this are announced together. */
const DEBOUNCE_MS = 100;

/** Tells when the text a model reads differs from what it was told last. Most changes of a server do not concern it. */
export class DescriptionWatch {
  readonly #describe: () => string;
  readonly #announce: () => void;
  readonly #unsubscribe: () => void;
  #told: string;
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param describe gives the text as it is now
   * @param subscribe calls back when the text may have changed; returns the way to stop
   */
  constructor(describe: () => string, subscribe: (listener: () => void) => () => void, announce: () => void) {
    this.#describe = describe;
    this.#announce = announce;
    this.#told = describe();
    this.#unsubscribe = subscribe(() => {
      this.#timer ??= setTimeout(() => this.#compare(), DEBOUNCE_MS).unref();
    });
  }

  /** Announces nothing while someone is about to be told anyway; the text counts as told when `work` is done. */
  async whileTelling(work: () => Promise<void>): Promise<void> {
    this.#holders += 1;
    try {
      await work();
    } finally {
      this.#holders -= 1;
      this.#told = this.#describe();
    }
  }

  /** Stops watching. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #compare(): void {
    this.#timer = undefined;
    if (this.#holders > 0) return;
    const current = this.#describe();
    if (current === this.#told) return;
    this.#told = current;
    this.#announce();
  }
}
