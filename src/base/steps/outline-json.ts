import type { LargeText } from "./large-text.ts";

/** Members of a list or of an object that are kept: more than are looked at. */
const MOST_MEMBERS = 200;
/** Bytes of a text that are kept. */
const MOST_TEXT_BYTES = 256;
/** Bytes that are kept in all; half of what is left goes into one list, so that a long one hides nothing behind it. */
const MOST_BYTES = 512 * 1024;
/** Bytes read in one step, well within a millisecond. */
const WINDOW_BYTES = 64 * 1024;
/** Bytes of an escape sequence behind the backslash and the `u`. */
const UNIT_DIGITS = 4;

const [QUOTE, BACKSLASH, COMMA, LOWER_U] = [0x22, 0x5c, 0x2c, 0x75];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The value of JSON that is kept as bytes, with enough in it to see its shape: of long lists and objects the first members,
 * of texts the beginning. In small steps; nothing is made of what is left out. Throws `SyntaxError` for what is no JSON.
 */
export function* outlineJson({ pieces }: LargeText): Generator<void, unknown> {
  const outline = new Outline();
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += WINDOW_BYTES) {
      outline.readOn(piece.subarray(at, at + WINDOW_BYTES));
      yield;
    }
  }
  return JSON.parse(Buffer.concat(outline.kept).toString());
}

/** Where the next quotation mark or backslash is; the last byte where there is none. */
function endOfPlain(bytes: Buffer, from: number): number {
  let at = from;
  for (const last = bytes.length - 1; at < last; at++) {
    const byte = bytes[at];
    if (byte === QUOTE || byte === BACKSLASH) break;
  }
  return at;
}

/** A list or object around the place that is read. */
interface OutlinedPart {
  /** Kept bytes from which on nothing more of it is. */
  readonly until: number;
  members: number;
}

class Outline {
  readonly kept: Buffer[] = [];
  #keptBytes = 0;
  readonly #open: OutlinedPart[] = [];
  /** Number of open parts of which nothing more is kept, with all in them; 0 while everything is. */
  #closed = 0;
  #isInText = false;
  #textBytes = 0;
  /** True where the rest of a text is left out. */
  #isCut = false;
  /** Bytes that belong to an escape sequence still. */
  #escape = 0;
  /** Where in the bytes that are read the part begins that is kept; undefined while nothing is. */
  #from: number | undefined = 0;

  readOn(bytes: Buffer): void {
    if (this.#from !== undefined) this.#from = 0;
    for (let at = 0; at < bytes.length; at++) {
      // Most of what is long is text of which nothing is kept.
      if (this.#isInText && this.#from === undefined && this.#escape === 0) at = endOfPlain(bytes, at);
      const byte = bytes[at] ?? 0;
      if (this.#isInText) this.#readText(byte, bytes, at);
      else this.#readMark(byte, bytes, at);
    }
    this.#keep(bytes, bytes.length);
    if (this.#closed === 0 && !this.#isCut) this.#from = 0;
  }

  #readMark(byte: number, bytes: Buffer, at: number): void {
    if (byte === QUOTE) {
      this.#isInText = true;
      this.#textBytes = 0;
    } else if (byte === COMMA) this.#separate(bytes, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#enter(byte === OPEN_LIST);
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#leave(at);
  }

  #readText(byte: number, bytes: Buffer, at: number): void {
    if (this.#escape > 0) {
      this.#escape = this.#escape === 1 + UNIT_DIGITS ? (byte === LOWER_U ? UNIT_DIGITS : 0) : this.#escape - 1;
      return;
    }
    if (byte === QUOTE) {
      this.#isInText = false;
      if (this.#isCut) this.#from = at;
      this.#isCut = false;
      return;
    }
    this.#textBytes += 1;
    const isInLetter = byte >= 0x80 && byte < 0xc0;
    if (this.#textBytes > MOST_TEXT_BYTES && !isInLetter && this.#from !== undefined) {
      this.#keep(bytes, at);
      this.#isCut = true;
    }
    if (byte === BACKSLASH) this.#escape = 1 + UNIT_DIGITS;
  }

  #separate(bytes: Buffer, at: number): void {
    const inner = this.#open.at(-1);
    if (this.#closed > 0 || inner === undefined) return;
    inner.members += 1;
    const keptBytes = this.#keptBytes + at - (this.#from ?? at);
    if (inner.members < MOST_MEMBERS && keptBytes < inner.until) return;
    this.#keep(bytes, at);
    this.#closed = this.#open.length;
  }

  #enter(isList: boolean): void {
    const outer = this.#open.at(-1)?.until ?? MOST_BYTES;
    const until = isList ? this.#keptBytes + Math.max(0, outer - this.#keptBytes) / 2 : outer;
    this.#open.push({ until, members: 0 });
  }

  #leave(at: number): void {
    if (this.#closed === this.#open.length && this.#closed > 0) {
      this.#closed = 0;
      this.#from = at;
    }
    this.#open.pop();
  }

  /** Keeps what was read since the last time, up to a place. */
  #keep(bytes: Buffer, to: number): void {
    if (this.#from === undefined) return;
    const part = Buffer.from(bytes.subarray(this.#from, to));
    this.kept.push(part);
    this.#keptBytes += part.length;
    this.#from = undefined;
  }
}
