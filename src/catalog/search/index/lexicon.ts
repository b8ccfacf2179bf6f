import { rowOf } from "../meaning/text-vector.ts";
import type { WordVectors } from "../meaning/word-vectors.ts";
import { STOP_WORDS } from "../stop-words.ts";
import { effectOfVerb } from "../traits.ts";
import { singleIdeographs } from "../split-terms.ts";
import type { WordPlaces } from "../word-places.ts";
import { stemOf } from "./term-dictionary.ts";
import { WordTable } from "./word-table.ts";

/** Words that are kept for further catalogs of the process: most have them in common. */
const WORDS_KEPT = 20_000;

/** What is to be known of a word, whichever tool has it. */
export class KnownWord {
  readonly word: string;
  /** Its row among the word vectors, -1 for a word that says nothing. */
  readonly row: number;
  readonly isStop: boolean;
  #stem: string | undefined;
  #effect: number | undefined;
  #characters: readonly string[] | undefined;

  constructor(word: string, vectors: WordVectors | undefined) {
    this.word = word;
    this.row = vectors === undefined ? -1 : rowOf(vectors, word);
    this.isStop = STOP_WORDS.has(word);
  }

  get stem(): string {
    return (this.#stem ??= stemOf(this.word));
  }

  /** What it does as a verb. */
  get effect(): number {
    return (this.#effect ??= effectOfVerb(this.word));
  }

  /** The single characters of a pair of them. */
  get characters(): readonly string[] {
    return (this.#characters ??= singleIdeographs([this.word]));
  }
}

/** Words by their numbers, with what is to be known of those that were looked at. */
class LexiconPart {
  readonly table: WordTable = new WordTable();
  readonly known: (KnownWord | undefined)[] = [];
}

const lists = new WeakMap<object, LexiconPart>();
const WITHOUT_VECTORS = {};

/** A number for each of some words, by the numbers of these in whatever order; 0 for the others. */
export class WordNotes {
  #notes = new Uint32Array(WORDS_KEPT);

  get(word: number): number {
    return this.#notes[word] ?? 0;
  }

  set(word: number, note: number): void {
    if (word >= this.#notes.length) {
      const more = new Uint32Array(word * 2);
      more.set(this.#notes);
      this.#notes = more;
    }
    this.#notes[word] = note;
  }
}

/** Words of one reader by numbers: those of the process, which have most of what tools say, then those that found no room there. */
export class Lexicon {
  readonly #vectors: WordVectors | undefined;
  readonly #shared: LexiconPart;
  /** Made where there is need: small catalogs are made for single searches. */
  #others: LexiconPart | undefined;

  constructor(vectors: WordVectors | undefined) {
    const key = vectors ?? WITHOUT_VECTORS;
    this.#vectors = vectors;
    this.#shared = lists.get(key) ?? new LexiconPart();
    lists.set(key, this.#shared);
  }

  /** The number of one of some words, read in lower case. */
  numberOf(words: WordPlaces, place: number): number {
    const { table } = this.#shared;
    const number = table.size < WORDS_KEPT ? table.numberOf(words, place) : table.findAt(words, place);
    return number >= 0 ? number : WORDS_KEPT + this.#own.table.numberOf(words, place);
  }

  /** The number of a word in lower case. */
  numberOfWord(word: string): number {
    const { table } = this.#shared;
    const number = table.size < WORDS_KEPT ? table.numberOfWord(word) : table.find(word);
    return number >= 0 ? number : WORDS_KEPT + this.#own.table.numberOfWord(word);
  }

  /** What is known of the word with a number; undefined where it was not looked at. */
  known(number: number): KnownWord | undefined {
    return number < WORDS_KEPT ? this.#shared.known[number] : this.#own.known[number - WORDS_KEPT];
  }

  get #own(): LexiconPart {
    return (this.#others ??= new LexiconPart());
  }

  /** Looks at a word. */
  meet(word: string, number: number): KnownWord {
    const met = new KnownWord(word, this.#vectors);
    if (number < WORDS_KEPT) this.#shared.known[number] = met;
    else this.#own.known[number - WORDS_KEPT] = met;
    return met;
  }
}
