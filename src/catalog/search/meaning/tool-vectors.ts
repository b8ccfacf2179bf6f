import { TextVector } from "./text-vector.ts";
import type { WordVectors } from "./word-vectors.ts";

/** Largest step of a vector of a tool: its numbers are kept as bytes. */
export const VECTOR_UNIT = 127;

/** Mean and deviation of some figure over all tools. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** How near tools are to a text, with the spread of that over some of them. */
interface FewNearness extends Spread {
  /** Cosine of one tool from its whole vector. */
  exact(tool: number): number;
}

/** How near every tool is to a text. */
export interface Nearness extends FewNearness {
  /** Cosine of each tool, from the leading numbers of its vector alone in a large catalog. */
  readonly rough: Float32Array;
}

/** From this many tools on only the leading numbers of all vectors are looked at. */
const LARGE = 4_096;
const LEADING = 32;

/** Tools whose nearness stands for that of all where few are asked for. */
const SAMPLE = 2_048;

/** Steps of a number of a query and of a row together, so that all rows are compared in whole numbers. */
const ROUGH_UNIT = VECTOR_UNIT * 4_096;

/** Differences smaller than this say nothing, however alike the tools of a catalog are. */
const LEAST_DEVIATION = 0.06;

/** The vectors of the tools of one catalog, as bytes. */
export class ToolVectors {
  readonly #text: TextVector;
  readonly #dimensions: number;
  readonly #rows: Int8Array;
  /** What all tools are compared by: the leading numbers of each row, side by side, or the rows themselves. */
  readonly #leading: Int8Array;
  readonly #depth: number;
  readonly #rough: Float32Array;

  /** @param rows the vectors of all tools, one after the other, in steps of one part in {@link VECTOR_UNIT} */
  constructor(vectors: WordVectors, rows: Int8Array) {
    this.#text = new TextVector(vectors);
    this.#dimensions = vectors.dimensions;
    this.#rows = rows;
    this.#rough = new Float32Array(rows.length / vectors.dimensions);
    const isLarge = this.#rough.length > LARGE;
    this.#leading = isLarge ? leadingOf(rows, vectors.dimensions) : rows;
    this.#depth = isLarge ? LEADING : vectors.dimensions;
  }

  /** Compares all tools with some words; undefined when none of these is known. The result is valid until the next call. */
  nearness(words: readonly string[]): Nearness | undefined {
    const query = this.#directionOf(words);
    if (query === undefined) return undefined;
    const rough = this.#rough;
    compareAll(this.#roughly(query), this.#leading, rough);
    return { rough, ...spreadOf(rough), exact: (tool) => product(query, this.#rows, tool * this.#dimensions) };
  }

  /** Like {@link nearness} for a caller that asks for few tools: of a large catalog the spread is that of every n-th one. */
  nearnessByFew(words: readonly string[]): FewNearness | undefined {
    const query = this.#directionOf(words);
    if (query === undefined) return undefined;
    const steps = this.#roughly(query);
    const every = Math.ceil(this.#rough.length / SAMPLE);
    const sample = new Float32Array(Math.ceil(this.#rough.length / every));
    for (let place = 0; place < sample.length; place++)
      sample[place] = product(steps, this.#leading, place * every * this.#depth) / ROUGH_UNIT;
    return { ...spreadOf(sample), exact: (tool) => product(query, this.#rows, tool * this.#dimensions) };
  }

  /** The leading numbers of a query in whole steps. */
  #roughly(query: Float64Array): Int32Array {
    return Int32Array.from(query.subarray(0, this.#depth), (value) => Math.round(value * ROUGH_UNIT));
  }

  #directionOf(words: readonly string[]): Float64Array | undefined {
    for (const word of words) {
      const row = this.#text.rowOf(word);
      if (row >= 0) this.#text.addRow(row, 1);
    }
    return this.#text.take()?.map((value) => value / VECTOR_UNIT);
  }
}

/** The leading numbers of each row. Side by side they are read several times as fast as in their rows. */
function leadingOf(rows: Int8Array, dimensions: number): Int8Array {
  const leading = new Int8Array((rows.length / dimensions) * LEADING);
  for (let from = 0, to = 0; from < rows.length; from += dimensions)
    for (let place = 0; place < LEADING; place++) leading[to++] = rows[from + place] ?? 0;
  return leading;
}

/** The product of a vector with each row. Four rows at a time: each sum waits for nothing but itself. */
function compareAll(query: Int32Array, rows: Int8Array, rough: Float32Array): void {
  const depth = query.length;
  const whole = rough.length - (rough.length % 4);
  for (let tool = 0; tool < whole; tool += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let at = tool * depth;
    for (let place = 0; place < depth; place++, at++) {
      const value = query[place] ?? 0;
      a = (a + Math.imul(value, rows[at] ?? 0)) | 0;
      b = (b + Math.imul(value, rows[at + depth] ?? 0)) | 0;
      c = (c + Math.imul(value, rows[at + 2 * depth] ?? 0)) | 0;
      d = (d + Math.imul(value, rows[at + 3 * depth] ?? 0)) | 0;
    }
    rough[tool] = a / ROUGH_UNIT;
    rough[tool + 1] = b / ROUGH_UNIT;
    rough[tool + 2] = c / ROUGH_UNIT;
    rough[tool + 3] = d / ROUGH_UNIT;
  }
  for (let tool = whole; tool < rough.length; tool++) rough[tool] = product(query, rows, tool * depth) / ROUGH_UNIT;
}

function spreadOf(values: Float32Array): Spread {
  let sum = 0;
  let squares = 0;
  for (let place = 0; place < values.length; place++) {
    const value = values[place] ?? 0;
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  return { mean, deviation: Math.max(LEAST_DEVIATION, deviation) };
}

/** Product of a vector with the row that begins at `start`. */
function product(query: Float64Array | Int32Array, rows: Int8Array, start: number): number {
  let sum = 0;
  for (let place = 0; place < query.length; place++) sum += (query[place] ?? 0) * (rows[start + place] ?? 0);
  return sum;
}
