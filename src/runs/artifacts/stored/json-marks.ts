const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** Stands for the first byte of a number or a word. */
const WORD = 0;

/** Stands for the quote that ends a text. */
export const TEXT_END = 1;

const MARKS: ReadonlySet<number> = new Set(Buffer.from("{}[],:"));
const BLANKS: ReadonlySet<number> = new Set(Buffer.from(" \t\r\n"));

/** Hears what stands in JSON: brackets, commas and colons outside of texts, where texts begin and end, and where words begin. */
export interface MarkListener {
  /** Returns true to hear nothing more. */
  readonly mark: (byte: number, at: number) => boolean;
}

/** Finds the marks in bytes that come in pieces and may be cut anywhere, without making strings of them. */
export class JsonMarks {
  readonly #listener: MarkListener;
  #at: number;
  #isText = false;
  #isEscaped = false;
  #isWord = false;

  /** @param at place of the first byte, as the listener is to hear it */
  constructor(listener: MarkListener, at: number) {
    this.#listener = listener;
    this.#at = at;
  }

  /** Reads a piece; true once the listener has heard enough. */
  readOn(bytes: Uint8Array): boolean {
    const begin = this.#at;
    this.#at += bytes.length;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#isText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) {
          this.#isText = false;
          if (this.#listener.mark(TEXT_END, begin + at)) return true;
        }
      } else if (this.#pass(byte, begin + at)) return true;
    }
    return false;
  }

  #pass(byte: number, at: number): boolean {
    const wasWord = this.#isWord;
    this.#isWord = false;
    if (BLANKS.has(byte)) return false;
    this.#isText = byte === QUOTE;
    if (this.#isText || MARKS.has(byte)) return this.#listener.mark(byte, at);
    this.#isWord = true;
    return !wasWord && this.#listener.mark(WORD, at);
  }
}
