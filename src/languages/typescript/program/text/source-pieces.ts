import { lastAtOrBelow } from "../../../../base/text-position.ts";

/**
 * Builds a text out of slices of an original and inserted text, and knows for every place where it came from.
 */
export class SourcePieces {
  readonly #original: string;
  readonly #texts: string[] = [];
  readonly #starts: number[] = [];
  readonly #origins: number[] = [];
  readonly #copied: boolean[] = [];
  #length = 0;

  constructor(original: string) {
    this.#original = original;
  }

  /** Appends text of our own; errors in it are shown at `origin`, an offset in the original. */
  insert(text: string, origin: number): void {
    this.#push(text, { origin, copied: false });
  }

  /** Appends the original between two offsets. */
  copy(start: number, end: number): void {
    this.#push(this.#original.slice(start, end), { origin: start, copied: true });
  }

  /** The text built so far. */
  toString(): string {
    return this.#texts.join("");
  }

  /** Offset in the original of an offset in the built text. */
  originOf(offset: number): number {
    const index = lastAtOrBelow(this.#starts, offset);
    const within = this.#copied[index] === true ? offset - (this.#starts[index] ?? 0) : 0;
    return (this.#origins[index] ?? 0) + Math.min(within, this.#texts[index]?.length ?? 0);
  }

  #push(text: string, piece: { readonly origin: number; readonly copied: boolean }): void {
    if (text === "") return;
    this.#texts.push(text);
    this.#starts.push(this.#length);
    this.#origins.push(piece.origin);
    this.#copied.push(piece.copied);
    this.#length += text.length;
  }
}
