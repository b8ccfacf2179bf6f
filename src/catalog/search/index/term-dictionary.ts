import { distance } from "fastest-levenshtein";
import { stemmer } from "stemmer";
import { compareCodePoints } from "../../../base/code-point-order.ts";
import { STOP_WORDS } from "../stop-words.ts";

/** A longer run of letters is not a word; only its beginning counts. */
const MAX_WORD = 40;

const WORDS_PER_STEP = 256;

/** Words that were looked for, of which so many are remembered at a time, and those that no tool has. */
const MOST_FOUND = 4_000;
const NONE = -1;

/** Shorter words have too many neighbours to be taken for one of them; where two letters changed places, one letter less. */
const SHORTEST_SLIP = 5;
const SHORTEST_SWAP = 4;
const TWO_SLIPS = 8;

/** Shortest start of a compound, and of what it leaves out, that says which is meant. */
const SHORTEST_START = 5;
const LEAST_REST = 3;

/** Words and stems in the order of their numbers, and the number of each word's stem. */
interface WordList {
  readonly words: readonly string[];
  readonly stems: readonly string[];
  readonly stemOfWord: Uint32Array;
}

/** Numbers the stems of an index. Stemming is the dear part of indexing, so each word is stemmed once. */
export class TermDictionary {
  #words: string[] = [];
  #stemOfWord: number[] = [];
  readonly #byStem = new Map<string, number>();
  /** What was found for words, which come again within a query and from one to the next. */
  readonly #found = new Map<string, number>();
  #byInitial: ReadonlyMap<string, readonly string[]> | undefined;

  /** Number of stems. */
  get size(): number {
    return this.#byStem.size;
  }

  /** Adds a word, and returns the number of its stem. All are added before the first is looked for. */
  add(word: string, stem: string = stemOf(word)): number {
    let term = this.#byStem.get(stem);
    if (term === undefined) {
      term = this.#byStem.size;
      this.#byStem.set(stem, term);
    }
    this.#words.push(word);
    this.#stemOfWord.push(term);
    return term;
  }

  /** All words and stems, in the order of their numbers, for {@link TermDictionary.of}. */
  list(): WordList {
    return { words: this.#words, stems: [...this.#byStem.keys()], stemOfWord: new Uint32Array(this.#stemOfWord) };
  }

  /** The dictionary that {@link list} was called of, in small steps. */
  static *of({ words, stems, stemOfWord }: WordList): Generator<void, TermDictionary> {
    const dictionary = new TermDictionary();
    for (const [number, stem] of stems.entries()) {
      dictionary.#byStem.set(stem, number);
      if (number % WORDS_PER_STEP === 0) yield;
    }
    dictionary.#words = [...words];
    dictionary.#stemOfWord = [...stemOfWord];
    return dictionary;
  }

  /** The number of a word's stem, if any tool has it. */
  find(word: string): number | undefined {
    let found = this.#found.get(word);
    if (found === undefined) {
      found = this.#byStem.get(stemOf(word)) ?? NONE;
      if (this.#found.size >= MOST_FOUND) this.#found.clear();
      this.#found.set(word, found);
    }
    return found === NONE ? undefined : found;
  }

  /** The word nearest to one that looks mistyped: one slip in a short word, two in a long one, never in its first letter. */
  nearest(word: string): string | undefined {
    if (word.length < SHORTEST_SWAP || word.length > MAX_WORD || this.find(word) !== undefined) return undefined;
    let fewest = word.length < TWO_SLIPS ? 1 : 2;
    let nearest: string | undefined;
    for (const candidate of this.#wordsByInitial().get(word.charAt(0)) ?? []) {
      if (Math.abs(candidate.length - word.length) > fewest) continue;
      const slips = slipsBetween(word, candidate);
      if (slips > fewest || (slips === fewest && nearest !== undefined)) continue;
      fewest = slips;
      nearest = candidate;
    }
    return nearest;
  }

  /** The shortest word that begins with one that no tool has: a compound, such as the name of a product, said in part. */
  completed(word: string): string | undefined {
    if (word.length < SHORTEST_START || this.find(word) !== undefined) return undefined;
    let shortest: string | undefined;
    for (const candidate of this.#wordsByInitial().get(word.charAt(0)) ?? []) {
      const isLonger = candidate.length - word.length >= LEAST_REST && candidate.startsWith(word);
      if (isLonger && candidate.length < (shortest?.length ?? MAX_WORD)) shortest = candidate;
    }
    return shortest;
  }

  #wordsByInitial(): ReadonlyMap<string, readonly string[]> {
    if (this.#byInitial !== undefined) return this.#byInitial;
    const words = new Map<string, string[]>();
    for (const word of this.#words) {
      if (word.length < SHORTEST_SWAP || word.endsWith("+")) continue;
      const list = words.get(word.charAt(0));
      if (list === undefined) words.set(word.charAt(0), [word]);
      else list.push(word);
    }
    for (const list of words.values()) list.sort(compareCodePoints);
    return (this.#byInitial = words);
  }
}

/** Edits from one word to the other; two letters that changed places are one. Another ending is another word, not two slips. */
function slipsBetween(a: string, b: string): number {
  if (isSwap(a, b)) return 1;
  if (a.length < SHORTEST_SLIP) return Number.POSITIVE_INFINITY;
  const edits = distance(a, b);
  return edits === 2 && startInCommon(a, b) >= Math.min(a.length, b.length) - 2 ? Number.POSITIVE_INFINITY : edits;
}

function isSwap(a: string, b: string): boolean {
  const at = startInCommon(a, b);
  if (a.length !== b.length || at > a.length - 2) return false;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** Number of letters with which both begin. */
function startInCommon(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** Plurals that the stemmer does not know. */
const PLURALS: ReadonlyMap<string, string> = new Map(
  `people person, children child, men man, women woman, indices index, indexes index, matrices matrix, vertices vertex,
  vertexes vertex, appendices appendix, criteria criterion, analyses analysis, theses thesis, crises crisis,
  diagnoses diagnosis, hypotheses hypothesis, mice mouse, feet foot, teeth tooth, geese goose, leaves leaf, lives life,
  wives wife, knives knife, shelves shelf, halves half`
    .split(/,\s*/)
    .map((pair) => {
      const [plural = "", singular = ""] = pair.split(" ");
      return [plural, singular];
    }),
);

/** The endings that the stemmer takes or changes, and some more: it takes its time with a word. */
const ENDINGS = /(?:[eisy]|al|ed|er|ic|ing|ion|ism|ll|nt|or|ou|ul)$/;

/** The stem of a word. */
export function stemOf(word: string): string {
  if (word.endsWith("+")) return `${stemOf(word.slice(0, -1))}+`;
  // A stop word keeps its form, so that it never meets the stem of a word that counts.
  if (STOP_WORDS.has(word)) return `${word} `;
  const singular = (PLURALS.get(word) ?? word).slice(0, MAX_WORD);
  return ENDINGS.test(singular) ? stemmer(singular) : singular;
}
