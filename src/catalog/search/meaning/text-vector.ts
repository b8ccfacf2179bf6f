import { FIELD_WEIGHTS } from "../searchable-text.ts";
import type { WordVectors } from "./word-vectors.ts";

/** How much a word in each field of a tool counts for its meaning, in the order of {@link FIELD_WEIGHTS}. */
export const MEANING_WEIGHTS: Readonly<Record<keyof typeof FIELD_WEIGHTS & `${number}`, number>> & readonly number[] = [
  2, 1, 0.5, 0.15, 0.5, 0.3,
];

/** Largest step of a vector of a tool: its numbers are kept as bytes. */
export const UNIT = 127;

/** Adds up words to the vector of a text. Words that the vectors do not have count nothing. */
export class TextVector {
  readonly #vectors: WordVectors;
  readonly #weights = new Map<number, number>();

  constructor(vectors: WordVectors) {
    this.#vectors = vectors;
  }

  /** Counts words, each as much as `weight` says. */
  add(words: readonly string[], weight: number): void {
    for (const word of words) {
      const row = this.#vectors.rowOf.get(word);
      if (row !== undefined) this.#weights.set(row, (this.#weights.get(row) ?? 0) + weight);
    }
  }

  /** The direction of all words together, of length 1, and starts anew. Undefined when no word was known. */
  take(): Float64Array | undefined {
    const { dimensions, rows, scales } = this.#vectors;
    const sum = new Float64Array(dimensions);
    for (const [row, count] of this.#weights) {
      // A word said often says little more than one said once.
      const weight = Math.sqrt(count) * (scales[row] ?? 0);
      const start = row * dimensions;
      for (let place = 0; place < dimensions; place++)
        sum[place] = (sum[place] ?? 0) + weight * (rows[start + place] ?? 0);
    }
    this.#weights.clear();
    return toUnit(sum);
  }
}

function toUnit(sum: Float64Array): Float64Array | undefined {
  let square = 0;
  for (const value of sum) square += value * value;
  if (square === 0) return undefined;
  const length = Math.sqrt(square);
  return sum.map((value) => value / length);
}
