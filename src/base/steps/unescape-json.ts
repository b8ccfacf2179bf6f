import { escapedLetterAt, letterAt, shortLetter, writeLetter, writeUtf8 } from "./json-letters.ts";
import { LargeText } from "./large-text.ts";
import { WrittenOver } from "./written-over.ts";

const [BACKSLASH, LOWER_U] = [0x5c, 0x75];

/** Bytes read in one step, well within a millisecond. */
const WINDOW_BYTES = 64 * 1024;

/** Longest pair of escape sequences that are one character: what the end of a part may cut. */
const PAIR_BYTES = 12;

/**
 * The text that the bytes between the quotes of a text in JSON are, in small steps and in the memory they have already: they
 * are written over. No string is made of them. Half a surrogate pair becomes U+FFFD, and so do bytes that are no UTF-8. What
 * comes out does not depend on where the bytes are cut. Throws `SyntaxError` for what JSON does not allow in a text.
 */
export function* unescapeJson(bytes: readonly Buffer[]): Generator<void, LargeText> {
  const reader = new Unescaper();
  for (const part of bytes) {
    for (let at = 0; at < part.length; at += WINDOW_BYTES) {
      reader.readOn(part.subarray(at, at + WINDOW_BYTES));
      yield;
    }
  }
  return reader.end();
}

/**
 * Makes of a text as it stands in valid JSON the UTF-8 of what it is, in its own memory, of which it returns the part that is used
 * then. Half a surrogate pair takes three bytes, as if it were a character.
 */
export function unescapeInPlace(json: Buffer): Buffer {
  let size = 0;
  let at = 0;
  for (let next = json.indexOf(BACKSLASH); next !== -1; next = json.indexOf(BACKSLASH, at)) {
    if (size !== at) json.copyWithin(size, at, next);
    size += next - at;
    const short = shortLetter(json[next + 1] ?? 0);
    const code = short ?? escapedLetterAt(json, next, json.length) ?? 0xfffd;
    at = next + (short === undefined ? (code > 0xffff ? PAIR_BYTES : PAIR_BYTES / 2) : 2);
    size = writeUtf8(code, json, size);
  }
  if (size !== at) json.copyWithin(size, at);
  return json.subarray(0, size + json.length - at);
}

/** What is read and what is written in one step of any text. */
const IN = Buffer.allocUnsafeSlow(WINDOW_BYTES + PAIR_BYTES);
/** Bytes that are no UTF-8 become three each. */
const OUT = Buffer.allocUnsafeSlow(3 * (WINDOW_BYTES + PAIR_BYTES));

class Unescaper {
  readonly #written = new WrittenOver();
  readonly #in = IN;
  readonly #out = OUT;
  /** The beginning of what was cut, and its bytes. */
  readonly #cut = Buffer.alloc(PAIR_BYTES);
  #held = 0;
  /** Bytes of what was read in this step. */
  #size = 0;
  #isLast = false;
  /** Length as a string of what was read. */
  #characters = 0;

  readOn(part: Buffer): void {
    this.#cut.copy(this.#in, 0, 0, this.#held);
    part.copy(this.#in, this.#held);
    const end = this.#held + part.length;
    this.#written.free(part);
    const at = this.#readAll(end);
    this.#in.copy(this.#cut, 0, at, end);
    this.#held = end - at;
    this.#written.write(this.#out.subarray(0, this.#size));
    this.#size = 0;
  }

  end(): LargeText {
    this.#isLast = true;
    this.readOn(Buffer.alloc(0));
    return new LargeText(this.#written.end(), this.#characters);
  }

  /** Returns where what is whole ends. */
  #readAll(end: number): number {
    for (let at = 0; at < end;) {
      const plain = this.#readPlain(at, end);
      if (plain === end) return end;
      at = this.#in[plain] === BACKSLASH ? this.#readEscape(plain, end) : this.#readLetter(plain, end);
      if (at === plain) return at;
    }
    return end;
  }

  #readPlain(from: number, end: number): number {
    let [at, size] = [from, this.#size];
    for (; at < end; at++) {
      const byte = this.#in[at] ?? 0;
      if (byte < 0x20 || byte > 0x7f || byte === BACKSLASH) break;
      this.#out[size++] = byte;
    }
    this.#size = size;
    this.#characters += at - from;
    return at;
  }

  /** Reads a character beyond ASCII. Returns its place where it is cut. */
  #readLetter(at: number, end: number): number {
    if ((this.#in[at] ?? 0) < 0x20) throw new SyntaxError("A text in the JSON holds a control character as it is.");
    const size = letterAt(this.#in, at, end);
    if (size === 0 && !this.#isLast) return at;
    if (size <= 0) {
      this.#put(0xfffd);
      return size === 0 ? end : at - size;
    }
    for (let place = 0; place < size; place++) this.#out[this.#size++] = this.#in[at + place] ?? 0;
    this.#characters += size === 4 ? 2 : 1;
    return at + size;
  }

  /** Reads an escape sequence. Returns its place where it is cut. */
  #readEscape(at: number, end: number): number {
    const isUnit = this.#in[at + 1] === LOWER_U;
    if (!this.#isLast && at + (isUnit ? PAIR_BYTES : 2) > end) return at;
    const code = isUnit
      ? escapedLetterAt(this.#in, at, end)
      : at + 1 < end
        ? shortLetter(this.#in[at + 1] ?? 0)
        : undefined;
    if (code === undefined) throw new SyntaxError("A text in the JSON has an escape sequence that there is not.");
    this.#put(code);
    return at + (isUnit ? (code > 0xffff ? PAIR_BYTES : PAIR_BYTES / 2) : 2);
  }

  #put(code: number): void {
    this.#size = writeLetter(code, this.#out, this.#size);
    this.#characters += code > 0xffff ? 2 : 1;
  }
}
