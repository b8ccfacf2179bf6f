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

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const [first] = this.#free;
      if (first === undefined) {
        this.#pieces.push(Buffer.from(bytes.subarray(at)));
        return;
      }
      const copied = bytes.copy(first, this.#used, at);
      at += copied;
      this.#used += copied;
      if (this.#used < first.length) continue;
      this.#pieces.push(first);
      this.#free.shift();
      this.#used = 0;
    }
  }

  /** All that was written. */
  end(): readonly Buffer[] {
    const [first] = this.#free;
    if (first !== undefined && this.#used > 0) this.#pieces.push(first.subarray(0, this.#used));
    return this.#pieces;
  }
}
