import type { ByteSearch } from "../spellings/byte-search.ts";
import { endOfCharacter, LargeText } from "./large-text.ts";

/** Bytes looked at in one step, well within a millisecond. */
const WINDOW_BYTES = 64 * 1024;

/** Bytes before a place that a search may look at: those of the longest character. */
const BEFORE_BYTES = 4;

/**
 * The text with all that a search finds replaced, also where pieces cut it; in small steps, with no string made of any of it,
 * and in the memory that it has already: where something is replaced it is written over.
 */
export function* replaceInLarge(text: LargeText, search: ByteSearch, by: string): Generator<void, LargeText> {
  const replacer = new Replacer(search, by);
  for (const piece of text.pieces) {
    for (let at = 0; at < piece.length;) {
      const end = endOfCharacter(piece, Math.min(piece.length, at + WINDOW_BYTES));
      replacer.readOn(piece.subarray(at, end));
      at = end;
      yield;
    }
  }
  return replacer.end(text.characters);
}

/** Bytes of the text, counted from its beginning. */
interface TakenOut {
  readonly from: number;
  readonly to: number;
}

class Replacer {
  readonly #search: ByteSearch;
  readonly #by: Buffer;
  readonly #byCharacters: number;
  readonly #pieces: Buffer[] = [];
  /** What was read and not handed on, with a little of what was. */
  readonly #row: Buffer;
  #size = 0;
  /** Where the row begins in the text, and where the next may be found. */
  #begin = 0;
  #at = 0;
  /** Windows that were not handed on, where they begin in the text, and what was found in them. */
  readonly #open: Buffer[] = [];
  #handedOn = 0;
  #found: TakenOut[] = [];
  /** Used for each window in which something was found. */
  #clean = Buffer.alloc(0);
  /** Where the last one ends that was taken out. */
  #skipped = 0;
  #more = 0;

  constructor(search: ByteSearch, by: string) {
    this.#search = search;
    this.#by = Buffer.from(by);
    this.#byCharacters = by.length;
    this.#row = Buffer.allocUnsafeSlow(search.longest + BEFORE_BYTES + 2 * WINDOW_BYTES);
  }

  readOn(window: Buffer): void {
    if (this.#size + window.length > this.#row.length) this.#forget();
    window.copy(this.#row, this.#size);
    this.#size += window.length;
    this.#open.push(window);
    // What begins later may go on, and so may what stands beside it.
    this.#look(this.#begin + this.#size - this.#search.longest);
    this.#handOn();
  }

  /** @param characters those of the text that was read */
  end(characters: number): LargeText {
    this.#look(this.#begin + this.#size);
    this.#handOn();
    return new LargeText(this.#pieces, characters + this.#more);
  }

  /** Makes room for a window. */
  #forget(): void {
    const from = Math.max(0, this.#at - this.#begin - BEFORE_BYTES);
    this.#row.copyWithin(0, from, this.#size);
    this.#size -= from;
    this.#begin += from;
  }

  /** Looks for what begins before a place. */
  #look(sure: number): void {
    const bytes = this.#row.subarray(0, this.#size);
    const next = () => this.#search.next(bytes, this.#at - this.#begin, sure - this.#begin);
    for (let found = next(); found !== undefined; found = next()) {
      this.#at = this.#begin + found.to;
      this.#found.push({ from: this.#begin + found.from, to: this.#at });
      this.#more += this.#byCharacters - found.characters;
    }
    this.#at = Math.max(this.#at, sure);
  }

  /** Hands on each window up to whose end all was looked at. */
  #handOn(): void {
    for (let [first] = this.#open; first !== undefined; [first] = this.#open) {
      const end = this.#handedOn + first.length;
      if (end > this.#at) return;
      this.#open.shift();
      const later = this.#found.findIndex(({ from }) => from >= end);
      const found = this.#found.splice(0, later === -1 ? this.#found.length : later);
      const clean = this.#replaced(first, found);
      if (clean.length > 0) this.#pieces.push(clean);
      this.#handedOn = end;
    }
  }

  #replaced(window: Buffer, found: readonly TakenOut[]): Buffer {
    const place = (at: number): number => Math.min(window.length, Math.max(0, at - this.#handedOn));
    const first = place(this.#skipped);
    if (found.length === 0) return window.subarray(first);
    const taken = found.reduce((sum, { from, to }) => sum + place(to) - place(from), first);
    const bytes = window.length - taken + found.length * this.#by.length;
    if (bytes > this.#clean.length) this.#clean = Buffer.allocUnsafeSlow(bytes);
    const clean = this.#clean.subarray(0, bytes);
    let [at, size] = [first, 0];
    for (const { from, to } of found) {
      size += window.copy(clean, size, at, place(from));
      size += this.#by.copy(clean, size);
      at = place(to);
      this.#skipped = to;
    }
    window.copy(clean, size, at);
    if (bytes > window.length) return Buffer.from(clean);
    clean.copy(window);
    return window.subarray(0, bytes);
  }
}
