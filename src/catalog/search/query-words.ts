import { joinedTerms, pairedTerms, pairKey, splitTerms } from "./split-terms.ts";
import { STOP_WORDS, TURNING_WORDS } from "./stop-words.ts";

/** Words of a query. */
export interface QueryWords {
  /** Every word as written, for its meaning. */
  readonly all: readonly string[];
  /** The different words that count, filler only when there is nothing else. */
  readonly words: readonly string[];
  /** Words that turn the meaning. */
  readonly turning: readonly string[];
}

/** Splits a query into words; `correct` replaces those that look mistyped. */
export function queryWords(query: string, correct: (word: string) => string): QueryWords {
  const terms = splitTerms(query).map(correct);
  const all = [...new Set([...terms, ...joinedTerms(query)])];
  const carrying = all.filter((word) => !STOP_WORDS.has(word));
  const pairs = pairedTerms(terms);
  if (carrying.length === 0) return { all: terms, words: [...all, ...all.map(pairKey), ...pairs], turning: [] };
  const turning = all.filter((word) => TURNING_WORDS.has(word));
  return { all: terms, words: [...carrying, ...carrying.map(pairKey), ...pairs], turning };
}

/** From this many words that count on, a request may ask for several things. */
const LONG_REQUEST = 14;
const LEAST_CLAUSE = 2;
const MOST_CLAUSES = 4;

/** The parts of a long request that each ask for something of their own; none of a short one. */
export function clausesOf(query: string): readonly string[] {
  const counting = (text: string): number => splitTerms(text).filter((word) => !STOP_WORDS.has(word)).length;
  if (counting(query) < LONG_REQUEST) return [];
  const clauses = query.split(/[.;:!?\n]+\s+|,\s+|\s+(?:and|then|also|afterwards?|finally)\s+/i);
  const telling = clauses.filter((clause) => counting(clause) >= LEAST_CLAUSE);
  return telling.length < 2 ? [] : telling.slice(0, MOST_CLAUSES);
}
