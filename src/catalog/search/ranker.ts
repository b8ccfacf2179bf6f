import type { Nearness, ToolVectors } from "./meaning/tool-vectors.ts";
import { clausesOf, queryWords, type QueryWords } from "./query-words.ts";
import { ServerLoans } from "./server-loans.ts";
import type { TermPostings } from "./index/term-postings.ts";
import { ToolScores } from "./tool-scores.ts";
import { topMatches } from "./top-matches.ts";
import { WordScores } from "./word-scores.ts";

/** Weight of meaning beside words, both counted in standard deviations. */
const MEANING = 1.5;

/** A tool without any of the words is found when its meaning is at least this near, in cosine and in deviations. */
const NEAR = 0.25;
const NEAR_DEVIATIONS = 1;

/** Tools found by meaning alone, at most. */
const MOST_NEAR = 100;

/** Best tools whose whole vectors are looked at. */
const REFINED = 400;

/** Weight of the clause of a long request that a tool fits best. */
const CLAUSE_SHARE = 0.25;

/** Deviations by which a tool that says of itself that it is deprecated stands behind. */
const DEPRECATED = 1.5;

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
  readonly #deprecated: ReadonlySet<number>;
  readonly #isWord: (word: string) => boolean;
  readonly #fused: ToolScores;
  readonly #ofClause: ToolScores;
  readonly #ofClauses: ToolScores;

  constructor(postings: TermPostings, { vectors, serverOf, deprecated, isWord }: RankerParts) {
    this.#postings = postings;
    this.#vectors = vectors;
    this.#words = new WordScores(postings, serverOf.length);
    this.#loans = new ServerLoans(serverOf);
    this.#deprecated = deprecated;
    this.#isWord = isWord;
    this.#fused = new ToolScores(serverOf.length);
    this.#ofClause = new ToolScores(serverOf.length);
    this.#ofClauses = new ToolScores(serverOf.length);
  }

  /** The words of a query, those that look mistyped corrected. */
  read(query: string): QueryWords {
    return queryWords(query, (word) => (this.#isWord(word) ? word : (this.#postings.dictionary.nearest(word) ?? word)));
  }

  /** The tools that fit. */
  rank(query: string, words: QueryWords = this.read(query)): Ranking {
    const scores = this.#fused;
    const { unit, isWeak } = this.#score(words, scores);
    this.#addClauses(query);
    this.#loans.lend(scores);
    for (const tool of this.#deprecated) if (scores.has(tool)) scores.add(tool, -DEPRECATED);
    const { values } = scores;
    for (const tool of scores.tools) values[tool] = Math.max(Number.MIN_VALUE, (values[tool] ?? 0) * unit);
    return { scores, isWeak };
  }

  #addClauses(query: string): void {
    const best = this.#ofClauses;
    best.clear();
    for (const clause of clausesOf(query)) {
      this.#score(this.read(clause), this.#ofClause);
      const { tools, values } = this.#ofClause;
      for (const tool of tools) best.set(tool, Math.max(best.values[tool] ?? 0, values[tool] ?? 0));
    }
    for (const tool of best.tools) this.#fused.add(tool, CLAUSE_SHARE * (best.values[tool] ?? 0));
  }

  /** Puts the scores of some words into `fused`, in deviations; `unit` is what one of these is worth. */
  #score(words: QueryWords, fused: ToolScores): { readonly unit: number; readonly isWeak: boolean } {
    fused.clear();
    const touched = this.#words.score(words.words, words.turning);
    const { scores } = this.#words;
    const { mean, deviation } = spread(touched, scores);
    const near = this.#vectors?.nearness(words.all);
    const isWeak = touched.length === 0;
    if (near === undefined) {
      for (const tool of touched) fused.set(tool, scores[tool] ?? 0);
      return { unit: 1, isWeak };
    }
    const fuse = (tool: number, cosine: number): number =>
      ((scores[tool] ?? 0) - mean) / deviation + (MEANING * (cosine - near.mean)) / near.deviation;
    const { rough } = near;
    for (const tool of touched) fused.set(tool, fuse(tool, rough[tool] ?? 0));
    for (const tool of nearest(near, fused)) fused.set(tool, fuse(tool, rough[tool] ?? 0));
    const best = topMatches(fused.tools, REFINED, { scores: fused.values, tie: catalogOrder });
    for (const tool of best) fused.set(tool, fuse(tool, near.exact(tool)));
    return { unit: deviation, isWeak };
  }
}

/** Tools that are near in meaning and have no score so far. */
function nearest({ rough, mean, deviation }: Nearness, fused: ToolScores): readonly number[] {
  const least = Math.max(NEAR, mean + NEAR_DEVIATIONS * deviation);
  const further: number[] = [];
  for (const [tool, cosine] of rough.entries()) if (cosine >= least && !fused.has(tool)) further.push(tool);
  return topMatches(further, MOST_NEAR, { scores: rough, tie: catalogOrder });
}

const catalogOrder = (a: number, b: number): number => a - b;

/** What a ranker needs beside the words of the tools. */
interface RankerParts {
  readonly vectors: ToolVectors | undefined;
  /** Number of the server of each tool. */
  readonly serverOf: Uint32Array;
  /** Tools that say of themselves that they are deprecated. */
  readonly deprecated: ReadonlySet<number>;
  /** Whether a word is one of the language, and so no slip of another. */
  readonly isWord: (word: string) => boolean;
}

/** Mean and deviation over all tools; those that are not touched have 0. */
function spread(touched: Uint32Array, scores: Float32Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const tool of touched) {
    const score = scores[tool] ?? 0;
    sum += score;
    squares += score * score;
  }
  const mean = sum / scores.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / scores.length - mean * mean)) || 1 };
}
