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
  /** Pairs of the hash of a word and its number plus one, each at the place that its hash says or at one of the next. */
  #slots = new Int32Array(FIRST_SIZE * 2);
  /** Words without a slot. */
  readonly #others = new Map<string, number>();
  /** One word that is looked for. */
  readonly #asked = new WordPlaces(0x40);

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

  /** Like {@link find} for one of some words, read in lower case. */
  findAt(words: WordPlaces, place: number): number {
    const found = this.#look(words, place);
    return found >= 0 || this.#others.size === 0 ? Math.max(-1, found) : this.#findOther(words.textOf(place));
  }

  /** The number of a word that has a slot; else where it may have one. */
  #look(words: WordPlaces, place: number): number {
    const hash = words.hashes[place] ?? NO_HASH;
    const most = hash === NO_HASH ? 0 : MOST_TRIED;
    const slots = this.#slots;
    for (let tried = 0; tried < most; tried++) {
      const slot = ((hash + tried) * 2) & (slots.length - 1);
      const number = (slots[slot + 1] ?? 0) - 1;
      if (number === -1) return FREE - slot;
      if (slots[slot] === hash && this.#isSame(number, words, place)) return number;
    }
    return NONE_FREE;
  }

  #isSame(number: number, words: WordPlaces, place: number): boolean {
    const { codes, starts } = this.#own;
    const [start, end] = [starts[number] ?? 0, starts[number + 1] ?? 0];
    const first = words.starts[place] ?? 0;
    if ((words.ends[place] ?? 0) - first !== end - start) return false;
    for (let at = start, from = first; at < end; at++, from++)
      if (codes[at] !== toLower(words.codes[from] ?? 0)) return false;
    return true;
  }

  #findOther(word: string): number {
    return this.#others.get(word) ?? -1;
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
    const first = own.starts[this.size] ?? 0;
    if (first + end - start > own.codes.length) own.makeRoom((first + end - start) * 2, own.hashes.length);
    for (let at = start, to = first; at < end; at++, to++) own.codes[to] = toLower(words.codes[at] ?? 0);
    const number = this.#add(first, first + end - start, words.hashes[place] ?? NO_HASH);
    this.#slots[slot] = words.hashes[place] ?? 0;
    this.#slots[slot + 1] = number + 1;
    if (this.size * 4 > this.#slots.length) this.#grow();
    return number;
  }

  #putOther(word: string): number {
    const end = this.#own.starts[this.size] ?? 0;
    const number = this.#add(end, end, NO_HASH);
    this.#others.set(word, number);
    return number;
  }

  #add(start: number, end: number, hash: number): number {
    const own = this.#own;
    const number = this.size++;
    if (this.size === own.hashes.length) own.makeRoom(own.codes.length, this.size * 2);
    [own.starts[number], own.ends[number], own.hashes[number]] = [start, end, hash];
    own.starts[this.size] = end;
    return number;
  }

  /** Twice as many slots; a word that then has none near its place stands among the others. */
  #grow(): void {
    const [before, slots] = [this.#slots, new Int32Array(this.#slots.length * 2)];
    for (let from = 0; from < before.length; from += 2) {
      const [hash, kept] = [before[from] ?? 0, before[from + 1] ?? 0];
      if (kept === 0) continue;
      let [slot, tried] = [(hash * 2) & (slots.length - 1), 0];
      while (tried < MOST_TRIED && slots[slot + 1] !== 0) slot = ((hash + ++tried) * 2) & (slots.length - 1);
      if (tried < MOST_TRIED) [slots[slot], slots[slot + 1]] = [hash, kept];
      else this.#others.set(this.#own.textOf(kept - 1), kept - 1);
    }
    this.#slots = slots;
  }
}
