import { CodemodeError } from "../../base/codemode-error.ts";

/** Lets a fixed number in at a time; the others wait in line. */
export class Turnstile {
  readonly #queueLimit: number;
  readonly #queue = new Set<() => void>();
  #free: number;

  /**
   * @param places how many may be inside at a time
   * @param queueLimit how many may wait; one more is refused with `busy`
   */
  constructor(places: number, queueLimit: number = 256) {
    this.#free = places;
    this.#queueLimit = queueLimit;
  }

  /** Resolves with the way out once inside. Aborting while in line rejects with `cancelled`. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw cancelledInLine();
    if (this.#free > 0) this.#free -= 1;
    else await this.#waitInLine(signal);
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  #waitInLine(signal: AbortSignal): Promise<void> {
    if (this.#queue.size >= this.#queueLimit) {
      throw new CodemodeError("busy", `${this.#queueLimit} programs are waiting for a sandbox already.`, {
        hint: "Try again in a few seconds.",
      });
    }
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#queue.delete(enter);
        reject(cancelledInLine());
      };
      const enter = (): void => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#queue.add(enter);
    });
  }

  #leave(): void {
    const [next] = this.#queue;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}

function cancelledInLine(): CodemodeError {
  return new CodemodeError("cancelled", "The run was cancelled while it waited for a sandbox.");
}
