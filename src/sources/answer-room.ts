import { collectDead } from "../base/steps/byte-parts.ts";

/** Smaller answers are not counted: sixteen of them take little. */
export const COUNTED_BYTES: number = 1024 * 1024;
/** What an answer counts whose size is not known: two of them could be of any size together. */
export const ASSUMED_BYTES: number = 8 * 1024 * 1024;

/** After so many bytes of answers the engine is asked to let go of what reading them has left behind. */
const COLLECTED_BYTES = 8 * 1024 * 1024;

/** Bytes of answers that are read for one run at a time. Their values take several times as much. */
const MOST_BYTES = ASSUMED_BYTES;

/** Where the answer to one call finds room, asked by whoever is about to hold it in memory. */
export interface AnswerPlace {
  /** Undefined where there is room at once; else resolves with true when there is, and with false when nobody waits any more. */
  enterRoom(bytes: number): Promise<boolean> | undefined;
}

/** An answer that waits for room. */
interface WaitingAnswer {
  readonly call: number;
  readonly bytes: number;
  readonly settle: (isWanted: boolean) => void;
}

/**
 * Memory that one run has for large answers between the server and its program: however many calls it makes at once, their
 * results come in one after the other. One has room at any time, whatever its size, so that nothing waits for itself.
 */
export class AnswerRoom {
  readonly #held = new Map<number, number>();
  readonly #waiting: WaitingAnswer[] = [];
  #heldBytes = 0;
  #readBytes = 0;

  /** Room for the answer to a call, until {@link leave}. A second request of the same call has it already. */
  enter(call: number, bytes: number): Promise<boolean> | undefined {
    if (bytes < COUNTED_BYTES || this.#held.has(call)) return undefined;
    if (this.#waiting.length === 0 && this.#admits(bytes)) {
      this.#hold(call, bytes);
      return undefined;
    }
    return new Promise((settle) => this.#waiting.push({ call, bytes, settle }));
  }

  /** Gives back the room of a call that has its answer, or waits for none any more. */
  leave(call: number | undefined): void {
    if (call === undefined) return;
    const bytes = this.#held.get(call);
    if (bytes !== undefined) {
      this.#held.delete(call);
      this.#heldBytes -= bytes;
      this.#collect(bytes);
    } else if (this.#waiting.length > 0) {
      const at = this.#waiting.findIndex((waiting) => waiting.call === call);
      if (at >= 0) for (const { settle } of this.#waiting.splice(at, 1)) settle(false);
    }
    for (let [next] = this.#waiting; next !== undefined && this.#admits(next.bytes); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#hold(next.call, next.bytes);
      next.settle(true);
    }
  }

  #collect(bytes: number): void {
    this.#readBytes += bytes;
    if (this.#readBytes < COLLECTED_BYTES) return;
    this.#readBytes = 0;
    // Only then nothing on the stack holds the last of them.
    setImmediate(() => collectDead("all"));
  }

  #admits(bytes: number): boolean {
    return this.#held.size === 0 || this.#heldBytes + bytes <= MOST_BYTES;
  }

  #hold(call: number, bytes: number): void {
    this.#held.set(call, bytes);
    this.#heldBytes += bytes;
  }
}
