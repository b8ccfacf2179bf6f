import { endOfCharacter } from "./large-text.ts";

/** Bytes, written over others that were read already; where these do not suffice, in memory of its own. */
export class WrittenOver {
  readonly #pieces: Buffer[] = [];
  /** Read bytes, written over from the first on. */
  readonly #free: Buffer[] = [];
  /** What is written of the first of them. */
  #used = 0;

  /** Adds bytes that were read. */
  free(bytes: Buffer): void {
    if (bytes.length > 0) this.#free.push(bytes);
  }

  /** Writes whole characters, none of which is cut where a piece ends. */
  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const [first] = this.#free;
      if (first === undefined) {
        this.#pieces.push(Buffer.from(bytes.subarray(at)));
        return;
      }
      const rest = bytes.subarray(at);
      const room = first.length - this.#used;
      const fitting = rest.length <= room ? rest.length : endOfCharacter(rest, room);
      rest.copy(first, this.#used, 0, fitting);
      at += fitting;
      this.#used += fitting;
      if (at < bytes.length || this.#used === first.length) this.#endPiece(first);
    }
  }

  #endPiece(first: Buffer): void {
    if (this.#used > 0) this.#pieces.push(first.subarray(0, this.#used));
    this.#free.shift();
    this.#used = 0;
  }

  /** All that was written. */
  end(): readonly Buffer[] {
    const [first] = this.#free;
    if (first !== undefined && this.#used > 0) this.#pieces.push(first.subarray(0, this.#used));
    return this.#pieces;
  }
}
