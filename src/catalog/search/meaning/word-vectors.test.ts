import { expect, test } from "vitest";
import { formatWordVectors, packagedWordVectors, parseWordVectors } from "./word-vectors.ts";

test("word vectors read back as they were written", () => {
  const vectors = {
    dimensions: 3,
    rowOf: new Map([
      ["alpha", 0],
      ["beta", 1],
    ]),
    rows: Int8Array.from([1, -2, 127, -127, 0, 5]),
    scales: Float32Array.from([0.5, 0.25]),
  };
  expect(parseWordVectors(formatWordVectors(vectors))).toEqual(vectors);
});

test("bytes that are no word vectors are refused", () => {
  expect(() => parseWordVectors(Buffer.alloc(64))).toThrow("These are no word vectors.");
});

test("the vectors of the package are there, in one size and within 8 MB", () => {
  const vectors = packagedWordVectors();
  expect(vectors?.rows.length).toBe((vectors?.dimensions ?? 0) * (vectors?.rowOf.size ?? 0));
  expect(vectors === undefined ? 0 : formatWordVectors(vectors).length).toBeLessThan(8 * 1024 * 1024);
  expect(packagedWordVectors()).toBe(vectors);
});
