import type { WordVectors } from "./word-vectors.ts";

/** How much a word in each field of a tool counts for its meaning, in the order of `FIELD_WEIGHTS`. */
export const MEANING_WEIGHTS: readonly number[] = [2, 1, 0.5, 0.15, 0.5, 0.3];

/** Largest step of a vector of a tool: its numbers are kept as bytes. */
const UNIT = 127;

/** How near every tool is to a text. */
interface Nearness {
  /** Cosine of each tool, from the leading numbers of its vector alone in a large catalog. */
  readonly rough: Float32Array;
  readonly mean: number;
  readonly deviation: number;
  /** Cosine of one tool from its whole vector. */
  exact(tool: number): number;
}

/** From this many tools on only the leading numbers of all vectors are looked at. */
const LARGE = 4_096;
const LEADING = 32;

/** Differences smaller than this say nothing, however alike the tools of a catalog are. */
const LEAST_DEVIATION = 0.06;

/** The vectors of the tools of one catalog, as bytes. */
export class ToolVectors {
  readonly #text: TextVector;
  readonly #dimensions: number;
  readonly #rows: Int8Array;
  readonly #count: number;
  readonly #rough: Float32Array;

  constructor(vectors: WordVectors, count: number) {
    this.#text = new TextVector(vectors);
    this.#dimensions = vectors.dimensions;
    this.#count = count;
    this.#rows = new Int8Array(count * vectors.dimensions);
    this.#rough = new Float32Array(count);
  }

  /** Adds the words of a field to the tool that is being read. */
  addField(words: readonly string[], field: number): void {
    this.#text.add(words, MEANING_WEIGHTS[field] ?? 0);
  }

  /** Keeps the vector of the tool whose fields were added. */
  endTool(tool: number): void {
    const start = tool * this.#dimensions;
    this.#text.take()?.forEach((value, place) => {
      this.#rows[start + place] = Math.round(value * UNIT);
    });
  }

  /** Compares all tools with some words; undefined when none of these is known. The result is valid until the next call. */
  nearness(words: readonly string[]): Nearness | undefined {
    this.#text.add(words, 1);
    const query = this.#text.take()?.map((value) => value / UNIT);
    if (query === undefined) return undefined;
    const depth = this.#count > LARGE ? LEADING : this.#dimensions;
    let sum = 0;
    let squares = 0;
    for (let tool = 0; tool < this.#count; tool++) {
      const value = this.#product(query, tool, depth);
      this.#rough[tool] = value;
      sum += value;
      squares += value * value;
    }
    const mean = sum / this.#count;
    const deviation = Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, squares / this.#count - mean * mean)));
    return { rough: this.#rough, mean, deviation, exact: (tool) => this.#product(query, tool, this.#dimensions) };
  }

  #product(query: Float64Array, tool: number, depth: number): number {
    const rows = this.#rows;
    const start = tool * this.#dimensions;
    let sum = 0;
    for (let place = 0; place < depth; place++) sum += (query[place] ?? 0) * (rows[start + place] ?? 0);
    return sum;
  }
}

/** Adds up words to the vector of a text. Words that the vectors do not have count nothing. */
class TextVector {
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
