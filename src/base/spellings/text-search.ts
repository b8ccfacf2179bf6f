import { unfold } from "./unfold.ts";

/** Units of a text by which it is looked up; the rest of it is compared. */
const MOST_HEAD = 48;
/** Units with which texts begin that are looked at first: as many as the shortest text has. */
const MOST_WINDOW = 8;
/** The last of these, by which most places are passed over: few units where texts are few, for long steps. */
const BLOCK = { few: 3, many: 5 } as const;
const MANY_TEXTS = 2_000;
/** How much more a unit counts than the one after it; odd, so that none of them is lost. */
const BASE = 0x0100_0193;
/** Spreads sums over a table. */
export const FACTOR = 0x9e37_79b1;
/** Room of a table for one text, and for all of them, as powers of two: few places are looked at for nothing. */
const ROOM_BITS = 5;
const TABLE_BITS = { fewest: 12, most: 22 } as const;
/** Texts that are added to a search in one step. */
export const TEXTS_PER_STEP = 256;
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

/**
 * Finds any of many texts in another, the longest of those that begin at one place. All are looked for in one go, by sums of
 * units, so that it hardly matters how many they are.
 */
export class TextSearch {
  readonly #alone: ReadonlySet<string>;
  /** Texts by the sums of their heads. */
  readonly #byHead = new Map<number, string[]>();
  /** Which lengths heads have, and the greatest. */
  readonly #isHead = new Uint8Array(MOST_HEAD + 1);
  #longestHead = 0;
  readonly #window: number;
  readonly #block: number;
  /** How many places after the one whose window a block ends a text may begin at the earliest, by the sum of the block. */
  readonly #further: Uint8Array;
  /** Which windows texts begin with, by their sums. */
  readonly #isWindow: Uint8Array;
  readonly #shift: number;

  private constructor(
    alone: ReadonlySet<string>,
    { count, shortest }: { readonly count: number; readonly shortest: number },
  ) {
    this.#alone = alone;
    this.#window = shortest;
    this.#block = Math.min(count < MANY_TEXTS ? BLOCK.few : BLOCK.many, Math.ceil(shortest / 2));
    const tableBits = tableBitsFor(count, { room: ROOM_BITS, ...TABLE_BITS });
    this.#shift = 32 - tableBits;
    this.#further = new Uint8Array(2 ** tableBits).fill(shortest - this.#block + 1);
    this.#isWindow = new Uint8Array(2 ** tableBits);
  }

  /** Makes a search in small steps. */
  static *of({ anywhere, alone }: SoughtTexts): Generator<void, TextSearch> {
    const texts = [...anywhere, ...alone];
    let shortest = MOST_WINDOW;
    for (const { length } of texts) shortest = Math.min(shortest, length);
    const search = new TextSearch(new Set(alone), { count: texts.length, shortest });
    for (const [place, text] of texts.entries()) {
      search.#add(text);
      if (place % TEXTS_PER_STEP === 0) yield;
    }
    return search;
  }

  #add(text: string): void {
    const [window, block, further] = [this.#window, this.#block, this.#further];
    for (let end = block; end <= window; end++) {
      const row = this.#rowOf(sumOf(text, end - block, end));
      further[row] = Math.min(further[row] ?? 0, window - end);
    }
    this.#isWindow[this.#rowOf(sumOf(text, 0, window))] = 1;
    const length = Math.min(MOST_HEAD, text.length);
    const head = sumOf(text, 0, length);
    const others = this.#byHead.get(head);
    if (others === undefined) this.#byHead.set(head, [text]);
    else others.push(text);
    this.#isHead[length] = 1;
    this.#longestHead = Math.max(this.#longestHead, length);
  }

  #rowOf(sum: number): number {
    return Math.imul(sum, FACTOR) >>> this.#shift;
  }

  /** The first place at or after `from` where one of the texts stands; undefined for none. */
  next(text: string, from = 0): FoundText | undefined {
    const [table, shift, window, block] = [this.#further, this.#shift, this.#window, this.#block];
    const last = text.length - window;
    for (let at = from; at <= last;) {
      const further = table[Math.imul(sumOf(text, at + window - block, at + window), FACTOR) >>> shift] ?? 0;
      if (further > 0) {
        at += further;
        continue;
      }
      const length = this.#lengthAt(text, at);
      if (length > 0) return { index: at, length };
      at += 1;
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

  /** Length of the longest text that stands at a place; 0 for none. */
  #lengthAt(text: string, index: number): number {
    let sum = sumOf(text, index, index + this.#window);
    if (this.#isWindow[this.#rowOf(sum)] === 0) return 0;
    const most = Math.min(this.#longestHead, text.length - index);
    let longest = 0;
    for (let length = this.#window; length <= most; length++) {
      if (this.#isHead[length] === 1)
        for (const each of this.#byHead.get(sum) ?? [])
          if (each.length > longest && text.startsWith(each, index) && this.#mayStand(each, text, index))
            longest = each.length;
      sum = withUnit(sum, text.charCodeAt(index + length));
    }
    return longest;
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

/** Size of a table of so many texts, as a power of two: with so much room for each, and no fewer and no more for all. */
export function tableBitsFor(
  count: number,
  { room, fewest, most }: { readonly room: number; readonly fewest: number; readonly most: number },
): number {
  return Math.min(most, Math.max(fewest, Math.ceil(Math.log2(count + 1)) + room));
}

/** The sum of the units from one place to another. */
function sumOf(text: string, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum = withUnit(sum, text.charCodeAt(at));
  return sum;
}

/** The sum of some units and the next one. */
function withUnit(sum: number, unit: number): number {
  return (Math.imul(sum, BASE) + unit) | 0;
}
