import { TURNING_WORDS } from "../stop-words.ts";
import type { WordVectors } from "./word-vectors.ts";

/** Rows that are added up at a time. */
const AT_A_TIME = 4;

const ROWS_AT_FIRST = 256;

/** The row of a word; -1 for one that says nothing. */
export function rowOf(vectors: WordVectors, word: string): number {
  // On or off, with or without: which of two opposites is meant is decided by the word itself.
  return TURNING_WORDS.has(word) ? -1 : (vectors.rowOf.get(word) ?? -1);
}

/** Adds up words to the vector of a text. Words that the vectors do not have count nothing. */
export class TextVector {
  readonly #vectors: WordVectors;
  readonly #weights: Float64Array;
  readonly #sum: Float64Array;
  /** Rows of the text so far, each once, and how many. */
  #rows = new Uint32Array(ROWS_AT_FIRST);
  #count = 0;

  constructor(vectors: WordVectors) {
    this.#vectors = vectors;
    this.#weights = new Float64Array(vectors.scales.length);
    this.#sum = new Float64Array(vectors.dimensions);
  }

  /** Numbers in a vector. */
  get dimensions(): number {
    return this.#vectors.dimensions;
  }

  /** Counts the word of a row as much as `weight` says. */
  addRow(row: number, weight: number): void {
    const before = this.#weights[row] ?? 0;
    if (before === 0) this.#note(row);
    this.#weights[row] = before + weight;
  }

  #note(row: number): void {
    if (this.#count === this.#rows.length) {
      const more = new Uint32Array(this.#count * 2);
      more.set(this.#rows);
      this.#rows = more;
    }
    this.#rows[this.#count++] = row;
  }

  /** The direction of all words together, of length 1, and starts anew. Undefined when no word was known. */
  take(): Float64Array | undefined {
    const length = this.#addUp();
    if (length === 0) return undefined;
    const direction = new Float64Array(this.#sum);
    for (let place = 0; place < direction.length; place++) direction[place] = (direction[place] ?? 0) / length;
    return direction;
  }

  /** Like {@link take}, from one place on into bytes that are 0 so far, each number in steps of one part in `unit`. */
  takeBytes(bytes: Int8Array, start: number, unit: number): void {
    const length = this.#addUp();
    const sum = this.#sum;
    if (length === 0) return;
    // Rounded without a branch: which way each goes nothing foretells.
    for (let place = 0; place < sum.length; place++)
      bytes[start + place] = Math.floor(((sum[place] ?? 0) / length) * unit + 0.5);
  }

  /** Leaves the sum of all words, and returns its length. */
  #addUp(): number {
    const [rows, count] = [this.#rows, this.#count];
    const sum = this.#sum.fill(0);
    const whole = count - (count % AT_A_TIME);
    for (let place = 0; place < whole; place += AT_A_TIME) this.#addFour(rows, place);
    for (let place = whole; place < count; place++) this.#addOne(rows[place] ?? 0);
    this.#count = 0;
    let square = 0;
    for (let place = 0; place < sum.length; place++) square += (sum[place] ?? 0) * (sum[place] ?? 0);
    return Math.sqrt(square);
  }

  /** One after the other into each number of the sum: the same as four rows by themselves, in fewer readings of the sum. */
  #addFour(words: Uint32Array, from: number): void {
    const { dimensions, rows } = this.#vectors;
    const sum = this.#sum;
    const [first, second, third, fourth] = [
      words[from] ?? 0,
      words[from + 1] ?? 0,
      words[from + 2] ?? 0,
      words[from + 3] ?? 0,
    ];
    const [a, b, c, d] = [
      this.#takeWeight(first),
      this.#takeWeight(second),
      this.#takeWeight(third),
      this.#takeWeight(fourth),
    ];
    const [i, j, k, l] = [first * dimensions, second * dimensions, third * dimensions, fourth * dimensions];
    for (let place = 0; place < dimensions; place++)
      sum[place] =
        (sum[place] ?? 0) +
        a * (rows[i + place] ?? 0) +
        b * (rows[j + place] ?? 0) +
        c * (rows[k + place] ?? 0) +
        d * (rows[l + place] ?? 0);
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
