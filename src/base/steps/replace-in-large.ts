import { endOfCharacter, LargeText } from "./large-text.ts";

/** Bytes looked at in one step; the strings of small windows are soon forgotten. */
const WINDOW_BYTES = 16 * 1024;

/** Something to replace in a text. */
interface Replacement {
  /** With the flag `g`. It may look at one character on either side of what it finds. */
  readonly pattern: RegExp;
  /** Characters of the longest text that it finds. */
  readonly longest: number;
  readonly by: string;
}

/**
 * The text with all that a pattern finds replaced, as `replaceAll` does, also where pieces cut it; in small steps. What holds
 * nothing to replace is handed on as it is, uncopied.
 */
export function* replaceInLarge(text: LargeText, replacement: Replacement): Generator<void, LargeText> {
  const replacer = new Replacer(replacement);
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
  readonly #replacement: Replacement;
  readonly #pieces: Buffer[] = [];
  #characters = 0;
  /** The character before what was not handed on yet, which the pattern may look at. */
  #before = "";
  /** What was not handed on yet, as text and as bytes. */
  #open = "";
  #bytes: Buffer[] = [];

  constructor(replacement: Replacement) {
    this.#replacement = replacement;
  }

  readOn(bytes: Buffer): void {
    this.#open += bytes.toString();
    this.#bytes.push(bytes);
    // What begins later may go on, and so may what stands beside it.
    const sure = this.#open.length - this.#replacement.longest - 1;
    if (sure > WINDOW_BYTES / 4) this.#handOn(sure);
  }

  end(): LargeText {
    this.#handOn(this.#open.length);
    return new LargeText(this.#pieces, this.#characters);
  }

  /** Hands on what begins before a place. */
  #handOn(sure: number): void {
    const { pattern, by } = this.#replacement;
    const text = this.#before + this.#open;
    const from = this.#before.length;
    const clean: string[] = [];
    let at = from;
    pattern.lastIndex = from;
    for (let found = pattern.exec(text); found !== null && found.index < from + sure; found = pattern.exec(text)) {
      clean.push(text.slice(at, found.index), by);
      at = found.index + found[0].length;
    }
    pattern.lastIndex = 0;
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
