/** Lets at most so much work happen at a time; the rest waits its turn. */
export class Places {
  readonly #places: number;
  readonly #onLeave: () => void;
  #taken = 0;
  /** Lets in the work that waits for a place, in its order; what stands before {@link #next} is let in. */
  readonly #waiting: (() => void)[] = [];
  #next = 0;

  /** @param onLeave called after each work, when its place is given on */
  constructor(places: number, onLeave: () => void = () => {}) {
    this.#places = places;
    this.#onLeave = onLeave;
  }

  /** Does the work when a place is free, which is nearly always at once. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#places) {
      return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#inside(work));
    }
    this.#taken += 1;
    return this.#inside(work);
  }

  /** Takes places although no work is done at them; work that has one keeps it. Returns the way to give them back. */
  hold(places: number): () => void {
    this.#taken += places;
    return () => this.#free(places);
  }

  #inside<T>(work: () => Promise<T>): Promise<T> {
    return work().then(
      (value) => {
        this.#leave();
        return value;
      },
      (thrown: unknown) => {
        this.#leave();
        throw thrown;
      },
    );
  }

  #leave(): void {
    this.#free(1);
    this.#onLeave();
  }

  /** Gives places to the work that has waited longest. */
  #free(places: number): void {
    this.#taken -= places;
    while (this.#taken < this.#places) {
      const letIn = this.#waiting[this.#next];
      if (letIn === undefined) {
        this.#waiting.length = 0;
        this.#next = 0;
        return;
      }
      this.#next += 1;
      this.#taken += 1;
      letIn();
    }
  }
}
