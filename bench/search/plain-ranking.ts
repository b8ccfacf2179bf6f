import { allSteps } from "./all-steps.ts";
import { impactOf, isInName } from "../../src/catalog/search/index/term-postings.ts";
import type { IndexParts } from "../../src/catalog/search/index/index-parts.ts";
import { NearWords } from "../../src/catalog/search/meaning/near-words.ts";
import { type Nearness, ToolVectors } from "../../src/catalog/search/meaning/tool-vectors.ts";
import { packagedWordVectors } from "../../src/catalog/search/meaning/word-vectors.ts";
import { clausesOf, queryWords } from "../../src/catalog/search/query-words.ts";
import { standingBehind } from "../../src/catalog/search/traits.ts";
import type { ToolEntry } from "../../src/catalog.ts";

type Scores = Map<number, number>;

/**
 * The ranking of words and meaning written down as plainly as it can be, with a map for every step and a sort of all: what the
 * search of the package has to equal to the last bit, for queries of known words that are no name and no pattern.
 */
export function plainRanking(
  entries: readonly ToolEntry[],
  parts: IndexParts,
): (query: string, limit: number) => string[] {
  const words = packagedWordVectors();
  if (words === undefined) throw new Error("The word vectors are missing.");
  const vectors = allSteps(ToolVectors.of(words, parts.vectors));
  const { dictionary } = parts.postings;
  const isHeld = (word: string): boolean => dictionary.find(word) !== undefined;
  const isWord = (word: string): boolean => words.rowOf.has(word);
  const correct = (word: string): string => {
    if (isHeld(word)) return word;
    return dictionary.completed(word) ?? (isWord(word) ? word : (dictionary.nearest(word) ?? word));
  };
  const nearWords = new NearWords(words, () => dictionary.list().words);
  const reading = { isHeld, isWord, correct, near: (word: string) => nearWords.of(word) };

  function score(query: string): { fused: Scores; unit: number; pool: number[] } {
    const asked = queryWords(query, reading);
    const byWords = wordScores(parts, asked);
    const { mean, deviation } = spread(byWords);
    const near = vectors.nearness(asked.all);
    if (near === undefined) return { fused: byWords, unit: 1, pool: [...byWords.keys()] };
    const [ofWords, ofMeaning] = [1 / deviation, 2 / near.deviation];
    const fuse = (tool: number, cosine: number): number =>
      (byWords.get(tool) ?? 0) * ofWords + cosine * ofMeaning + (-mean * ofWords - near.mean * ofMeaning);
    const rough = (tool: number): number => near.rough[tool] ?? 0;
    const fused = new Map([...byWords.keys()].map((tool) => [tool, fuse(tool, rough(tool))]));
    const isFew = byWords.size < 10 && wordScores(parts, { ...asked, near: [] }).size === 0;
    const [least, most] = isFew ? [0.15, 10 - byWords.size] : [Math.max(0.25, near.mean + near.deviation), 100];
    const further = [...entries.keys()].filter((tool) => rough(tool) >= least && !fused.has(tool));
    for (const tool of further.sort((a, b) => rough(b) - rough(a) || a - b).slice(0, most))
      fused.set(tool, fuse(tool, rough(tool)));
    const best = [...fused].sort(([a, left], [b, right]) => right - left || a - b).slice(0, 400);
    for (const [tool] of best) fused.set(tool, fuse(tool, exact(near, tool)));
    return { fused, unit: deviation, pool: best.map(([tool]) => tool) };
  }

  function spread(byWords: Scores): { mean: number; deviation: number } {
    const all = [...byWords.values()];
    const mean = all.reduce((sum, value) => sum + value, 0) / entries.length;
    const squares = all.reduce((sum, value) => sum + value * value, 0) / entries.length;
    return { mean, deviation: Math.sqrt(Math.max(0, squares - mean * mean)) || 1 };
  }

  /** The scores of the best tools for one clause. */
  function scoreClause(clause: string, pool: readonly number[]): Scores {
    const asked = queryWords(clause, reading);
    const byWords = wordScores(parts, asked);
    const { mean, deviation } = spread(byWords);
    const near = vectors.nearnessByFew(asked.all);
    if (near === undefined) return byWords;
    const least = Math.max(0.25, near.mean + near.deviation);
    const fitting = pool.filter((tool) => byWords.has(tool) || exact(near, tool) >= least);
    const meaning = (tool: number): number => (2 * (exact(near, tool) - near.mean)) / near.deviation;
    return new Map(fitting.map((tool) => [tool, ((byWords.get(tool) ?? 0) - mean) / deviation + meaning(tool)]));
  }

  return (query, limit) => {
    const { fused, unit, pool } = score(query);
    const ofClauses: Scores = new Map();
    for (const clause of clausesOf(query))
      for (const [tool, value] of scoreClause(clause, pool))
        ofClauses.set(tool, Math.max(ofClauses.get(tool) ?? 0, value));
    for (const [tool, value] of ofClauses) fused.set(tool, (fused.get(tool) ?? 0) + 0.25 * value);
    lend(entries, fused);
    shareOut(entries, fused);
    const behind = standingBehind(queryWords(query, reading).all);
    for (const [tool, value] of fused) fused.set(tool, value - (behind[parts.traits[tool] ?? 0] ?? 0));
    const scored = [...fused].map(([tool, value]) => [tool, Math.max(Number.MIN_VALUE, value * unit)] as const);
    const order = (tool: number): number => parts.order[tool] ?? 0;
    const sorted = scored.sort(([a, left], [b, right]) => right - left || order(a) - order(b));
    return sorted.slice(0, limit).map(([tool, value]) => `${entries[tool]?.name ?? ""} ${value}`);
  };
}

function exact(near: Pick<Nearness, "exact">, tool: number): number {
  return near.exact(Uint32Array.of(tool))[0] ?? 0;
}

function wordScores({ postings }: IndexParts, { words, turning, same, near }: ReturnType<typeof queryWords>): Scores {
  const { dictionary, starts, tools, impacts, nameSizes } = postings;
  const [scores, covered]: [Scores, Scores] = [new Map(), new Map()];
  const visit = (list: readonly string[], take: (tool: number, posting: number) => void): void => {
    for (const term of new Set(list.flatMap((word) => dictionary.find(word) ?? [])))
      for (let posting = starts[term] ?? 0; posting < (starts[term + 1] ?? 0); posting++)
        take(tools[posting] ?? 0, posting);
  };
  const add = (tool: number, posting: number, weight: number): void => {
    scores.set(tool, Math.fround((scores.get(tool) ?? 0) + weight * impactOf(impacts[posting] ?? 0)));
    covered.set(tool, (covered.get(tool) ?? 0) + (isInName(impacts[posting] ?? 0) ? 1 : 0));
  };
  visit(words, (tool, posting) => add(tool, posting, 1));
  const own = new Set(words.flatMap((word) => dictionary.find(word) ?? []));
  const saidBy = [...new Set(near.map(({ word }) => word))].map((word) => {
    const saying = new Set<number>();
    visit([word], (tool) => saying.add(tool));
    return saying;
  });
  const isSaid = [...(saidBy[0] ?? [])].some((tool) => saidBy.every((saying) => saying.has(tool)));
  const ofNear = near.map(({ word, others }) => [word, others] as const);
  for (const [word, others] of [...same, ...(isSaid ? [] : ofNear)]) {
    const saying = new Set<number>();
    visit([word], (tool) => saying.add(tool));
    visit(
      others.filter((other) => !own.has(dictionary.find(other) ?? -1)),
      (tool, posting) => {
        if (!saying.has(tool)) add(tool, posting, 0.5);
        saying.add(tool);
      },
    );
  }
  visit(turning, (tool, posting) => {
    const before = scores.get(tool);
    if (before !== undefined) scores.set(tool, Math.fround(before + 0.1 * impactOf(impacts[posting] ?? 0)));
  });
  for (const [tool, value] of scores) {
    const share = Math.min(1, (covered.get(tool) ?? 0) / Math.max(1, nameSizes[tool] ?? 1));
    scores.set(tool, Math.fround(value * (1 + 0.6 * share * share)));
  }
  return scores;
}

/** The best three of a server lend a part to all of it. */
function lend(entries: readonly ToolEntry[], fused: Scores): void {
  const serverOf = (tool: number): string => entries[tool]?.serverName ?? "";
  const counts = new Map<string, number>();
  for (const { serverName } of entries) counts.set(serverName, (counts.get(serverName) ?? 0) + 1);
  if (counts.size < 2) return;
  const scores = new Map<string, number[]>();
  for (const [tool, value] of fused) {
    const list = scores.get(serverOf(tool));
    if (list === undefined) scores.set(serverOf(tool), [Math.max(0, value)]);
    else list.push(Math.max(0, value));
  }
  for (const [tool, value] of fused) {
    const best = (scores.get(serverOf(tool)) ?? []).toSorted((a, b) => b - a).slice(0, 3);
    const lent = best.reduce((sum, each) => sum + each, 0) / 3;
    fused.set(tool, value + (0.3 * lent * 20) / Math.max(20, counts.get(serverOf(tool)) ?? 0));
  }
}

/** Of the best 400, those after the fifth of their server stand behind by 0.4 each, and by 3 at most; so does what follows them. */
function shareOut(entries: readonly ToolEntry[], fused: Scores): void {
  const serverOf = (tool: number): string => entries[tool]?.serverName ?? "";
  if (new Set(entries.map(({ serverName }) => serverName)).size < 2) return;
  const sorted = [...fused].sort(([a, left], [b, right]) => right - left || a - b);
  const best = sorted.slice(0, 400);
  const counts = new Map<string, number>();
  for (const [tool, value] of best) {
    const count = (counts.get(serverOf(tool)) ?? 0) + 1;
    counts.set(serverOf(tool), count);
    fused.set(tool, value - Math.min(3, 0.4 * Math.max(0, count - 5)));
  }
  for (const [tool, value] of sorted.slice(400)) if ((counts.get(serverOf(tool)) ?? 0) > 5) fused.set(tool, value - 3);
}
