import type { Nearness, Spread, ToolVectors } from "./meaning/tool-vectors.ts";
import { NearWords } from "./meaning/near-words.ts";
import type { WordVectors } from "./meaning/word-vectors.ts";
import { clausesOf, queryWords, type QueryWords } from "./query-words.ts";
import { ServerLoans } from "./server-loans.ts";
import type { TermPostings } from "./index/term-postings.ts";
import { ToolScores } from "./tool-scores.ts";
import { standingBehind } from "./traits.ts";
import { unsortedMatches } from "./top-matches.ts";
import { WordScores } from "./word-scores.ts";

/** Weight of meaning beside words, both counted in standard deviations. */
const MEANING = 2;

/** A tool without any of the words is found when its meaning is at least this near, in cosine and in deviations. */
const NEAR = 0.25;
const NEAR_DEVIATIONS = 1;

/** Tools found by meaning alone, at most. */
const MOST_NEAR = 100;

/** Where no tool has any of the words, the nearest few are found from this cosine on. */
const NEAR_ENOUGH = 0.2;
const FEW = 10;

/** Best tools whose whole vectors are looked at, and which are compared with each clause of a long request. */
const REFINED = 400;

/** Weight of the clause of a long request that a tool fits best. */
const CLAUSE_SHARE = 0.25;

/** Scores of the tools that fit a query, valid until the next query. */
export interface Ranking {
  /** In the unit of word scores; never 0. */
  readonly scores: ToolScores;
  /** True when no tool has any of the words. */
  readonly isWeak: boolean;
}

/** Ranks tools by words and by meaning, one query after the other. */
export class Ranker {
  readonly #postings: TermPostings;
  readonly #vectors: ToolVectors | undefined;
  readonly #words: WordScores;
  readonly #loans: ServerLoans;
  readonly #traits: Uint8Array;
  readonly #isWord: (word: string) => boolean;
  readonly #nearWords: NearWords | undefined;
  readonly #fused: ToolScores;
  readonly #further: Uint32Array;

  constructor(postings: TermPostings, { vectors, words, serverOf, traits }: RankerParts) {
    this.#postings = postings;
    this.#vectors = vectors;
    this.#words = new WordScores(postings, serverOf.length);
    this.#loans = new ServerLoans(serverOf);
    this.#traits = traits;
    this.#isWord = (word) => words?.rowOf.has(word) ?? false;
    this.#nearWords = words && new NearWords(words, () => postings.dictionary.list().words);
    this.#fused = new ToolScores(serverOf.length);
    this.#further = new Uint32Array(serverOf.length);
  }

  /** The words of a query, those that look mistyped corrected. */
  read(query: string): QueryWords {
    const { dictionary } = this.#postings;
    const isWord = this.#isWord;
    const isHeld = (word: string): boolean => dictionary.find(word) !== undefined;
    const correct = (word: string): string => {
      if (isHeld(word)) return word;
      return dictionary.completed(word) ?? (isWord(word) ? word : (dictionary.nearest(word) ?? word));
    };
    const near = (word: string): readonly string[] => this.#nearWords?.of(word) ?? [];
    return queryWords(query, { isHeld, isWord, correct, near });
  }

  /** The tools that fit. */
  rank(query: string, words: QueryWords = this.read(query)): Ranking {
    const scores = this.#fused;
    const { unit, isWeak, best } = this.#score(words, scores);
    this.#addClauses(query, best);
    this.#loans.lend(scores);
    this.#loans.share(scores);
    // Those that do something else than is asked for stand behind, and deprecated ones.
    scores.finish(unit, this.#traits, standingBehind(words.all));
    return { scores, isWeak };
  }

  /** Raises those of the best tools of a long request that fit one of its clauses. */
  #addClauses(query: string, tools: Uint32Array): void {
    const clauses = clausesOf(query);
    if (clauses.length === 0) return;
    const best = new Float64Array(tools.length);
    for (const clause of clauses) this.#scoreClause(this.read(clause), tools, best);
    for (const [place, tool] of tools.entries()) this.#fused.add(tool, CLAUSE_SHARE * (best[place] ?? 0));
  }

  /** Raises `best` to the scores of some tools for one clause, in deviations. */
  #scoreClause(words: QueryWords, tools: Uint32Array, best: Float64Array): void {
    const touched = this.#words.score(words);
    const { scores } = this.#words;
    const { mean, deviation } = spread(touched, scores);
    const near = this.#vectors?.nearnessByFew(words.all);
    const [cosines, least] = [near?.exact(tools), leastNearness(near)];
    for (const [place, tool] of tools.entries()) {
      const score = scores[tool] ?? 0;
      const cosine = cosines?.[place] ?? 0;
      if (score === 0 && cosine < least) continue;
      const ofMeaning = near && (MEANING * (cosine - near.mean)) / near.deviation;
      const fused = ofMeaning === undefined ? score : (score - mean) / deviation + ofMeaning;
      best[place] = Math.max(best[place] ?? 0, fused);
    }
  }

  /** Puts the scores of some words into `fused`, in deviations. */
  #score(words: QueryWords, fused: ToolScores): ScoredWords {
    fused.clear();
    const touched = this.#words.score(words);
    const { scores } = this.#words;
    const near = this.#vectors?.nearness(words.all);
    const isWeak = this.#words.saying === 0;
    if (near === undefined) {
      fused.setAll(touched, (tool) => scores[tool] ?? 0);
      return { unit: 1, isWeak, best: unsortedMatches(touched, REFINED, { scores }) };
    }
    const { mean, deviation } = spread(touched, scores);
    const [ofWords, ofMeaning] = [1 / deviation, MEANING / near.deviation];
    const least = -mean * ofWords - near.mean * ofMeaning;
    const fuse = (tool: number, cosine: number): number => (scores[tool] ?? 0) * ofWords + cosine * ofMeaning + least;
    const { rough } = near;
    fused.setAll(touched, (tool) => fuse(tool, rough[tool] ?? 0));
    const further =
      isWeak && touched.length < FEW
        ? this.#nearest(near, NEAR_ENOUGH, FEW - touched.length)
        : this.#nearest(near, leastNearness(near), MOST_NEAR);
    fused.setAll(further, (tool) => fuse(tool, rough[tool] ?? 0));
    const best = unsortedMatches(fused.tools, REFINED, { scores: fused.values });
    const exact = near.exact(best);
    for (let place = 0; place < best.length; place++) {
      const tool = best[place] ?? 0;
      fused.set(tool, fuse(tool, exact[place] ?? 0));
    }
    return { unit: deviation, isWeak, best };
  }

  /** Tools that are near in meaning and have none of the words. */
  #nearest({ rough }: Nearness, least: number, limit: number): Uint32Array {
    const { scores } = this.#words;
    const further = this.#further;
    let count = 0;
    for (let tool = 0; tool < rough.length; tool++)
      if ((rough[tool] ?? 0) >= least && scores[tool] === 0) further[count++] = tool;
    return unsortedMatches(further.subarray(0, count), limit, { scores: rough });
  }
}

/** Least cosine of a tool that is found by its meaning alone. */
function leastNearness(near: Spread | undefined): number {
  return near === undefined ? Number.POSITIVE_INFINITY : Math.max(NEAR, near.mean + NEAR_DEVIATIONS * near.deviation);
}

/** Result of scoring the words of a query. */
interface ScoredWords {
  /** Worth of one deviation, in the unit of word scores. */
  readonly unit: number;
  readonly isWeak: boolean;
  /** The best tools, some hundreds, in no order. */
  readonly best: Uint32Array;
}

/** What a ranker needs beside the words of the tools. */
interface RankerParts {
  readonly vectors: ToolVectors | undefined;
  /** The words of the language; one of them is no slip of another. */
  readonly words: WordVectors | undefined;
  /** Number of the server of each tool. */
  readonly serverOf: Uint32Array;
  /** What is to be known of each tool beside its words, see `traitsOf`. */
  readonly traits: Uint8Array;
}

/** Mean and deviation over all tools; those that are not touched have 0. */
function spread(touched: Uint32Array, scores: Float32Array): Spread {
  let sum = 0;
  let squares = 0;
  for (let place = 0; place < touched.length; place++) {
    const score = scores[touched[place] ?? 0] ?? 0;
    sum += score;
    squares += score * score;
  }
  const mean = sum / scores.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / scores.length - mean * mean)) || 1 };
}
