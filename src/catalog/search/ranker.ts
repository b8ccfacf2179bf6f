import type { ToolVectors } from "./meaning/tool-vectors.ts";
import { clausesOf, queryWords, type QueryWords } from "./query-words.ts";
import type { TermPostings } from "./term-postings.ts";
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

/** Part that the best tools of a server lend to its others. */
const SERVER_SHARE = 0.3;
const BEST_OF_SERVER = 3;

/** A server with more tools has one that fits a little for everything, and lends less. */
const SMALL_SERVER = 20;

/** Weight of the clause of a long request that a tool fits best. */
const CLAUSE_SHARE = 0.25;

/** Deviations by which a tool that says of itself that it is deprecated stands behind. */
const DEPRECATED = 1.5;

/** Scores of the tools that fit a query. */
export interface Ranking {
  /** In the unit of word scores; never 0. */
  readonly scores: Map<number, number>;
  /** True when no tool has any of the words. */
  readonly isWeak: boolean;
}

/** Scores in deviations, and what one of these is worth. */
interface FusedScores {
  readonly fused: Map<number, number>;
  readonly unit: number;
  readonly isWeak: boolean;
}

/** Ranks tools by words and by meaning. */
export class Ranker {
  readonly #postings: TermPostings;
  readonly #vectors: ToolVectors | undefined;
  readonly #words: WordScores;
  readonly #serverOf: Uint32Array;
  readonly #serverSizes: Uint32Array;
  readonly #deprecated: ReadonlySet<number>;
  readonly #isWord: (word: string) => boolean;

  constructor(postings: TermPostings, { vectors, serverOf, deprecated, isWord }: RankerParts) {
    this.#postings = postings;
    this.#vectors = vectors;
    this.#words = new WordScores(postings, serverOf.length);
    this.#serverOf = serverOf;
    this.#deprecated = deprecated;
    this.#serverSizes = new Uint32Array(new Set(serverOf).size);
    for (const server of serverOf) this.#serverSizes[server] = (this.#serverSizes[server] ?? 0) + 1;
    this.#isWord = isWord;
  }

  /** Whether the query has any word that could be looked for. */
  read(query: string): QueryWords {
    return queryWords(query, (word) => (this.#isWord(word) ? word : (this.#postings.dictionary.nearest(word) ?? word)));
  }

  /** The tools that fit. */
  rank(query: string): Ranking {
    const { fused, unit, isWeak } = this.#score(this.read(query));
    const best = new Map<number, number>();
    for (const clause of clausesOf(query)) {
      const scores = this.#score(this.read(clause));
      for (const [tool, score] of scores.fused) best.set(tool, Math.max(best.get(tool) ?? 0, score));
    }
    for (const [tool, score] of best) fused.set(tool, (fused.get(tool) ?? 0) + CLAUSE_SHARE * score);
    this.#lendToServers(fused);
    for (const tool of this.#deprecated) {
      const score = fused.get(tool);
      if (score !== undefined) fused.set(tool, score - DEPRECATED);
    }
    const scores = new Map([...fused].map(([tool, score]) => [tool, Math.max(Number.MIN_VALUE, score * unit)]));
    return { scores, isWeak };
  }

  #score(words: QueryWords): FusedScores {
    const touched = this.#words.score(words.words, words.turning);
    const { scores } = this.#words;
    const { mean, deviation } = spread(touched, scores);
    const near = this.#vectors?.nearness(words.all);
    const isWeak = touched.length === 0;
    if (near === undefined)
      return { fused: new Map(touched.map((tool) => [tool, scores[tool] ?? 0])), unit: 1, isWeak };
    const fuse = (tool: number, cosine: number): number =>
      ((scores[tool] ?? 0) - mean) / deviation + (MEANING * (cosine - near.mean)) / near.deviation;
    const fused = new Map(touched.map((tool) => [tool, fuse(tool, near.rough[tool] ?? 0)]));
    const least = Math.max(NEAR, near.mean + NEAR_DEVIATIONS * near.deviation);
    const further = [...near.rough.keys()].filter((tool) => (near.rough[tool] ?? 0) >= least && !fused.has(tool));
    const nearest = topMatches(further, MOST_NEAR, (a, b) => (near.rough[b] ?? 0) - (near.rough[a] ?? 0) || a - b);
    for (const tool of nearest) fused.set(tool, fuse(tool, near.rough[tool] ?? 0));
    const best = topMatches([...fused.keys()], REFINED, (a, b) => (fused.get(b) ?? 0) - (fused.get(a) ?? 0) || a - b);
    for (const tool of best) fused.set(tool, fuse(tool, near.exact(tool)));
    return { fused, unit: deviation, isWeak };
  }

  /** The right server has several tools that fit a little. */
  #lendToServers(fused: Map<number, number>): void {
    if (this.#serverSizes.length < 2) return;
    const best = new Map<number, number[]>();
    for (const [tool, score] of fused) {
      const server = this.#serverOf[tool] ?? 0;
      const scores = best.get(server) ?? [];
      best.set(server, [...scores, Math.max(0, score)].sort((a, b) => b - a).slice(0, BEST_OF_SERVER));
    }
    for (const [tool, score] of fused) {
      const server = this.#serverOf[tool] ?? 0;
      const lent = (best.get(server) ?? []).reduce((sum, value) => sum + value, 0) / BEST_OF_SERVER;
      const size = Math.max(SMALL_SERVER, this.#serverSizes[server] ?? 0);
      fused.set(tool, score + (SERVER_SHARE * lent * SMALL_SERVER) / size);
    }
  }
}

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
function spread(
  touched: readonly number[],
  scores: Float32Array,
): { readonly mean: number; readonly deviation: number } {
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
