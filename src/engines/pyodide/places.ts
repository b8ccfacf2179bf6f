import { CodemodeError } from "../../base/codemode-error.ts";

interface Waiting {
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

/** Hands out a limited number of places, first come first served. */
export class Places {
  readonly #queueLimit: number;
  readonly #queue: Waiting[] = [];
  readonly #most: number;
  #free: number;
  #closed = false;

  constructor(most: number, queueLimit: number) {
    this.#most = most;
    this.#free = most;
    this.#queueLimit = queueLimit;
  }

  /** Resolves with a place taken; rejects with `busy` when too many wait, and with the signal's reason. */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#queue.length >= this.#queueLimit) {
      throw new CodemodeError(
        "busy",
        `All ${this.#most} Python sandboxes are taken and ${this.#queueLimit} openings wait.`,
        {
          hint: "Try again when a running program has ended.",
        },
      );
    }
    await this.#wait(signal);
  }

  /** Gives a place to the one that waits longest. */
  giveBack(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#free += 1;
    else next.admit();
  }

  /** Refuses all waiting and all later openings. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting.refuse(closedError());
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const index = this.#queue.indexOf(waiting);
        if (index >= 0) this.#queue.splice(index, 1);
        reject(
          signal?.reason instanceof Error
            ? signal.reason
            : new CodemodeError("cancelled", "The opening was cancelled."),
        );
      };
      const waiting: Waiting = {
        admit: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
        refuse: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error instanceof Error ? error : closedError());
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
    });
  }
}

function closedError(): CodemodeError {
  return new CodemodeError("sandbox_lost", "The engine was closed.", { hint: "Create a new engine." });
}
