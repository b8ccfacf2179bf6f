import { unfold } from "./unfold.ts";

/** Characters by which a text is found; the rest of it is compared, so that a pattern stays small whatever it looks for. */
const HEAD = 24;
const LETTER = /[A-Za-z0-9\u00aa-\uffff]/;

/** A text that was found in another. */
export interface FoundText {
  readonly index: number;
  readonly length: number;
}

/** Texts to look for. */
export interface SoughtTexts {
  /** Found wherever they stand. */
  readonly anywhere: Iterable<string>;
  /** Found only where no letter or digit stands beside them. */
  readonly alone: Iterable<string>;
}

/** Finds any of many texts in another, the longest of those that begin at one place; all are looked for in one go. */
export class TextSearch {
  /** Texts by their first characters, longest first. */
  readonly #byHead = new Map<string, string[]>();
  readonly #alone: ReadonlySet<string>;
  /** Lengths of heads, longest first. */
  readonly #headLengths: readonly number[];
  readonly #heads: RegExp;

  constructor({ anywhere, alone }: SoughtTexts) {
    this.#alone = new Set(alone);
    const texts = [...new Set([...anywhere, ...this.#alone])].sort((a, b) => b.length - a.length);
    for (const text of texts) {
      const head = text.slice(0, HEAD);
      const others = this.#byHead.get(head);
      if (others === undefined) this.#byHead.set(head, [text]);
      else others.push(text);
    }
    this.#headLengths = [...new Set([...this.#byHead.keys()].map(({ length }) => length))];
    this.#heads = new RegExp([...this.#byHead.keys()].map(literal).join("|"), "g");
  }

  /** The first place at or after `from` where one of the texts stands; undefined for none. */
  next(text: string, from = 0): FoundText | undefined {
    this.#heads.lastIndex = from;
    for (let found = this.#heads.exec(text); found !== null; found = this.#heads.exec(text)) {
      const length = this.#lengthAt(text, found.index);
      if (length > 0) return { index: found.index, length };
      this.#heads.lastIndex = found.index + 1;
    }
    return undefined;
  }

  /** Whether one of the texts is in another, also in base64 that was folded. */
  isIn(text: string): boolean {
    return this.next(unfold(text)?.text ?? text) !== undefined;
  }

  /** The text with each that is found replaced, where it was folded with the ends of lines in it. */
  replace(text: string, by: (found: string) => string): string {
    const unfolded = unfold(text);
    const sought = unfolded?.text ?? text;
    const pieces: string[] = [];
    let [at, end] = [0, 0];
    for (let found = this.next(sought); found !== undefined; found = this.next(sought, end)) {
      end = found.index + found.length;
      const { from, to } = unfolded?.placeOf(found.index, end) ?? { from: found.index, to: end };
      pieces.push(text.slice(at, from), by(sought.slice(found.index, end)));
      at = to;
    }
    return at === 0 ? text : pieces.join("") + text.slice(at);
  }

  #lengthAt(text: string, index: number): number {
    for (const length of this.#headLengths) {
      const texts = this.#byHead.get(text.slice(index, index + length));
      const found = texts?.find((each) => text.startsWith(each, index) && this.#mayStand(each, text, index));
      if (found !== undefined) return found.length;
    }
    return 0;
  }

  #mayStand(found: string, text: string, index: number): boolean {
    if (!this.#alone.has(found)) return true;
    return !isLetter(text.charAt(index - 1)) && !isLetter(text.charAt(index + found.length));
  }
}

/** Whether a unit of a text is a letter or a digit, or may be a part of one. */
export function isLetter(unit: string): boolean {
  return LETTER.test(unit);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
