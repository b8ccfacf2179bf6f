import type { ToolEntry } from "../../tool.ts";
import { TextVector } from "../meaning/text-vector.ts";
import { VECTOR_UNIT } from "../meaning/tool-vectors.ts";
import type { WordVectors } from "../meaning/word-vectors.ts";
import { FIELD_WEIGHTS, NAME_FIELD, SERVER_FIELD, searchableText } from "../searchable-text.ts";
import { eachTerm, joinedTerms, pairedTerms, pairKey, singleIdeographs } from "../split-terms.ts";
import { STOP_WORDS } from "../stop-words.ts";
import { effectOfVerb, traitsOf } from "../traits.ts";
import { WordTable } from "./word-table.ts";

export const FIELD_COUNT: number = FIELD_WEIGHTS.length;

/** How much a word in each field of a tool counts for its meaning, in the order of `FIELD_WEIGHTS`. */
export const MEANING_WEIGHTS: readonly number[] = [2, 1, 0.5, 0.15, 0.5, 0.3];

const NONE: readonly number[] = [];

/** Effect of a word that was not looked at as a verb. */
const UNKNOWN = -1;

const TERMS_AT_FIRST = 4_096;

/** More than there ever are, so that two numbers of words are one number. */
const MOST_WORDS = 2 ** 26;

/** What was read of the tools of one server: all that an index needs of them, whatever the other servers have. */
export interface ServerWords {
  /** The different words of the tools, in lines. */
  readonly words: string;
  /** The words of all texts, one after the other, as numbers of lines of `words`. */
  readonly terms: Uint16Array | Uint32Array;
  /** End of each field of each tool in `terms`. */
  readonly fieldEnds: Uint32Array;
  /** Words that count towards the length of each field of each tool. */
  readonly lengths: Uint16Array;
  /** Number of different words that count in the name of each tool. */
  readonly nameSizes: Uint16Array;
  /** What is to be known of each tool beside its words, see `traitsOf`. */
  readonly traits: Uint8Array;
  /** Directions of the meanings of the tools, one after the other; empty without word vectors. */
  readonly vectors: Int8Array;
}

/** Reads the texts of tools, server by server. Each word is looked at once, however often it occurs. */
export class ToolReader {
  readonly #table = new WordTable();
  readonly #text: TextVector | undefined;
  /** For each word of the table: whether it is a stop word, its row among the word vectors or -1, and what it does as a verb. */
  readonly #isStop: boolean[] = [];
  readonly #rows: number[] = [];
  readonly #effects: number[] = [];
  /** Its number at the server that had it last, and the number of that. */
  readonly #places: number[] = [];
  readonly #servers: number[] = [];
  /** Pairs of words from names, by the numbers of both. */
  readonly #pairs = new Map<number, number>();
  #server = 0;
  #listed: string[] = [];
  #terms = new Uint32Array(TERMS_AT_FIRST);
  #termCount = 0;
  /** Words of the text that is read, and how many. */
  readonly #found: number[] = [];
  #count = 0;

  constructor(vectors: WordVectors | undefined) {
    this.#text = vectors && new TextVector(vectors);
  }

  /** Reads the tools of one server, one in each step. */
  *read(tools: readonly ToolEntry[]): Generator<void, ServerWords> {
    this.#server += 1;
    this.#listed = [];
    this.#termCount = 0;
    const dimensions = this.#text?.dimensions ?? 0;
    const fieldEnds = new Uint32Array(tools.length * FIELD_COUNT);
    const lengths = new Uint16Array(tools.length * FIELD_COUNT);
    const nameSizes = new Uint16Array(tools.length);
    const traits = new Uint8Array(tools.length);
    const vectors = new Int8Array(tools.length * dimensions);
    const shared = new Map<string, FieldWords>();
    for (const [tool, entry] of tools.entries()) {
      const texts = searchableText(entry);
      for (let field = 0; field < FIELD_COUNT; field++) {
        const text = texts[field] ?? "";
        const read = field >= SERVER_FIELD ? this.#splitOnce(text, shared) : this.#split(text);
        const slot = tool * FIELD_COUNT + field;
        lengths[slot] = this.#addField(read, field);
        if (field === NAME_FIELD) {
          nameSizes[tool] = this.#countDifferent(read);
          traits[tool] = traitsOf(entry, this.#effectOf(read));
        }
        fieldEnds[slot] = this.#termCount;
      }
      this.#text?.takeBytes(vectors.subarray(tool * dimensions, (tool + 1) * dimensions), VECTOR_UNIT);
      yield;
    }
    const own = this.#terms.subarray(0, this.#termCount);
    const terms = this.#listed.length <= 0xff_ff ? Uint16Array.from(own) : own.slice();
    return { words: this.#listed.join("\n"), terms, fieldEnds, lengths, nameSizes, traits, vectors };
  }

  /** The words of a text, valid until the next one. */
  #split(text: string): FieldWords {
    this.#count = 0;
    const isPlain = eachTerm(text, this.#find);
    const [words, count] = [this.#found, this.#count];
    return { words, count, single: isPlain ? NONE : this.#singles(words.slice(0, count)) };
  }

  readonly #find = (text: string, start: number, end: number): void => {
    this.#found[this.#count++] = this.#meet(this.#table.numberOf(text, start, end));
  };

  /** All tools of a server share its texts, so those are split once. */
  #splitOnce(text: string, known: Map<string, FieldWords>): FieldWords {
    let read = known.get(text);
    if (read === undefined) {
      const { words: own, count, single } = this.#split(text);
      const joined = joinedTerms(text).map((word) => this.#meet(this.#table.numberOf(word)));
      const words = [...own.slice(0, count), ...joined];
      read = { words, count: words.length, single };
      known.set(text, read);
    }
    return read;
  }

  /** The single characters of words that are pairs of them, where those are no words of the text by themselves. */
  #singles(numbers: readonly number[]): readonly number[] {
    const words = numbers.map((number) => this.#table.words[number] ?? "");
    const single = singleIdeographs(words).filter((character) => !words.includes(character));
    return single.map((character) => this.#meet(this.#table.numberOf(character)));
  }

  /** Adds the words of a field, and returns how many of them count. Those by which it is found beside them do not count in its length. */
  #addField(read: FieldWords, field: number): number {
    const { words, count } = read;
    const weight = MEANING_WEIGHTS[field] ?? 0;
    let counting = 0;
    for (let at = 0; at < count; at++) {
      const word = words[at] ?? 0;
      const row = this.#rows[word] ?? -1;
      if (row >= 0) this.#text?.addRow(row, weight);
      const isStop = this.#isStop[word] === true;
      if (!isStop) counting += 1;
      if (!isStop || field === NAME_FIELD) this.#addTerm(word);
    }
    this.#addFurther(read, field);
    return counting;
  }

  #addFurther({ words, count, single }: FieldWords, field: number): void {
    for (const word of single) this.#addTerm(word);
    if (field !== NAME_FIELD) return;
    for (let at = 1; at < count; at++) this.#addTerm(this.#pairOf(words[at - 1] ?? 0, words[at] ?? 0));
  }

  /** Two words of a name written as one. */
  #pairOf(first: number, second: number): number {
    const key = first * MOST_WORDS + second;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const words = [first, second].map((number) => this.#table.words[number] ?? "");
      const [joined = ""] = pairedTerms(words);
      pair = this.#meet(this.#table.numberOf(pairKey(joined)));
      this.#pairs.set(key, pair);
    }
    return pair;
  }

  /** Number of different words that count. */
  #countDifferent({ words, count }: FieldWords): number {
    let different = 0;
    for (let at = 0; at < count; at++)
      if (this.#isStop[words[at] ?? 0] !== true && words.indexOf(words[at] ?? 0) === at) different += 1;
    return different;
  }

  /** What the first verb does. */
  #effectOf({ words, count }: FieldWords): number {
    for (let at = 0; at < count; at++) {
      const effect = this.#effectOfWord(words[at] ?? 0);
      if (effect !== 0) return effect;
    }
    return 0;
  }

  #effectOfWord(word: number): number {
    const known = this.#effects[word] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const effect = effectOfVerb(this.#table.words[word] ?? "");
    this.#effects[word] = effect;
    return effect;
  }

  /** Notes what is to be known of a word that is new. */
  #meet(number: number): number {
    if (number < this.#rows.length) return number;
    const word = this.#table.words[number] ?? "";
    this.#isStop.push(STOP_WORDS.has(word));
    this.#rows.push(this.#text?.rowOf(word) ?? -1);
    this.#effects.push(UNKNOWN);
    this.#places.push(0);
    this.#servers.push(0);
    return number;
  }

  #addTerm(word: number): void {
    if (this.#servers[word] !== this.#server) {
      this.#servers[word] = this.#server;
      this.#places[word] = this.#listed.length;
      this.#listed.push(this.#table.words[word] ?? "");
    }
    if (this.#termCount === this.#terms.length) {
      const more = new Uint32Array(this.#terms.length * 2);
      more.set(this.#terms);
      this.#terms = more;
    }
    this.#terms[this.#termCount++] = this.#places[word] ?? 0;
  }
}

/** The words of a text by their numbers, and single characters by which it is found, too. */
interface FieldWords {
  readonly words: readonly number[];
  /** How many of them are of the text. */
  readonly count: number;
  readonly single: readonly number[];
}
