import { expect, test } from "vitest";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { ToolVectors, VECTOR_UNIT } from "./tool-vectors.ts";
import type { WordVectors } from "./word-vectors.ts";

const DIMENSIONS = 128;

/** Words of one direction each: the first lies along the first number, the second against all of them. */
const words: WordVectors = {
  dimensions: DIMENSIONS,
  rowOf: new Map([
    ["north", 0],
    ["south", 1],
  ]),
  rows: Int8Array.from({ length: 2 * DIMENSIONS }, (_, place) => (place < DIMENSIONS ? Number(place === 0) : -1)),
  scales: Float32Array.of(1, 1),
};

/** Rows of length 1 in steps: along one number, against it, or along all. */
function rowsOf(count: number): Int8Array {
  const even = Math.round(VECTOR_UNIT / Math.sqrt(DIMENSIONS));
  return Int8Array.from({ length: count * DIMENSIONS }, (_, place) => {
    const [tool, number] = [Math.floor(place / DIMENSIONS), place % DIMENSIONS];
    if (tool % 3 === 2) return even;
    return number === tool % 2 ? (tool % 3 === 0 ? VECTOR_UNIT : -VECTOR_UNIT) : 0;
  });
}

test.each([1, 2, 7, 8, 9, 63, 4_097])("all of %i tools are compared as each by itself is", (count) => {
  const rows = rowsOf(count);
  const depth = count > 4_096 ? 32 : DIMENSIONS;
  const vectors = new SlicedWork(() => ToolVectors.of(words, rows)).now();
  for (const [word, direction] of [
    ["north", (number: number) => Number(number === 0)],
    ["south", () => -1 / Math.sqrt(DIMENSIONS)],
  ] as const) {
    const near = vectors.nearness([word]);
    expect(near?.rough).toHaveLength(count);
    let furthest = 0;
    for (let tool = 0; tool < count; tool += 1) {
      let sum = 0;
      for (let number = 0; number < depth; number += 1)
        sum += direction(number) * ((rows[tool * DIMENSIONS + number] ?? 0) / VECTOR_UNIT);
      furthest = Math.max(furthest, Math.abs((near?.rough[tool] ?? 9) - sum));
    }
    expect(furthest).toBeLessThan(0.02);
    // However many are asked for at once, each comes out as it does alone.
    const tools = Uint32Array.from({ length: Math.min(count, 11) }, (_, place) => count - 1 - place);
    const alone = Array.from(tools, (tool) => near?.exact(Uint32Array.of(tool))[0]);
    expect([...(near?.exact(tools) ?? [])]).toEqual(alone);
  }
});
