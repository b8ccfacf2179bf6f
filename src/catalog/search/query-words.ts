import { joinedTerms, pairedTerms, pairKey, splitTerms } from "./split-terms.ts";
import { relatedWords } from "./related-words.ts";
import { inPlainEnglish, sameWords } from "./same-words.ts";
import { STOP_WORDS, TURNING_WORDS } from "./stop-words.ts";

/** Words of a query. */
export interface QueryWords {
  /** Every word as written, for its meaning; none of a query of nothing but filler. */
  readonly all: readonly string[];
  /** The different words that count, filler only when there is nothing else. */
  readonly words: readonly string[];
  /** Words that turn the meaning. */
  readonly turning: readonly string[];
  /** Words with those that mean the same. */
  readonly same: ReadonlyMap<string, readonly string[]>;
  /** Words with what tools may mean by others: those related to the ones of a short query, and the nearest to one that no tool has. */
  readonly near: readonly { readonly word: string; readonly others: readonly string[] }[];
}

/** What a query is read with. */
export interface QueryReading {
  /** Whether a tool of the catalog has a word. */
  readonly isHeld: (word: string) => boolean;
  /** Whether it is a word of English. */
  readonly isWord: (word: string) => boolean;
  /** Replaces a word that looks mistyped. */
  correct(word: string): string;
  /** Words of tools that are nearest in meaning to one that no tool has. */
  near(word: string): readonly string[];
}

/** From this many words that count on, the others say what is meant by one that tools do not say. */
const TELLING = 8;

/** Splits a query into words, in English where it is in a language of which the common words are known. */
export function queryWords(query: string, reading: QueryReading): QueryWords {
  const terms = inPlainEnglish(splitTerms(query), reading).map((word) => reading.correct(word));
  const all = [...new Set([...terms, ...joinedTerms(query)])];
  const carrying = all.filter((word) => !STOP_WORDS.has(word));
  const pairs = pairedTerms(terms);
  const isShort = carrying.length < TELLING;
  const same = new Map(all.map((word) => [word, sameWords(word)]));
  const near = carrying.flatMap((word) => {
    const lists = [...(isShort ? relatedWords(word) : []), reading.isHeld(word) ? [] : reading.near(word)];
    return lists.map((others) => ({ word, others }));
  });
  const meant = { all: terms, same, near };
  if (carrying.length === 0) return { ...meant, all: [], words: [...all, ...all.map(pairKey), ...pairs], turning: [] };
  const turning = all.filter((word) => TURNING_WORDS.has(word));
  return { ...meant, words: [...carrying, ...carrying.map(pairKey), ...pairs], turning };
}

/** From this many words that count on, a request may ask for several things. */
const LONG_REQUEST = 14;
const LEAST_CLAUSE = 2;
const MOST_CLAUSES = 4;

/** The parts of a long request that each ask for something of their own; none of a short one. */
export function clausesOf(query: string): readonly string[] {
  if (countingWords(query) < LONG_REQUEST) return [];
  const clauses = query.split(/(?<![.;:!?\n])[.;:!?\n]+\s+|,\s+|(?<!\s)\s+(?:and|then|also|afterwards?|finally)\s+/i);
  const telling = clauses.filter((clause) => countingWords(clause) >= LEAST_CLAUSE);
  return telling.length < 2 ? [] : telling.slice(0, MOST_CLAUSES);
}

/** How many words of a text count, beside those that nearly every request has. */
export function countingWords(text: string): number {
  return splitTerms(text).filter((word) => !STOP_WORDS.has(word)).length;
}
