import type { ToolEntry } from "../../tool.ts";
import { TextVector } from "../meaning/text-vector.ts";
import { VECTOR_UNIT } from "../meaning/tool-vectors.ts";
import type { WordVectors } from "../meaning/word-vectors.ts";
import { FIELD_WEIGHTS, NAME_FIELD, SERVER_FIELD, searchableText } from "../searchable-text.ts";
import { joinedTerms, pairedTerms, pairKey, singleIdeographs, splitTerms } from "../split-terms.ts";
import { STOP_WORDS } from "../stop-words.ts";
import { traitsOf } from "../traits.ts";

export const FIELD_COUNT: number = FIELD_WEIGHTS.length;

/** How much a word in each field of a tool counts for its meaning, in the order of `FIELD_WEIGHTS`. */
export const MEANING_WEIGHTS: readonly number[] = [2, 1, 0.5, 0.15, 0.5, 0.3];

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

/** A word as it was met, read once however often it occurs. */
interface MetWord {
  readonly isStop: boolean;
  /** Its row among the word vectors; -1 for none. */
  readonly row: number;
  /** Its number at the server with the number `server`. */
  place: number;
  server: number;
}

/** Reads the texts of tools, server by server. */
export class ToolReader {
  readonly #met = new Map<string, MetWord>();
  readonly #text: TextVector | undefined;
  #server = 0;
  #places: string[] = [];
  #terms: number[] = [];

  constructor(vectors: WordVectors | undefined) {
    this.#text = vectors && new TextVector(vectors);
  }

  /** Reads the tools of one server, one in each step. */
  *read(tools: readonly ToolEntry[]): Generator<void, ServerWords> {
    this.#server += 1;
    this.#places = [];
    this.#terms = [];
    const dimensions = this.#text?.dimensions ?? 0;
    const fieldEnds = new Uint32Array(tools.length * FIELD_COUNT);
    const lengths = new Uint16Array(tools.length * FIELD_COUNT);
    const nameSizes = new Uint16Array(tools.length);
    const traits = new Uint8Array(tools.length);
    const vectors = new Int8Array(tools.length * dimensions);
    const shared = new Map<string, string[]>();
    for (const [tool, entry] of tools.entries()) {
      for (const [field, text] of searchableText(entry).entries()) {
        const words = field >= SERVER_FIELD ? splitOnce(text, shared) : splitTerms(text);
        const slot = tool * FIELD_COUNT + field;
        lengths[slot] = this.#addField(words, field);
        if (field === NAME_FIELD) nameSizes[tool] = new Set(words.filter((word) => !STOP_WORDS.has(word))).size;
        for (const word of furtherWords(words, field)) this.#addTerm(word, this.#meet(word));
        fieldEnds[slot] = this.#terms.length;
      }
      traits[tool] = traitsOf(entry);
      this.#text?.takeBytes(vectors.subarray(tool * dimensions, (tool + 1) * dimensions), VECTOR_UNIT);
      yield;
    }
    const isSmall = this.#places.length <= 0xff_ff;
    const terms = isSmall ? Uint16Array.from(this.#terms) : Uint32Array.from(this.#terms);
    return { words: this.#places.join("\n"), terms, fieldEnds, lengths, nameSizes, traits, vectors };
  }

  /** Adds the words of a field, and returns how many of them count. */
  #addField(words: readonly string[], field: number): number {
    let counting = 0;
    for (const word of words) {
      const met = this.#meet(word);
      if (met.row >= 0) this.#text?.addRow(met.row, MEANING_WEIGHTS[field] ?? 0);
      if (!met.isStop) counting += 1;
      if (!met.isStop || field === NAME_FIELD) this.#addTerm(word, met);
    }
    return counting;
  }

  #meet(word: string): MetWord {
    const known = this.#met.get(word);
    if (known !== undefined) return known;
    const met: MetWord = { isStop: STOP_WORDS.has(word), row: this.#text?.rowOf(word) ?? -1, place: 0, server: 0 };
    this.#met.set(word, met);
    return met;
  }

  #addTerm(word: string, met: MetWord): void {
    if (met.server !== this.#server) {
      met.server = this.#server;
      met.place = this.#places.length;
      this.#places.push(word);
    }
    this.#terms.push(met.place);
  }
}

/** Further terms by which a text is found beside its words; these do not count in its length. */
function furtherWords(words: readonly string[], field: number): readonly string[] {
  const single = singleIdeographs(words).filter((character) => !words.includes(character));
  return field === NAME_FIELD ? [...single, ...pairedTerms(words).map(pairKey)] : single;
}

/** All tools of a server share its texts, so those are split once. */
function splitOnce(text: string, known: Map<string, string[]>): string[] {
  let words = known.get(text);
  if (words === undefined) {
    words = [...splitTerms(text), ...joinedTerms(text)];
    known.set(text, words);
  }
  return words;
}
