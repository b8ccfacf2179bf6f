import { escapedLetterAt, letterAt, shortLetter, writeUnit } from "./json-letters.ts";
import { MOST_DEPTH } from "./json-in-steps.ts";
import { LargeJson } from "./large-text.ts";
import { afterNumber, beginNumber, isWholeNumber, type NumberPlace, shortenNumber } from "./json-number.ts";
import { WrittenOver } from "./written-over.ts";

const [QUOTE, BACKSLASH, COLON, COMMA, LOWER_U, SLASH] = [0x22, 0x5c, 0x3a, 0x2c, 0x75, 0x2f];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Bytes read in one step, well within a millisecond. */
const WINDOW_BYTES = 64 * 1024;

/** Longest number that is shortened; a longer one stays as it is written. */
const MOST_NUMBER_BYTES = 40;

/** Longest pair of escape sequences that are one character: what the end of a part may cut. */
const PAIR_BYTES = 12;

const BLANKS: ReadonlySet<number> = new Set(Buffer.from(" \t\r\n"));
const LITERALS: readonly Buffer[] = ["true", "false", "null"].map((word) => Buffer.from(word));

/**
 * The JSON that some bytes are, checked and without what needs not be there, in small steps and in the memory it has already:
 * the bytes are written over. Neither a value nor a string is made of them, so that it leaves nothing behind. Integers keep
 * their digits, and half a surrogate pair its escape sequence; bytes that are no UTF-8 become U+FFFD. What comes out does not
 * depend on where the bytes are cut. Throws `SyntaxError` for what is no JSON or is nested deeper than 20,000 levels.
 */
export function* compactJson(bytes: readonly Buffer[]): Generator<void, LargeJson> {
  const compactor = new Compactor();
  for (const part of bytes) {
    for (let at = 0; at < part.length; at += WINDOW_BYTES) {
      compactor.readOn(part.subarray(at, at + WINDOW_BYTES));
      yield;
    }
  }
  return compactor.end();
}

/** What may come next, outside of texts and numbers. */
type Expected = "value" | "value or end" | "name" | "name or end" | "colon" | "comma or end";

/** What the string of a name or value would have. */
interface TextCounts {
  isName: boolean;
  bytes: number;
  units: number;
}

/** Returned where the end of a part cut something that is read as a whole. */
const CUT = -1;

class Compactor {
  readonly #written = new WrittenOver();
  readonly #in = Buffer.allocUnsafe(WINDOW_BYTES + PAIR_BYTES);
  /** Bytes that are no UTF-8 become three each. */
  readonly #out = Buffer.allocUnsafe(3 * (WINDOW_BYTES + PAIR_BYTES) + MOST_NUMBER_BYTES);
  /** Bytes in these two: of the beginning of what was cut, and of what was not handed on yet. */
  #held = 0;
  #size = 0;
  #isLast = false;
  #characters = 0;
  #countedBytes = 0;
  #place: Expected = "value";
  /** One for each open part, 1 for a list. */
  readonly #lists = new Uint8Array(MOST_DEPTH);
  #depth = 0;
  /** Name or value in which the reader is, with what its string would have. */
  #text: TextCounts | undefined;
  /** Used for each text: an object of its own for each would be garbage of several times their bytes. */
  readonly #counts: TextCounts = { isName: false, bytes: 0, units: 0 };
  #number: NumberPlace | undefined;
  /** Where the number in which the reader is begins in what is held; undefined once it is longer than is looked at. */
  #numberFrom: number | undefined;

  readOn(part: Buffer): void {
    part.copy(this.#in, this.#held);
    const end = this.#held + part.length;
    this.#written.free(part);
    let at = 0;
    for (let next = 0; at < end; at = next) {
      next = this.#next(at, end);
      if (next === CUT) break;
    }
    this.#in.copyWithin(0, at, end);
    this.#held = end - at;
    this.#handOn();
  }

  end(): LargeJson {
    this.#isLast = true;
    // A blank ends a number, and what was cut is cut for good.
    this.readOn(Buffer.from(" "));
    if (this.#held > 0 || this.#text !== undefined || this.#depth > 0 || this.#place !== "comma or end")
      throw new SyntaxError("The JSON text ends too early.");
    return new LargeJson(this.#written.end(), this.#characters, this.#countedBytes);
  }

  #next(at: number, end: number): number {
    if (this.#text !== undefined) return this.#readText(at, end, this.#text);
    if (this.#number !== undefined) return this.#readNumber(at, end, this.#number);
    return this.#readMark(at, end);
  }

  #readText(from: number, end: number, text: TextCounts): number {
    let at = from;
    let byte = 0;
    for (; at < end; at++) {
      byte = this.#in[at] ?? 0;
      if (byte < 0x20 || byte > 0x7f || byte === QUOTE || byte === BACKSLASH) break;
      this.#out[this.#size++] = byte;
    }
    this.#characters += at - from;
    text.bytes += at - from;
    text.units += at - from;
    if (at > from) return at;
    if (byte === QUOTE) return this.#endText(at, text);
    if (byte === BACKSLASH) return this.#readEscape(at, end, text);
    if (byte < 0x20) throw new SyntaxError("A text in the JSON holds a control character as it is.");
    return this.#readLetter(at, end, text);
  }

  #endText(at: number, { isName, bytes, units }: TextCounts): number {
    this.#put(QUOTE);
    this.#text = undefined;
    this.#countedBytes += isName ? units + 3 : bytes + 2;
    this.#place = isName ? "colon" : "comma or end";
    return at + 1;
  }

  /** A character beyond ASCII. */
  #readLetter(at: number, end: number, text: TextCounts): number {
    const size = letterAt(this.#in, at, end);
    if (size === 0) return CUT;
    if (size > 0) {
      for (let place = 0; place < size; place++) this.#out[this.#size++] = this.#in[at + place] ?? 0;
      this.#count(text, size, size === 4 ? 2 : 1);
      return at + size;
    }
    this.#size = writeUnit(0xfffd, this.#out, this.#size);
    this.#count(text, 3, 1);
    return at - size;
  }

  #count(text: TextCounts, bytes: number, units: number): void {
    text.bytes += bytes;
    text.units += units;
    this.#characters += units;
  }

  #readEscape(at: number, end: number, text: TextCounts): number {
    if (at + 1 >= end) return CUT;
    const code = this.#in[at + 1] ?? 0;
    if (code === LOWER_U) return this.#readUnit(at, end, text);
    if (shortLetter(code) === undefined)
      throw new SyntaxError("A text in the JSON has an escape sequence that there is not.");
    if (code !== SLASH) this.#put(BACKSLASH);
    this.#put(code);
    text.bytes += 1;
    text.units += 1;
    return at + 2;
  }

  #readUnit(at: number, end: number, text: TextCounts): number {
    if (at + PAIR_BYTES > end && !this.#isLast) return CUT;
    const code = escapedLetterAt(this.#in, at, end);
    if (code === undefined) throw new SyntaxError("A text in the JSON has an escape sequence without its four digits.");
    const begin = this.#size;
    this.#size = writeUnit(code, this.#out, begin);
    const size = this.#size - begin;
    const units = code > 0xffff ? 2 : 1;
    const isEscape = this.#out[begin] === BACKSLASH;
    this.#characters += isEscape ? size : units;
    text.bytes += isEscape ? (code < 0x80 ? 1 : 3) : size;
    text.units += units;
    return at + (units * PAIR_BYTES) / 2;
  }

  #readMark(at: number, end: number): number {
    const byte = this.#in[at] ?? 0;
    if (BLANKS.has(byte)) return at + 1;
    if (byte === QUOTE) this.#beginText();
    else if (byte === COMMA) this.#separate();
    else if (byte === COLON) this.#pass("colon", "value");
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#enter(byte === OPEN_LIST);
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#leave(byte === CLOSE_LIST);
    else return this.#readScalar(byte, at, end);
    this.#put(byte);
    return at + 1;
  }

  #put(byte: number): void {
    this.#out[this.#size++] = byte;
    this.#characters += 1;
  }

  #pass(from: Expected, to: Expected): void {
    if (this.#place !== from)
      throw new SyntaxError(`The JSON text has something else where a ${this.#place} should be.`);
    this.#place = to;
  }

  #beginValue(): void {
    if (this.#place === "value or end") this.#place = "value";
    this.#pass("value", "comma or end");
  }

  #beginText(): void {
    const isName = this.#place === "name" || this.#place === "name or end";
    if (!isName) this.#beginValue();
    this.#text = this.#counts;
    this.#text.isName = isName;
    this.#text.bytes = this.#text.units = 0;
  }

  #separate(): void {
    if (this.#depth === 0) throw new SyntaxError("The JSON text goes on after its end.");
    this.#pass("comma or end", this.#lists[this.#depth - 1] === 1 ? "value" : "name");
  }

  #enter(isList: boolean): void {
    this.#beginValue();
    if (this.#depth >= MOST_DEPTH) throw new SyntaxError("The JSON text is nested too deeply to be read.");
    this.#lists[this.#depth++] = isList ? 1 : 0;
    this.#place = isList ? "value or end" : "name or end";
    this.#countedBytes += 2;
  }

  #leave(isList: boolean): void {
    const isOpen = this.#depth > 0 && this.#lists[this.#depth - 1] === (isList ? 1 : 0);
    if (!isOpen) throw new SyntaxError("The JSON text has a bracket that closes nothing.");
    if (this.#place === (isList ? "value or end" : "name or end")) this.#place = "comma or end";
    this.#pass("comma or end", "comma or end");
    this.#depth -= 1;
  }

  #readScalar(byte: number, at: number, end: number): number {
    const number = beginNumber(byte);
    const literal = number === undefined ? LITERALS.find(([first]) => first === byte) : undefined;
    if (literal !== undefined) return this.#readLiteral(literal, at, end);
    if (number === undefined) throw new SyntaxError("The JSON text has a character that belongs to nothing.");
    this.#beginValue();
    this.#number = number;
    this.#numberFrom = this.#size;
    this.#out[this.#size++] = byte;
    return at + 1;
  }

  #readLiteral(literal: Buffer, at: number, end: number): number {
    if (at + literal.length > end) return CUT;
    if (this.#in.compare(literal, 0, literal.length, at, at + literal.length) !== 0)
      throw new SyntaxError("The JSON text has a word that JSON does not know.");
    this.#beginValue();
    for (const byte of literal) this.#put(byte);
    this.#countedBytes += 2;
    return at + literal.length;
  }

  #readNumber(from: number, end: number, begun: NumberPlace): number {
    let place = begun;
    for (let at = from; at < end; at++) {
      const byte = this.#in[at] ?? 0;
      const next = afterNumber(place, byte);
      if (next === undefined) {
        this.#endNumber(place);
        return at;
      }
      place = next;
      this.#out[this.#size++] = byte;
    }
    this.#number = place;
    return end;
  }

  #endNumber(place: NumberPlace): void {
    if (!isWholeNumber(place)) throw new SyntaxError("A number in the JSON text is not whole.");
    const from = this.#numberFrom;
    this.#countedBytes += 4;
    if (from !== undefined && this.#size - from <= MOST_NUMBER_BYTES)
      this.#size = shortenNumber(this.#out, { from, to: this.#size }, place);
    this.#characters += this.#size - (from ?? 0);
    this.#number = undefined;
  }

  /** Hands on all that is certain: a number may become shorter until it ends. */
  #handOn(): void {
    const isInNumber = this.#number !== undefined;
    const isShort = isInNumber && this.#numberFrom !== undefined && this.#size - this.#numberFrom <= MOST_NUMBER_BYTES;
    const sure = isShort ? (this.#numberFrom ?? 0) : this.#size;
    if (isInNumber && !isShort) this.#characters += this.#size - (this.#numberFrom ?? 0);
    this.#written.write(this.#out.subarray(0, sure));
    this.#out.copyWithin(0, sure, this.#size);
    this.#size -= sure;
    this.#numberFrom = isShort ? 0 : undefined;
  }
}
