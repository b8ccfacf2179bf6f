/** Changes that follow each other faster than this are announced together. */
const DEBOUNCE_MS = 100;

/**
 * Reports when the text a model reads differs from the text it was last sent. Most changes of a server do not affect
 * it.
 */
export class DescriptionWatch {
  readonly #describe: () => string;
  readonly #announce: () => void;
  readonly #unsubscribe: () => void;
  #sent: string;
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param describe returns the current text
   * @param subscribe calls back when the text may have changed; returns the way to stop
   */
  constructor(describe: () => string, subscribe: (listener: () => void) => () => void, announce: () => void) {
    this.#describe = describe;
    this.#announce = announce;
    this.#sent = describe();
    this.#unsubscribe = subscribe(() => {
      this.#timer ??= setTimeout(() => this.#compare(), DEBOUNCE_MS).unref();
    });
  }

  /** Announces nothing while the text is about to be sent anyway; it counts as sent when `work` is done. */
  async whileTelling(work: () => Promise<void>): Promise<void> {
    this.#holders += 1;
    try {
      await work();
    } finally {
      this.#holders -= 1;
      this.#sent = this.#describe();
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
    if (current === this.#sent) return;
    this.#sent = current;
    this.#announce();
  }
}
