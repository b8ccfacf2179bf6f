import { stemmer } from "stemmer";
import { STOP_WORDS } from "./stop-words.ts";

/** A longer run of letters is not a word; only its beginning counts. */
const MAX_WORD = 40;

/** Numbers the stems of an index. Stemming is the dear part of indexing, so each word is stemmed once. */
export class TermDictionary {
  readonly #byWord = new Map<string, number>();
  readonly #byStem = new Map<string, number>();

  /** Number of stems. */
  get size(): number {
    return this.#byStem.size;
  }

  /** The number of a word's stem, new if need be. */
  add(word: string): number {
    const known = this.#byWord.get(word);
    if (known !== undefined) return known;
    const stem = stemOf(word);
    let term = this.#byStem.get(stem);
    if (term === undefined) {
      term = this.#byStem.size;
      this.#byStem.set(stem, term);
    }
    this.#byWord.set(word, term);
    return term;
  }

  /** The number of a word's stem, if any tool has it. */
  find(word: string): number | undefined {
    return this.#byWord.get(word) ?? this.#byStem.get(stemOf(word));
  }
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

function stemOf(word: string): string {
  if (word.endsWith("+")) return `${stemOf(word.slice(0, -1))}+`;
  // A stop word keeps its form, so that it never meets the stem of a word that counts.
  return STOP_WORDS.has(word) ? `${word} ` : stemmer((PLURALS.get(word) ?? word).slice(0, MAX_WORD));
}
