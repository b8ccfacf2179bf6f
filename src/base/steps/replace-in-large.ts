import type { TextSearch } from "../spellings/text-search.ts";
import { endOfCharacter, LargeText } from "./large-text.ts";

/** Bytes looked at in one step; the strings of small windows are soon forgotten. */
const WINDOW_BYTES = 16 * 1024;

/**
 * The text with all that a search finds replaced, also where pieces cut it; in small steps. What holds nothing to replace is
 * handed on as it is, uncopied.
 */
export function* replaceInLarge(text: LargeText, search: TextSearch, by: string): Generator<void, LargeText> {
  const replacer = new Replacer(search, by);
  for (const piece of text.pieces) {
    for (let at = 0; at < piece.length;) {
      const end = endOfCharacter(piece, Math.min(piece.length, at + WINDOW_BYTES));
      replacer.readOn(piece.subarray(at, end));
      at = end;
      yield;
    }
  }
  return replacer.end();
}

class Replacer {
  readonly #search: TextSearch;
  readonly #by: string;
  readonly #pieces: Buffer[] = [];
  #characters = 0;
  /** The character before what was not handed on yet, which the search may look at. */
  #before = "";
  /** What was not handed on yet, as text and as bytes. */
  #open = "";
  #bytes: Buffer[] = [];

  constructor(search: TextSearch, by: string) {
    this.#search = search;
    this.#by = by;
  }

  readOn(bytes: Buffer): void {
    this.#open += bytes.toString();
    this.#bytes.push(bytes);
    // What begins later may go on, and so may what stands beside it.
    const sure = this.#open.length - this.#search.longest - 1;
    if (sure > WINDOW_BYTES / 4) this.#handOn(sure);
  }

  end(): LargeText {
    this.#handOn(this.#open.length);
    return new LargeText(this.#pieces, this.#characters);
  }

  /** Hands on what begins before a place. */
  #handOn(sure: number): void {
    const text = this.#before + this.#open;
    const from = this.#before.length;
    const clean: string[] = [];
    let at = from;
    for (let found = this.#search.next(text, from); found !== undefined; found = this.#search.next(text, at)) {
      if (found.index >= from + sure) break;
      clean.push(text.slice(at, found.index), this.#by);
      at = found.index + found.length;
    }
    const cut = Math.max(at, wholeUpTo(text, from + sure));
    const rest = text.slice(cut);
    const kept = this.#take(Buffer.byteLength(rest));
    clean.push(text.slice(at, cut));
    if (at === from) this.#pieces.push(...kept);
    else this.#pieces.push(Buffer.from(clean.join("")));
    for (const part of clean) this.#characters += part.length;
    this.#before = text.slice(cut - 1, cut);
    this.#open = rest;
  }

  /** Takes all bytes but the last ones. */
  #take(leftBytes: number): Buffer[] {
    const left: Buffer[] = [];
    for (let missing = leftBytes; missing > 0;) {
      const last = this.#bytes.pop();
      if (last === undefined) break;
      const from = Math.max(0, last.length - missing);
      left.unshift(last.subarray(from));
      if (from > 0) this.#bytes.push(last.subarray(0, from));
      missing -= last.length - from;
    }
    const taken = this.#bytes;
    this.#bytes = left;
    return taken;
  }
}

/** A place at which no character of two units is cut. */
function wholeUpTo(text: string, end: number): number {
  const unit = end === text.length ? 0 : text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? end - 1 : end;
}
