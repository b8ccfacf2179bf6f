/**
 * Holds what is about to happen until it has been announced. A tool runs as soon as a model has called it, while the
 * text before the call may still be on its way to the person.
 */
export class Announcements {
  readonly #made = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #isOver = false;

  /** Lets everything that waits for this continue. */
  make(id: string): void {
    this.#made.add(id);
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }

  /** No more announcements follow; everything that waits continues. */
  end(): void {
    this.#isOver = true;
    for (const goOn of this.#waiting.values()) goOn();
    this.#waiting.clear();
  }

  /** Resolves when this has been announced, or nothing will be. */
  async whenMade(id: string): Promise<void> {
    if (this.#isOver || this.#made.has(id)) return;
    await new Promise<void>((resolve) => this.#waiting.set(id, resolve));
  }
}
