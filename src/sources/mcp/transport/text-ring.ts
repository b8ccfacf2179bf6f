/** Keeps the last part of a stream of bytes, so that a server's final words are there when it fails. */
export class TextRing {
  readonly #limitBytes: number;
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

  /** Adds to the end; the oldest bytes over the limit are let go. */
  push(chunk: Buffer): void {
    this.#seenBytes += chunk.length;
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

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = all.length === 0 ? [] : [Buffer.from(all.subarray(-this.#limitBytes))];
    this.#heldBytes = Math.min(all.length, this.#limitBytes);
  }
}
