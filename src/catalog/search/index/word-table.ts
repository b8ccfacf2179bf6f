import { NO_HASH, toLower, WordPlaces } from "../word-places.ts";

const FIRST_SIZE = 0x40_00;

/** Places in which a word is looked for. Words made to get in each other's way go another one, which is slower and always as fast. */
const MOST_TRIED = 16;

/** Result of looking for a word that has no slot: none is free for it, or the one is that stands as far below {@link FREE}. */
const NONE_FREE = -1;
const FREE = -2;

/** Numbers words from 0 on, in the order in which they are met. Most words that were met before cost no string. */
export class WordTable {
  /** Number of words. */
  size = 0;
  /** The words by their numbers, in lower case. */
  readonly #own = new WordPlaces(FIRST_SIZE);
  /** Numbers of words plus one, each at the place that its hash says or at one of the next. */
  #slots = new Int32Array(FIRST_SIZE);
  /** Words without a slot. */
  readonly #others = new Map<string, number>();
  /** One word that is looked for. */
  readonly #asked = new WordPlaces(0x40);

  /** A table of words, which get their numbers in this order. */
  static of(words: Iterable<string>): WordTable {
    const table = new WordTable();
    for (const word of words) table.numberOfWord(word);
    return table;
  }

  /** All words in lower case, in the order of their numbers. */
  list(): readonly string[] {
    const words = Array.from({ length: this.size }, (_, number) => this.#own.textOf(number));
    for (const [word, number] of this.#others) words[number] = word;
    return words;
  }

  /** The number of one of some words, read in lower case. */
  numberOf(words: WordPlaces, place: number): number {
    const found = this.#look(words, place);
    if (found >= 0) return found;
    if (found !== NONE_FREE && this.#others.size === 0) return this.#put(words, place, FREE - found);
    const word = words.textOf(place);
    const other = this.#others.get(word);
    if (other !== undefined) return other;
    return found === NONE_FREE ? this.#putOther(word) : this.#put(words, place, FREE - found);
  }

  /** The number of a word, read in lower case. */
  numberOfWord(word: string): number {
    return this.numberOf(this.#ask(word), 0);
  }

  /** The number of a word in lower case, -1 for one that the table does not have. */
  find(word: string): number {
    const found = this.#look(this.#ask(word), 0);
    return found >= 0 ? found : this.#findOther(word);
  }

  has(word: string): boolean {
    return this.find(word) >= 0;
  }

  /** Like {@link find} for a word that another table has, by its number there. */
  findOf(word: string, other: WordTable, number: number): number {
    const found = this.#look(other.#own, number);
    return found >= 0 ? found : this.#findOther(word);
  }

  /** The number of a word that has a slot; else where it may have one. */
  #look(words: WordPlaces, place: number): number {
    const hash = words.hashes[place] ?? NO_HASH;
    const most = hash === NO_HASH ? 0 : MOST_TRIED;
    const [slots, { hashes }] = [this.#slots, this.#own];
    for (let tried = 0; tried < most; tried++) {
      const slot = (hash + tried) & (slots.length - 1);
      const number = (slots[slot] ?? 0) - 1;
      if (number === -1) return FREE - slot;
      if (hashes[number] === hash && this.#isSame(number, words, place)) return number;
    }
    return NONE_FREE;
  }

  #isSame(number: number, words: WordPlaces, place: number): boolean {
    const { codes, starts, ends } = this.#own;
    const [start, end] = [starts[number] ?? 0, ends[number] ?? 0];
    const first = words.starts[place] ?? 0;
    if ((words.ends[place] ?? 0) - first !== end - start) return false;
    for (let at = start, from = first; at < end; at++, from++)
      if (codes[at] !== toLower(words.codes[from] ?? 0)) return false;
    return true;
  }

  #findOther(word: string): number {
    return this.#others.size === 0 ? -1 : (this.#others.get(word) ?? -1);
  }

  #ask(word: string): WordPlaces {
    const asked = this.#asked;
    if (word.length > asked.codes.length) asked.codes = new Uint16Array(word.length * 2);
    for (let at = 0; at < word.length; at++) asked.codes[at] = word.charCodeAt(at);
    asked.put(0, 0, word.length);
    return asked;
  }

  /** Gives a word that was not met before a number and a slot. */
  #put(words: WordPlaces, place: number, slot: number): number {
    const [start, end] = [words.starts[place] ?? 0, words.ends[place] ?? 0];
    const own = this.#own;
    const first = own.ends[this.size - 1] ?? 0;
    if (first + end - start > own.codes.length) own.makeRoom((first + end - start) * 2, own.hashes.length);
    for (let at = start, to = first; at < end; at++, to++) own.codes[to] = toLower(words.codes[at] ?? 0);
    const number = this.#add(first, first + end - start, words.hashes[place] ?? NO_HASH);
    this.#slots[slot] = number + 1;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return number;
  }

  #putOther(word: string): number {
    const end = this.#own.ends[this.size - 1] ?? 0;
    const number = this.#add(end, end, NO_HASH);
    this.#others.set(word, number);
    return number;
  }

  #add(start: number, end: number, hash: number): number {
    const own = this.#own;
    const number = this.size++;
    if (number === own.hashes.length) own.makeRoom(own.codes.length, number * 2);
    [own.starts[number], own.ends[number], own.hashes[number]] = [start, end, hash];
    return number;
  }

  /** Twice as many slots; a word that then has none near its place stands among the others. */
  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    for (const kept of this.#slots) {
      if (kept === 0) continue;
      const hash = this.#own.hashes[kept - 1] ?? 0;
      let tried = 0;
      while (tried < MOST_TRIED && slots[(hash + tried) & (slots.length - 1)] !== 0) tried += 1;
      if (tried < MOST_TRIED) slots[(hash + tried) & (slots.length - 1)] = kept;
      else this.#others.set(this.#own.textOf(kept - 1), kept - 1);
    }
    this.#slots = slots;
  }
}
