/** Bytes of a line, counted from its beginning. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Something large in a line: the bytes between the quotes of a text, or those of structured content or a long list of content. */
interface LargeRange extends Range {
  readonly kind: "text" | "json";
}

/** Sizes from which on something is taken out of a line; of a list of content what is beside its large texts counts. */
export interface LeastBytes {
  readonly text: number;
  readonly json: number;
}

/**
 * Of a line of megabytes a hundred texts are as much as one, so none of some length is read as a part of it. Structured content
 * reaches most programs as the bytes it is, so no value is made of what is not small.
 */
const LEAST: LeastBytes = { text: 64 * 1024, json: 256 * 1024 };

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Names of structured content, in the protocol's and in other languages' spelling, and of the list of content. */
const STRUCTURED: ReadonlySet<string | undefined> = new Set(["structuredContent", "structured_content"]);
const CONTENT = "content";

/** Parts of a line around structured content: a batch, a message, and its result. */
const MOST_AROUND = 3;

/** Longest name that is looked at, every letter of it escaped. */
const MOST_NAME_BYTES = 6 * 20;

/** Content that is nested deeper is left in its line. */
const MOST_DEPTH = 1_000;

/**
 * What is large in a line of JSON, in the order in which it stands there and each byte in one range only: structured content of
 * a result, its list of content where that has many parts, and texts outside of these. A step for each part of the line, whose bytes may be cut anywhere.
 */
export function* findLarge(line: readonly Buffer[], least: LeastBytes = LEAST): Generator<void, readonly LargeRange[]> {
  const finder = new LargeFinder(least);
  for (const bytes of line) {
    finder.readOn(bytes);
    yield;
  }
  return finder.found;
}

class LargeFinder {
  readonly found: LargeRange[] = [];
  readonly #least: LeastBytes;
  /** Bytes of the line before the part that is being read. */
  #passed = 0;
  /** Place in the part that is being read; behind it where an escape sequence is cut. */
  #at = 0;
  /** Where the text began in which the reader is. */
  #from: number | undefined;
  /** The last text outside of which the reader is, where it may be a name. */
  #name = "";
  /** The beginning of a name that the end of a part cut. */
  #nameBegin = "";
  #depth = 0;
  #deepest = 0;
  /** The name of the member in which the reader is, for each part around it; undefined in a list. */
  readonly #path: (string | undefined)[] = [];
  #member: { readonly from: number; readonly depth: number; readonly texts: number } | undefined;

  constructor(least: LeastBytes) {
    this.#least = least;
  }

  readOn(bytes: Buffer): void {
    let at = this.#at;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#from === undefined) this.#pass(byte, at);
      else if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) this.#endText(this.#from, bytes, at);
    }
    if (this.#from !== undefined) this.#nameBegin += this.#pieceOfName(this.#from, bytes, bytes.length);
    this.#at = at - bytes.length;
    this.#passed += bytes.length;
  }

  #pass(byte: number | undefined, at: number): void {
    if (byte === QUOTE) this.#from = this.#passed + at + 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#enter(at);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#leave(at);
    else if (byte === COLON && this.#depth <= MOST_AROUND) this.#path[this.#depth] = nameOf(this.#name);
  }

  #endText(from: number, bytes: Buffer, at: number): void {
    const to = this.#passed + at;
    if (to - from >= this.#least.text) this.found.push({ kind: "text", from, to });
    this.#name = this.#nameBegin + this.#pieceOfName(from, bytes, at);
    this.#nameBegin = "";
    this.#from = undefined;
  }

  /** What a part has of a text that may be a name, up to a place. */
  #pieceOfName(from: number, bytes: Buffer, to: number): string {
    if (this.#depth > MOST_AROUND || this.#passed + to - from > MOST_NAME_BYTES) return "";
    return bytes.toString("latin1", Math.max(0, from - this.#passed), to);
  }

  #enter(at: number): void {
    if (this.#member === undefined && this.#depth <= MOST_AROUND && isOfResult(this.#path, this.#depth)) {
      this.#member = { from: this.#passed + at, depth: this.#depth, texts: this.found.length };
      this.#deepest = this.#depth;
    }
    this.#depth += 1;
    this.#deepest = Math.max(this.#deepest, this.#depth);
    if (this.#depth <= MOST_AROUND) this.#path[this.#depth] = undefined;
  }

  #leave(at: number): void {
    this.#depth -= 1;
    const member = this.#member;
    if (member?.depth !== this.#depth) return;
    this.#member = undefined;
    const { from, texts } = member;
    const to = this.#passed + at + 1;
    const isContent = this.#path[this.#depth] === CONTENT;
    const apart = isContent ? this.found.slice(texts).reduce((sum, text) => sum + text.to - text.from, 0) : 0;
    if (to - from - apart < this.#least.json || this.#deepest > MOST_DEPTH) return;
    this.found.length = texts;
    this.found.push({ kind: "json", from, to });
  }
}

/** Whether the way to a member is that to the content of a result, structured or not, alone or in a batch. */
function isOfResult(path: readonly (string | undefined)[], depth: number): boolean {
  const isAlone = depth === 2 || (depth === MOST_AROUND && path[1] === undefined);
  return isAlone && path[depth - 1] === "result" && (path[depth] === CONTENT || STRUCTURED.has(path[depth]));
}

function nameOf(escaped: string): string | undefined {
  if (!escaped.includes("\\")) return escaped;
  try {
    const name: unknown = JSON.parse(`"${escaped}"`);
    return String(name);
  } catch {
    return undefined;
  }
}
