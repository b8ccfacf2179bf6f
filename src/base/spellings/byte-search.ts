import { compareCodePoints } from "../code-point-order.ts";
import { sortInSteps } from "../sort-in-steps.ts";
import { FACTOR, isLetter, type SoughtTexts, tableBitsFor, TEXTS_PER_STEP } from "./text-search.ts";

/** Bytes that are looked at together, to see how far from there a text may begin at the earliest: fewer where texts are short. */
const BLOCK_BYTES = { short: 2, long: 3 } as const;
/** Bytes of the shortest text from which on a longer block costs less. */
const LONG = 6;
/** First bytes of the texts that are in the table of these blocks, where all texts have as many. */
const MOST_BEGIN_BYTES = 32;
/** Room of the table for one text, and for all of them, as powers of two: few blocks find another's. */
const ROOM_BITS = 10;
const TABLE_BITS = { fewest: 12, most: 20 } as const;

/** Bytes that are compared one by one, which for more takes longer than asking for it. */
const FEW_BYTES = 32;
/** Longest character as UTF-8. */
const CHARACTER_BYTES = 4;

/** Bytes of some texts. */
interface Sizes {
  readonly longest: number;
  readonly shortest: number;
  readonly all: number;
}

/** A text that was found in bytes. */
interface FoundBytes {
  /** Its first byte, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Its length as a string. */
  readonly characters: number;
}

/**
 * Finds what a `TextSearch` of the same texts finds, in UTF-8 bytes and without making strings of them. A text with half a
 * surrogate pair is in no UTF-8, and not looked for.
 */
export class ByteSearch {
  /** Bytes that may have to be known from the beginning of a text on to find it. */
  readonly longest: number;
  /** All texts, sorted, one after the other, and where each begins. */
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array;
  readonly #texts: readonly string[];
  /** The longest other text with which each begins; -1 for none. */
  readonly #beginnings: Int32Array;
  readonly #alone: ReadonlySet<string>;
  /** Bytes of the shortest text, as far as they are looked at. */
  readonly #beginBytes: number;
  /** Bits of a block, and how far from a place without any known block the next may be that has one. */
  readonly #blockMask: number;
  readonly #mostFurther: number;
  /** How many places after the one whose beginning a block ends a text may begin at the earliest, by the hash of the block. */
  readonly #table: Uint8Array;
  readonly #shift: number;

  private constructor(texts: readonly string[], alone: ReadonlySet<string>, { longest, shortest, all }: Sizes) {
    this.#texts = texts;
    this.#alone = alone;
    this.#bytes = Buffer.allocUnsafeSlow(all);
    this.#starts = new Uint32Array(texts.length + 1);
    this.#beginnings = new Int32Array(texts.length);
    this.longest = longest + CHARACTER_BYTES;
    this.#beginBytes = shortest;
    const blockBytes = Math.min(shortest, shortest < LONG ? BLOCK_BYTES.short : BLOCK_BYTES.long);
    this.#blockMask = 2 ** (8 * blockBytes) - 1;
    this.#mostFurther = shortest - blockBytes + 1;
    const tableBits = tableBitsFor(texts.length, { room: ROOM_BITS, ...TABLE_BITS });
    this.#shift = 32 - tableBits;
    this.#table = new Uint8Array(2 ** tableBits).fill(this.#mostFurther);
  }

  /** Makes a search in small steps. */
  static *of({ anywhere, alone }: SoughtTexts): Generator<void, ByteSearch> {
    const texts = new Set<string>();
    let [all, longest, shortest] = [0, 0, MOST_BEGIN_BYTES];
    for (const text of [...anywhere, ...alone]) {
      const bytes = Buffer.from(text);
      if (texts.has(text) || bytes.toString() !== text) continue;
      texts.add(text);
      all += bytes.length;
      longest = Math.max(longest, bytes.length);
      shortest = Math.min(shortest, bytes.length);
      if (texts.size % TEXTS_PER_STEP === 0) yield;
    }
    const sorted = yield* sortInSteps([...texts], compareCodePoints);
    const search = new ByteSearch(sorted, new Set(alone), { longest, shortest, all });
    for (const [place, text] of sorted.entries()) {
      search.#add(place, text);
      if (place % TEXTS_PER_STEP === 0) yield;
    }
    return search;
  }

  /** Adds the next text. */
  #add(place: number, text: string): void {
    const start = this.#starts[place] ?? 0;
    this.#starts[place + 1] = start + this.#bytes.write(text, start);
    // The texts with which one begins stand before it, each with those of its own.
    let before = place - 1;
    while (before >= 0 && !text.startsWith(this.#texts[before] ?? "")) before = this.#beginnings[before] ?? -1;
    this.#beginnings[place] = before;
    for (let further = 0; further < this.#mostFurther; further++) {
      const block = blockAt(this.#bytes, start + this.#beginBytes - 1 - further) & this.#blockMask;
      const row = Math.imul(block, FACTOR) >>> this.#shift;
      this.#table[row] = Math.min(this.#table[row] ?? 0, further);
    }
  }

  /** The first text that begins from one place on and before another; of several there the longest. */
  next(bytes: Buffer, from: number, before: number): FoundBytes | undefined {
    const [table, mask, shift, last] = [this.#table, this.#blockMask, this.#shift, this.#beginBytes - 1];
    const most = this.#mostFurther;
    const end = Math.min(before, bytes.length - last);
    for (let at = from; at < end;) {
      const further = table[Math.imul(blockAt(bytes, at + last) & mask, FACTOR) >>> shift] ?? 0;
      // Where nearly all places are, the processor goes on before it has read the table.
      if (further === most) {
        at += most;
        continue;
      }
      if (further > 0) {
        at += further;
        continue;
      }
      const found = this.#textAt(bytes, at);
      if (found !== -1) return { from: at, to: at + this.#sizeOf(found), characters: this.#texts[found]?.length ?? 0 };
      at += 1;
    }
    return undefined;
  }

  /** The longest text that stands at a place; -1 for none. */
  #textAt(bytes: Buffer, at: number): number {
    let [low, high] = [0, this.#texts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, bytes, at) <= 0) low = middle + 1;
      else high = middle;
    }
    // What stands there comes after all with which it begins, and these are with which the last of those before it begins.
    let place = low - 1;
    while (place !== -1 && !(this.#compare(place, bytes, at) === 0 && this.#mayStand(place, bytes, at)))
      place = this.#beginnings[place] ?? -1;
    return place;
  }

  /** Order of a text and of what stands at a place; 0 where that begins with the text. */
  #compare(place: number, bytes: Buffer, at: number): number {
    const [from, to] = [this.#starts[place] ?? 0, this.#starts[place + 1] ?? 0];
    const few = Math.min(to, from + FEW_BYTES);
    for (let own = from, other = at; own < few; own++, other++) {
      const difference = (this.#bytes[own] ?? 0) - (bytes[other] ?? -1);
      if (difference !== 0) return difference;
    }
    const end = Math.min(bytes.length, at + to - from);
    return few === to ? 0 : this.#bytes.compare(bytes, at + FEW_BYTES, end, few, to);
  }

  #mayStand(place: number, bytes: Buffer, at: number): boolean {
    if (!this.#alone.has(this.#texts[place] ?? "")) return true;
    const end = at + this.#sizeOf(place);
    const before = bytes.toString("utf8", Math.max(0, at - CHARACTER_BYTES), at);
    const after = bytes.toString("utf8", end, end + CHARACTER_BYTES);
    return !isLetter(before.slice(-1)) && !isLetter(after.slice(0, 1));
  }

  #sizeOf(place: number): number {
    return (this.#starts[place + 1] ?? 0) - (this.#starts[place] ?? 0);
  }
}

/** The bytes up to a place, that one with them. */
function blockAt(bytes: Buffer, last: number): number {
  return ((bytes[last - 2] ?? 0) << 16) | ((bytes[last - 1] ?? 0) << 8) | (bytes[last] ?? 0);
}
