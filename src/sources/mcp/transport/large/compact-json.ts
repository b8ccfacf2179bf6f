import { randomBytes } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { parseJson, stringifyJson } from "../../../../base/exact-json.ts";
import { jsonBytes } from "../../../../base/steps/json-bytes.ts";
import { PIECE_CHARACTERS } from "../../../../base/steps/json-in-steps.ts";
import { LargeJson } from "../../../../base/steps/large-text.ts";

const [QUOTE, BACKSLASH, COLON, COMMA, LOWER_U] = [0x22, 0x5c, 0x3a, 0x2c, 0x75];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

const SCRATCH_BYTES = 256 * 1024;

/** Characters that mean something outside of a text, beside its beginning. */
const MARKS: ReadonlySet<number> = new Set([COLON, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]);

/** The second half of a surrogate pair, or its escape sequence. */
const SECOND_HALF = /^(?:\\u[dD][c-fC-F]|[\udc00-\udfff])/;

/**
 * The JSON that some bytes are, checked and without what needs not be there, in small steps and in the memory it has already:
 * the bytes are written over. Each piece is read and written by the engine itself, so no more than one is ever a value. What
 * comes out does not depend on where the bytes are cut. Throws `SyntaxError` for what is no JSON.
 */
export function* compactJson(bytes: readonly Buffer[]): Generator<void, LargeJson> {
  const compactor = new Compactor();
  const decoder = new StringDecoder("utf8");
  for (const part of bytes) {
    const text = decoder.write(part);
    compactor.written.free(part);
    compactor.readOn(text);
    yield;
  }
  compactor.readOn(decoder.end());
  return compactor.end();
}

/** A piece of JSON is cut after a comma, or in a text that is a value: where it can be made whole by brackets and quotes alone. */
type Cut = "comma" | "text";

class Compactor {
  readonly written = new WrittenOver();
  /** Stands for what is beyond a cut. */
  readonly #mark = `cut-${randomBytes(6).toString("hex")}`;
  #characters = 0;
  #countedBytes = 0;
  /** What was not handed on yet, from the last cut on. */
  #held = "";
  #at = 0;
  /** Brackets that were open at the last cut, and that are open now. */
  #before = "";
  #open = "";
  #cut: Cut | undefined;
  #isInText = false;
  #isValue = false;

  readOn(more: string): void {
    this.#held += more;
    while (this.#at < this.#held.length) {
      this.#at = this.#skip(this.#at);
      const size = this.#sizeOfNext();
      if (this.#at + size > this.#held.length) return;
      const code = this.#held.charCodeAt(this.#at);
      if (this.#at >= PIECE_CHARACTERS && this.#isCut(code)) continue;
      if (code === QUOTE) this.#isInText = !this.#isInText;
      else if (!this.#isInText) this.#pass(code);
      this.#at += size;
    }
  }

  end(): LargeJson {
    if (this.#isInText || this.#open !== "") throw new SyntaxError("The JSON text ends too early.");
    this.#handOn(this.#held, undefined);
    return new LargeJson(this.written.end(), this.#characters, this.#countedBytes);
  }

  /** The next place at which something begins, ends, or may be cut. */
  #skip(from: number): number {
    const held = this.#held;
    const isInText = this.#isInText;
    const end = Math.min(held.length, (isInText ? 2 : 1) * PIECE_CHARACTERS);
    let at = from;
    for (; at < end; at++) {
      const code = held.charCodeAt(at);
      if (code === QUOTE || (isInText ? code === BACKSLASH : MARKS.has(code))) break;
    }
    return at;
  }

  /** Characters that are not taken apart: in a text an escape sequence, or all up to the next one or its end. */
  #sizeOfNext(): number {
    if (!this.#isInText || this.#held.charCodeAt(this.#at) !== BACKSLASH) return 1;
    return this.#held.charCodeAt(this.#at + 1) === LOWER_U ? 6 : 2;
  }

  /** Cuts here where that can be done. */
  #isCut(code: number): boolean {
    if (this.#isInText) {
      // A name stays whole, and so do a text that is not long and both halves of a character.
      if (!this.#isValue || this.#at < 2 * PIECE_CHARACTERS || code === QUOTE) return false;
      if (SECOND_HALF.test(this.#held.slice(this.#at, this.#at + 4))) return false;
      this.#cutHere("text");
      return true;
    }
    if (code !== COMMA) return false;
    this.#cutHere("comma");
    return true;
  }

  #cutHere(cut: Cut): void {
    const piece = this.#held.slice(0, this.#at);
    this.#held = this.#held.slice(this.#at + (cut === "comma" ? 1 : 0));
    this.#at = 0;
    this.#handOn(piece, cut);
    if (cut === "comma") {
      this.#write(",");
      this.#isValue = this.#open.endsWith("[");
    }
  }

  #pass(code: number): void {
    if (code === COLON) this.#isValue = true;
    else if (code === COMMA) this.#isValue = this.#open.endsWith("[");
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      this.#open += code === OPEN_LIST ? "[" : "{";
      this.#isValue = code === OPEN_LIST;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      if (!this.#open.endsWith(code === CLOSE_LIST ? "[" : "{")) throw new SyntaxError("A bracket closes nothing.");
      this.#open = this.#open.slice(0, -1);
    }
  }

  /** Checks a piece, and writes it without what needs not be there, or else as it is. */
  #handOn(piece: string, cut: Cut | undefined): void {
    const begin = opening(this.#before, this.#cut, this.#mark);
    const end = closing(this.#open, cut, this.#mark);
    const value = parseJson(begin + piece + end);
    this.#countedBytes += jsonBytes(value) - begin.length - end.length;
    const text = stringifyJson(value);
    // An object has members whose names are numbers before the others, so that the cut may be elsewhere than it was.
    const isSame =
      text.startsWith(begin) && text.endsWith(end) && text.length - begin.length - end.length <= piece.length;
    this.#write(isSame ? text.slice(begin.length, text.length - end.length) : piece);
    this.#before = this.#open;
    this.#cut = cut;
  }

  #write(text: string): void {
    this.#characters += text.length;
    this.written.write(text);
  }
}

/** What makes a piece whole that begins after a cut: the parts it is in, and in the innermost a member or text before it. */
function opening(open: string, cut: Cut | undefined, mark: string): string {
  const parts = open.replaceAll("{", `{"${mark}":`);
  if (cut === undefined) return parts;
  if (cut === "text") return `${parts}"`;
  return open.endsWith("{") ? `${parts}0,` : `${parts}"${mark}",`;
}

/** What makes a piece whole that ends with a cut: a member or text after it, and the ends of the parts it is in. */
function closing(open: string, cut: Cut | undefined, mark: string): string {
  let text = cut === undefined ? "" : cut === "text" ? `${mark}"` : `,"${mark}"${open.endsWith("{") ? ":0" : ""}`;
  for (let at = open.length - 1; at >= 0; at--) text += open[at] === "[" ? "]" : "}";
  return text;
}

/** Text in UTF-8, written over bytes that were read already; where these do not suffice, in memory of its own. */
class WrittenOver {
  readonly #pieces: Buffer[] = [];
  /** Read bytes, written over from the first on. */
  #free: Buffer[] = [];
  /** What is written of the first of them. */
  #used = 0;
  #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

  /** Adds bytes that were read. */
  free(bytes: Buffer): void {
    this.#free.push(bytes);
  }

  write(text: string): void {
    // A character of UTF-16 takes three bytes at most.
    if (text.length * 3 > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(text.length * 3);
    const length = this.#scratch.write(text);
    for (let at = 0; at < length;) {
      const [first] = this.#free;
      if (first === undefined) {
        this.#pieces.push(Buffer.from(this.#scratch.subarray(at, length)));
        return;
      }
      const copied = this.#scratch.copy(first, this.#used, at, length);
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
