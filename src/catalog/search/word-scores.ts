import type { QueryWords } from "./query-words.ts";
import { impactOf, isInName, type TermPostings } from "./index/term-postings.ts";

/** Score of a word that modifies the meaning, relative to one that carries it. */
const TURNING_WEIGHT = 0.1;

/** Score of a word that means what one of the query means, relative to that: a power of two, so that sums are exact. */
const SAME_WEIGHT = 0.5;

/** Maximum number of words that are looked for in one tool. */
const MOST_SAID = 100;

/** Bonus for a tool whose whole name was asked for. */
const NAME_SHARE = 0.6;

/** Scores of the tools of a catalog for the words of one query after the other. */
export class WordScores {
  /** Score of each tool; 0 for those without any of the words. */
  readonly scores: Float32Array;
  readonly #postings: TermPostings;
  readonly #covered: Uint16Array;
  /** 1 for each tool that has a word or one that means the same, or how many words of a request it has. */
  readonly #saying: Uint8Array;
  readonly #touched: Uint32Array;
  #count = 0;
  #sayingCount = 0;
  /** Tools with a word in the name. */
  readonly #named: Uint32Array;
  #namedCount = 0;

  constructor(postings: TermPostings, toolCount: number) {
    this.#postings = postings;
    this.scores = new Float32Array(toolCount);
    this.#covered = new Uint16Array(toolCount);
    this.#saying = new Uint8Array(toolCount);
    this.#touched = new Uint32Array(toolCount);
    this.#named = new Uint32Array(toolCount);
  }

  /** Number of tools that have any of the words or what means the same, and not only what is near in meaning. */
  get saying(): number {
    return this.#sayingCount;
  }

  /**
   * Forgets the query before, adds up the impacts of the words, weighs them by how much of the name was asked for, and
   * returns the tools that have any, valid until the next query.
   */
  score({ words, turning, same, near }: Omit<QueryWords, "all">): Uint32Array {
    // Of most tools, all in a row are forgotten faster than each by itself.
    if (this.#count * 4 > this.scores.length) this.scores.fill(0);
    else for (let place = 0; place < this.#count; place++) this.scores[this.#touched[place] ?? 0] = 0;
    this.#count = 0;
    const own = this.#termsOf(words);
    for (const term of own) this.#add(term);
    for (const [word, others] of same) this.#addSame(word, others, own);
    this.#sayingCount = this.#count;
    const isNeeded = near.some(({ others }) => others.length > 0) && !this.#isSaid(near.map(({ word }) => word));
    if (isNeeded) for (const { word, others } of near) this.#addSame(word, others, own);
    // Of tools that fit equally, the one that says the same on or off, in or out.
    for (const term of this.#termsOf(turning)) this.#turn(term);
    this.#weighNames();
    return this.#touched.subarray(0, this.#count);
  }

  #termsOf(words: readonly string[]): ReadonlySet<number> {
    return new Set(words.flatMap((word) => this.#postings.dictionary.find(word) ?? []));
  }

  #add(term: number): void {
    const { starts, tools, impacts } = this.#postings;
    const scores = this.scores;
    const covered = this.#covered;
    const [touched, named] = [this.#touched, this.#named];
    const end = starts[term + 1] ?? 0;
    let [count, namedCount] = [this.#count, this.#namedCount];
    for (let posting = starts[term] ?? 0; posting < end; posting++) {
      const tool = tools[posting] ?? 0;
      const kept = impacts[posting] ?? 0;
      const before = scores[tool] ?? 0;
      if (before === 0) touched[count++] = tool;
      scores[tool] = before + impactOf(kept);
      if (!isInName(kept)) continue;
      const coveredBefore = covered[tool] ?? 0;
      if (coveredBefore === 0) named[namedCount++] = tool;
      covered[tool] = coveredBefore + 1;
    }
    this.#count = count;
    this.#namedCount = namedCount;
  }

  /** Adds for tools that do not say a word the first of the others that they say; those that were asked for count already. */
  #addSame(word: string, others: readonly string[], asked: ReadonlySet<number>): void {
    const terms = [...this.#termsOf(others)].filter((term) => !asked.has(term));
    if (terms.length === 0) return;
    this.#saying.fill(0);
    const { starts, tools } = this.#postings;
    for (const term of this.#termsOf([word]))
      for (let posting = starts[term] ?? 0; posting < (starts[term + 1] ?? 0); posting++)
        this.#saying[tools[posting] ?? 0] = 1;
    for (const term of terms)
      for (let posting = starts[term] ?? 0; posting < (starts[term + 1] ?? 0); posting++) this.#addPart(posting);
  }

  /** Whether a tool says all of some words: then they need no others. */
  #isSaid(words: readonly string[]): boolean {
    const { dictionary, starts, tools } = this.#postings;
    const different = [...new Set(words)];
    const terms = different.flatMap((word) => dictionary.find(word) ?? []);
    if (terms.length < different.length || terms.length > MOST_SAID) return false;
    this.#saying.fill(0);
    return terms.every((term, said) => {
      let isSaid = false;
      for (let posting = starts[term] ?? 0; posting < (starts[term + 1] ?? 0); posting++) {
        const tool = tools[posting] ?? 0;
        if (this.#saying[tool] !== said) continue;
        this.#saying[tool] = said + 1;
        isSaid = true;
      }
      return isSaid;
    });
  }

  #addPart(posting: number): void {
    const { tools, impacts } = this.#postings;
    const tool = tools[posting] ?? 0;
    if (this.#saying[tool] === 1) return;
    this.#saying[tool] = 1;
    const kept = impacts[posting] ?? 0;
    const before = this.scores[tool] ?? 0;
    if (before === 0) this.#touched[this.#count++] = tool;
    this.scores[tool] = before + SAME_WEIGHT * impactOf(kept);
    if (!isInName(kept)) return;
    if (this.#covered[tool] === 0) this.#named[this.#namedCount++] = tool;
    this.#covered[tool] = (this.#covered[tool] ?? 0) + 1;
  }

  #turn(term: number): void {
    const { starts, tools, impacts } = this.#postings;
    const scores = this.scores;
    const end = starts[term + 1] ?? 0;
    for (let posting = starts[term] ?? 0; posting < end; posting++) {
      const tool = tools[posting] ?? 0;
      const before = scores[tool] ?? 0;
      if (before > 0) scores[tool] = before + TURNING_WEIGHT * impactOf(impacts[posting] ?? 0);
    }
  }

  #weighNames(): void {
    const { nameSizes } = this.#postings;
    const scores = this.scores;
    const covered = this.#covered;
    for (let place = 0; place < this.#namedCount; place++) {
      const tool = this.#named[place] ?? 0;
      const share = Math.min(1, (covered[tool] ?? 0) / Math.max(1, nameSizes[tool] ?? 1));
      scores[tool] = (scores[tool] ?? 0) * (1 + NAME_SHARE * share * share);
      covered[tool] = 0;
    }
    this.#namedCount = 0;
  }
}
