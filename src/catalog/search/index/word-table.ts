const FIRST_SIZE = 0x40_00;

/** Places in which a word is looked for. Words made to get in each other's way go another one, which is slower and always as fast. */
const MOST_TRIED = 16;

const NO_HASH = -1;

/** Numbers words from 0 on, in the order in which they are met. Most words that were met before cost no string. */
export class WordTable {
  /** The words by their numbers, in lower case. */
  readonly words: string[] = [];
  /** Numbers of words plus one, each at the place that its hash says or at one of the next. */
  #slots = new Int32Array(FIRST_SIZE);
  readonly #hashes: number[] = [];
  /** Where the characters of each word begin; those of the next end it. */
  readonly #starts: number[] = [0];
  #characters = new Uint16Array(FIRST_SIZE);
  /** Words without a slot. */
  readonly #others = new Map<string, number>();
  #codes = new Uint16Array(0x40);

  /** The number of the word between two places of some characters, read in lower case. */
  numberOf(codes: Uint16Array, start: number, end: number): number {
    const hash = hashOf(codes, start, end);
    const most = hash === NO_HASH ? 0 : MOST_TRIED;
    const [slots, hashes] = [this.#slots, this.#hashes];
    for (let tried = 0; tried < most; tried++) {
      const slot = (hash + tried) & (slots.length - 1);
      const number = (slots[slot] ?? 0) - 1;
      if (number === -1) return this.#put(lowerCase(codes, start, end), hash, slot);
      if (hashes[number] === hash && this.#lengthOf(number) === end - start && this.#isAt(number, codes, start))
        return number;
    }
    return this.#numberOfOther(lowerCase(codes, start, end));
  }

  /** The number of a word, read in lower case. */
  numberOfWord(word: string): number {
    if (word.length > this.#codes.length) this.#codes = new Uint16Array(word.length * 2);
    for (let at = 0; at < word.length; at++) this.#codes[at] = word.charCodeAt(at);
    return this.numberOf(this.#codes, 0, word.length);
  }

  #lengthOf(number: number): number {
    return (this.#starts[number + 1] ?? 0) - (this.#starts[number] ?? 0);
  }

  #isAt(number: number, codes: Uint16Array, start: number): boolean {
    const characters = this.#characters;
    const end = this.#starts[number + 1] ?? 0;
    for (let at = this.#starts[number] ?? 0, from = start; at < end; at++, from++)
      if (characters[at] !== toLower(codes[from] ?? 0)) return false;
    return true;
  }

  #numberOfOther(word: string): number {
    let number = this.#others.get(word);
    if (number === undefined) {
      number = this.#add(word, 0, "");
      this.#others.set(word, number);
    }
    return number;
  }

  /** Gives a word that was not met before a number and a slot. */
  #put(word: string, hash: number, slot: number): number {
    const known = this.#others.get(word);
    if (known !== undefined) return known;
    const number = this.#add(word, hash, word);
    this.#slots[slot] = number + 1;
    if (this.words.length * 2 > this.#slots.length) this.#grow();
    return number;
  }

  #add(word: string, hash: number, characters: string): number {
    const number = this.words.length;
    const start = this.#starts[number] ?? 0;
    const end = start + characters.length;
    while (end > this.#characters.length) {
      const more = new Uint16Array(this.#characters.length * 2);
      more.set(this.#characters);
      this.#characters = more;
    }
    for (let at = 0; at < characters.length; at++) this.#characters[start + at] = characters.charCodeAt(at);
    this.words.push(word);
    this.#hashes.push(hash);
    this.#starts.push(end);
    return number;
  }

  /** Twice as many slots; a word that then has none near its place stands among the others. */
  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    for (const kept of this.#slots) {
      if (kept === 0) continue;
      const hash = this.#hashes[kept - 1] ?? 0;
      let tried = 0;
      while (tried < MOST_TRIED && slots[(hash + tried) & (slots.length - 1)] !== 0) tried += 1;
      if (tried < MOST_TRIED) slots[(hash + tried) & (slots.length - 1)] = kept;
      else this.#others.set(this.words[kept - 1] ?? "", kept - 1);
    }
    this.#slots = slots;
  }
}

/** The hash (FNV-1a) of a part of some characters in lower case, at least 0; {@link NO_HASH} where it has others than those {@link isKept}. */
function hashOf(codes: Uint16Array, start: number, end: number): number {
  let hash = 0x01_1c_9d_c5;
  for (let at = start; at < end; at++) {
    const code = codes[at] ?? 0;
    if (!isKept(code)) return NO_HASH;
    hash = Math.imul(hash ^ toLower(code), 0x01_00_01_93);
  }
  return (hash ^ (hash >>> 15)) & 0x7f_ff_ff_ff;
}

function lowerCase(codes: Uint16Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(codes[at] ?? 0);
  return text.toLowerCase();
}

/** Letters of ASCII, and those of Chinese, Japanese and Korean, which have no case. */
function isKept(code: number): boolean {
  return code < 0x80 || (code >= 0x30_40 && code < 0xa0_00);
}

function toLower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
