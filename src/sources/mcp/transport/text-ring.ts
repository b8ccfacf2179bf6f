/** Longest beginning that is kept, so that what a server said first is there beside what it said last. */
const HEAD_BYTES = 4 * 1024;

/** Keeps the first and the last part of a stream of bytes, for the time when a server fails. */
export class TextRing {
  readonly #limitBytes: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #seenBytes = 0;

  constructor(limitBytes: number = 64 * 1024) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes that went by, kept or not. */
  get seenBytes(): number {
    return this.#seenBytes;
  }

  /** Adds to the end; the oldest bytes over the limit, but for the very first, are let go. */
  push(chunk: Buffer): void {
    this.#seenBytes += chunk.length;
    if (this.#headBytes < HEAD_BYTES) {
      const first = Buffer.from(chunk.subarray(0, HEAD_BYTES - this.#headBytes));
      this.#head.push(first);
      this.#headBytes += first.length;
    }
    const kept = chunk.length > this.#limitBytes ? Buffer.from(chunk.subarray(-this.#limitBytes)) : chunk;
    this.#chunks.push(kept);
    this.#heldBytes += kept.length;
    if (this.#heldBytes > this.#limitBytes * 2) this.#compact();
  }

  /** The last lines, at most `lines` and `characters` of them, without surrounding white space. */
  tail(lines = 25, characters = 3000): string {
    this.#compact();
    const text = this.#chunks.map(String).join("").trim();
    return text.split("\n").slice(-lines).join("\n").slice(-characters);
  }

  /** The first lines and the last ones, with a mark where lines between them were left out. */
  summary(): string {
    const last = this.tail();
    const first = Buffer.concat(this.#head).toString().trimStart().split("\n").slice(0, 5).join("\n").slice(0, 1000);
    const all = this.#chunks.map(String).join("").trim();
    const isWhole = this.#heldBytes >= this.#seenBytes && all.length <= last.length;
    if (isWhole || first.trim() === "") return last;
    // Where both ends meet, one text says it all.
    const isNear = this.#heldBytes >= this.#seenBytes && all.length <= first.length + last.length;
    return isNear ? all : `${first.trimEnd()}\n[…]\n${last}`;
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = all.length === 0 ? [] : [Buffer.from(all.subarray(-this.#limitBytes))];
    this.#heldBytes = Math.min(all.length, this.#limitBytes);
  }
}
