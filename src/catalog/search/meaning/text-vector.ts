import { TURNING_WORDS } from "../stop-words.ts";
import type { WordVectors } from "./word-vectors.ts";

/** Adds up words to the vector of a text. Words that the vectors do not have count nothing. */
export class TextVector {
  readonly #vectors: WordVectors;
  readonly #weights: Float64Array;
  readonly #sum: Float64Array;
  #rows: number[] = [];

  constructor(vectors: WordVectors) {
    this.#vectors = vectors;
    this.#weights = new Float64Array(vectors.scales.length);
    this.#sum = new Float64Array(vectors.dimensions);
  }

  /** Numbers in a vector. */
  get dimensions(): number {
    return this.#vectors.dimensions;
  }

  /** The row of a word for {@link addRow}; -1 for one that says nothing. */
  rowOf(word: string): number {
    // On or off, with or without: which of two opposites is meant is decided by the word itself.
    return TURNING_WORDS.has(word) ? -1 : (this.#vectors.rowOf.get(word) ?? -1);
  }

  /** Counts the word of a row as much as `weight` says. */
  addRow(row: number, weight: number): void {
    const before = this.#weights[row] ?? 0;
    if (before === 0) this.#rows.push(row);
    this.#weights[row] = before + weight;
  }

  /** The direction of all words together, of length 1, and starts anew. Undefined when no word was known. */
  take(): Float64Array | undefined {
    const length = this.#addUp();
    return length === 0 ? undefined : this.#sum.map((value) => value / length);
  }

  /** Like {@link take}, into bytes that are 0 so far, each number in steps of one part in `unit`. */
  takeBytes(bytes: Int8Array, unit: number): void {
    const length = this.#addUp();
    const sum = this.#sum;
    if (length === 0) return;
    for (let place = 0; place < sum.length; place++) bytes[place] = Math.round(((sum[place] ?? 0) / length) * unit);
  }

  /** Leaves the sum of all words, and returns its length. */
  #addUp(): number {
    const rows = this.#rows;
    const sum = this.#sum.fill(0);
    const even = rows.length - (rows.length % 2);
    for (let place = 0; place < even; place += 2) this.#addTwo(rows[place] ?? 0, rows[place + 1] ?? 0);
    const last = rows[even];
    if (last !== undefined) this.#addOne(last);
    this.#rows = [];
    let square = 0;
    for (const value of sum) square += value * value;
    return Math.sqrt(square);
  }

  /** One after the other into each number of the sum: the same as two rows by themselves, in fewer readings of the sum. */
  #addTwo(first: number, second: number): void {
    const { dimensions, rows } = this.#vectors;
    const sum = this.#sum;
    const [a, b] = [this.#takeWeight(first), this.#takeWeight(second)];
    const [from, on] = [first * dimensions, second * dimensions];
    for (let place = 0; place < dimensions; place++)
      sum[place] = (sum[place] ?? 0) + a * (rows[from + place] ?? 0) + b * (rows[on + place] ?? 0);
  }

  #addOne(row: number): void {
    const { dimensions, rows } = this.#vectors;
    const sum = this.#sum;
    const weight = this.#takeWeight(row);
    for (let place = 0; place < dimensions; place++)
      sum[place] = (sum[place] ?? 0) + weight * (rows[row * dimensions + place] ?? 0);
  }

  /** The weight of a row in the text; a word said often says little more than one said once. */
  #takeWeight(row: number): number {
    const weight = Math.sqrt(this.#weights[row] ?? 0) * (this.#vectors.scales[row] ?? 0);
    this.#weights[row] = 0;
    return weight;
  }
}
