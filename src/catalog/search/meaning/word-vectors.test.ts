import { expect, test } from "vitest";
import { WordTable } from "../index/word-table.ts";
import { formatWordVectors, packagedWordVectors, parseWordVectors } from "./word-vectors.ts";

test("word vectors read back as they were written", () => {
  const figures = {
    dimensions: 3,
    rows: Int8Array.from([1, -2, 127, -127, 0, 5]),
    scales: Float32Array.from([0.5, 0.25]),
  };
  const { words, ...read } = parseWordVectors(
    formatWordVectors({ ...figures, words: WordTable.of(["alpha", "größe"]) }),
  );
  expect(read).toEqual(figures);
  expect(words.list()).toEqual(["alpha", "größe"]);
  expect(["größe", "alpha", "gamma"].map((word) => words.find(word))).toEqual([1, 0, -1]);
});

test("bytes that are no word vectors are refused, nor are those of a word that stands there twice", () => {
  const twice = Buffer.from(
    formatWordVectors({
      dimensions: 1,
      words: WordTable.of(["alpha", "alphb"]),
      rows: new Int8Array(2),
      scales: new Float32Array(2),
    }),
  );
  twice.write("alpha\nalpha", 16);
  expect(() => parseWordVectors(twice)).toThrow("These are no word vectors.");
  expect(() => parseWordVectors(Buffer.alloc(64))).toThrow("These are no word vectors.");
});

test("the vectors of the package are there, in one size and within 8 MB", () => {
  const vectors = packagedWordVectors();
  expect(vectors?.rows.length).toBe((vectors?.dimensions ?? 0) * (vectors?.words.size ?? 0));
  expect(vectors === undefined ? 0 : formatWordVectors(vectors).length).toBeLessThan(8 * 1024 * 1024);
  expect(packagedWordVectors()).toBe(vectors);
});
