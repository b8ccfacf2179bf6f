import type { TermPostings } from "./term-postings.ts";

/** Score of a word that modifies the meaning, relative to one that carries it. */
const TURNING_WEIGHT = 0.1;

/** Bonus for a tool whose whole name was asked for. */
const NAME_SHARE = 0.6;

/** Scores of the tools of a catalog for the words of one query after the other. */
export class WordScores {
  /** Score of each tool; 0 for those without any of the words. */
  readonly scores: Float32Array;
  readonly #postings: TermPostings;
  readonly #covered: Uint16Array;
  #touched: number[] = [];

  constructor(postings: TermPostings, toolCount: number) {
    this.#postings = postings;
    this.scores = new Float32Array(toolCount);
    this.#covered = new Uint16Array(toolCount);
  }

  /**
   * Forgets the query before, adds up the impacts of the words, weighs them by how much of the name was asked for, and
   * returns the tools that have any.
   */
  score(words: readonly string[], turning: readonly string[]): readonly number[] {
    for (const tool of this.#touched) this.scores[tool] = 0;
    const touched: number[] = [];
    const { impacts, inName, nameSizes } = this.#postings;
    const { scores } = this;
    this.#visit(words, (tool, posting) => {
      const before = scores[tool] ?? 0;
      if (before === 0) touched.push(tool);
      scores[tool] = before + (impacts[posting] ?? 0);
      this.#covered[tool] = (this.#covered[tool] ?? 0) + (inName[posting] ?? 0);
    });
    // Of tools that fit equally, the one that says the same on or off, in or out.
    this.#visit(turning, (tool, posting) => {
      const before = scores[tool] ?? 0;
      if (before > 0) scores[tool] = before + TURNING_WEIGHT * (impacts[posting] ?? 0);
    });
    for (const tool of touched) {
      const share = Math.min(1, (this.#covered[tool] ?? 0) / Math.max(1, nameSizes[tool] ?? 1));
      scores[tool] = (scores[tool] ?? 0) * (1 + NAME_SHARE * share * share);
      this.#covered[tool] = 0;
    }
    this.#touched = touched;
    return touched;
  }

  /** Calls `visit` with each posting of each word. */
  #visit(words: readonly string[], visit: (tool: number, posting: number) => void): void {
    const { dictionary, starts, tools } = this.#postings;
    const terms = new Set(words.flatMap((word) => dictionary.find(word) ?? []));
    for (const term of terms) {
      const end = starts[term + 1] ?? 0;
      for (let posting = starts[term] ?? 0; posting < end; posting++) visit(tools[posting] ?? 0, posting);
    }
  }
}
