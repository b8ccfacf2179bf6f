import { expect, test } from "vitest";
import { topMatches, unsortedMatches } from "./top-matches.ts";

/** Scores with many equals among them, the same each time. */
const scores = Float32Array.from({ length: 500 }, (_, place) => (place * 7_919) % 37);
const all = Uint32Array.from(scores.keys());
const order = all.map((place) => (place * 263) % 500);

test.each([0, 1, 2, 10, 499, 500, 900])("the best %i are those of a sort of all, in its order", (limit) => {
  const score = (place: number): number => scores[place] ?? 0;
  const bySize = [...all].sort((a, b) => score(b) - score(a) || a - b).slice(0, limit);
  expect([...topMatches(all, limit, { scores })]).toEqual(bySize);
  expect([...unsortedMatches(all, limit, { scores })].sort((a, b) => a - b)).toEqual(bySize.sort((a, b) => a - b));
  const rank = (place: number): number => order[place] ?? 0;
  const byOrder = [...all].sort((a, b) => score(b) - score(a) || rank(a) - rank(b)).slice(0, limit);
  expect([...topMatches(all, limit, { scores, order })]).toEqual(byOrder);
});

test("no numbers have no best", () => {
  expect([...topMatches(new Uint32Array(0), 5, { scores })]).toEqual([]);
  expect([...topMatches(all, -1, { scores })]).toEqual([]);
});
