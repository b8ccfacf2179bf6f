import { rowOf, TextVector } from "./text-vector.ts";
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
  /** Cosines of some tools from their whole vectors, in the order of the tools. */
  exact(tools: Uint32Array): Float64Array;
}

/** How near every tool is to a text. */
export interface Nearness extends FewNearness {
  /** Cosine of each tool, from the leading numbers of its vector alone in a large catalog. */
  readonly rough: Float32Array;
}

/** Tools whose sums are added up at a time. */
const AT_A_TIME = 8;

const EXACT_AT_A_TIME = 4;

/** From this many tools on only the leading numbers of all vectors are looked at. */
const LARGE = 4_096;
const LEADING = 32;

/** Pairs of rows read in one step. */
const PAIRS_PER_STEP = 512;

/** Tools whose nearness stands for that of all where few are asked for. */
const SAMPLE = 2_048;

/** Steps of a number of a query where all rows are compared: two products of a query and a row fit into one whole number of 32 bits. */
const QUERY_UNIT = 240;
const ROUGH_UNIT = VECTOR_UNIT * QUERY_UNIT;

/** Differences smaller than this say nothing, however alike the tools of a catalog are. */
const LEAST_DEVIATION = 0.06;

/** The vectors of the tools of one catalog, as bytes. */
export class ToolVectors {
  readonly #words: WordVectors;
  readonly #text: TextVector;
  readonly #dimensions: number;
  readonly #rows: Int8Array;
  /** What all tools are compared by, two rows in one: the leading numbers of each in a large catalog, else all of them. */
  readonly #leading: Int32Array;
  readonly #depth: number;
  readonly #rough: Float32Array;
  /** The same, with room for as many as are compared at a time. */
  readonly #compared: Float32Array;

  /**
   * Made in small steps.
   * @param rows the vectors of all tools, one after the other, in steps of one part in {@link VECTOR_UNIT}
   */
  static *of(vectors: WordVectors, rows: Int8Array): Generator<void, ToolVectors> {
    const made = new ToolVectors(vectors, rows);
    yield* addPairs(made.#leading, rows, { dimensions: vectors.dimensions, depth: made.#depth });
    return made;
  }

  private constructor(vectors: WordVectors, rows: Int8Array) {
    this.#words = vectors;
    this.#text = new TextVector(vectors);
    this.#dimensions = vectors.dimensions;
    this.#rows = rows;
    const count = rows.length / vectors.dimensions;
    this.#compared = new Float32Array(Math.ceil(count / AT_A_TIME) * AT_A_TIME);
    this.#rough = this.#compared.subarray(0, count);
    this.#depth = this.#rough.length > LARGE ? LEADING : vectors.dimensions;
    this.#leading = new Int32Array((this.#compared.length / 2) * this.#depth);
  }

  /** Compares all tools with some words; undefined when none of these is known. The result is valid until the next call. */
  nearness(words: readonly string[]): Nearness | undefined {
    const query = this.#directionOf(words);
    if (query === undefined) return undefined;
    const rough = this.#rough;
    compareAll(this.#roughly(query), this.#leading, this.#compared);
    return { rough, ...spreadOf(rough), exact: (tools) => productsOf(query, this.#rows, tools) };
  }

  /** Like {@link nearness} for a caller that asks for few tools: of a large catalog the spread is that of every n-th one. */
  nearnessByFew(words: readonly string[]): FewNearness | undefined {
    const query = this.#directionOf(words);
    if (query === undefined) return undefined;
    const steps = this.#roughly(query);
    const every = Math.ceil(this.#rough.length / SAMPLE);
    const sample = new Float32Array(Math.ceil(this.#rough.length / every));
    for (let place = 0; place < sample.length; place++)
      sample[place] = product(steps, this.#rows, place * every * this.#dimensions) / ROUGH_UNIT;
    return { ...spreadOf(sample), exact: (tools) => productsOf(query, this.#rows, tools) };
  }

  /** The leading numbers of a query in whole steps. */
  #roughly(query: Float64Array): Int32Array {
    const steps = new Int32Array(this.#depth);
    for (let place = 0; place < steps.length; place++) steps[place] = Math.round((query[place] ?? 0) * ROUGH_UNIT);
    return steps;
  }

  #directionOf(words: readonly string[]): Float64Array | undefined {
    for (const word of words) {
      const row = rowOf(this.#words, word);
      if (row >= 0) this.#text.addRow(row, 1);
    }
    const query = this.#text.take();
    if (query === undefined) return undefined;
    for (let place = 0; place < query.length; place++) query[place] = (query[place] ?? 0) / VECTOR_UNIT;
    return query;
  }
}

/**
 * The leading numbers of each two rows as sums of the one and of 65,536 times the other, so that one product counts for
 * both. The longest row is 133 and the longest query 243 with what rounding adds, so no product leaves 16 bits.
 */
function* addPairs(
  pairs: Int32Array,
  rows: Int8Array,
  { dimensions, depth }: { readonly dimensions: number; readonly depth: number },
): Generator<void, void> {
  for (let first = 0, pair = 0; first < rows.length; first += 2 * dimensions, pair++) {
    if (pair % PAIRS_PER_STEP === 0) yield;
    const own = rows.subarray(first, first + dimensions);
    const second = rows.subarray(first + dimensions, first + 2 * dimensions);
    addPair(pairs.subarray(pair * depth, (pair + 1) * depth), own, second);
  }
}

/** Of the last row there may be no second. */
function addPair(pair: Int32Array, first: Int8Array, second: Int8Array): void {
  for (let place = 0; place < pair.length; place++)
    pair[place] = (first[place] ?? 0) + 0x1_00_00 * (second[place] ?? 0);
}

/** The product of a vector with each row. Four pairs of rows at a time: each sum waits for nothing but itself. */
function compareAll(query: Int32Array, pairs: Int32Array, rough: Float32Array): void {
  const depth = query.length;
  const [second, third, fourth] = [depth, 2 * depth, 3 * depth];
  for (let tool = 0; tool < rough.length; tool += AT_A_TIME) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let at = (tool >>> 1) * depth;
    for (let place = 0; place < depth; place++, at++) {
      const value = query[place] ?? 0;
      a = (a + Math.imul(value, pairs[at] ?? 0)) | 0;
      b = (b + Math.imul(value, pairs[at + second] ?? 0)) | 0;
      c = (c + Math.imul(value, pairs[at + third] ?? 0)) | 0;
      d = (d + Math.imul(value, pairs[at + fourth] ?? 0)) | 0;
    }
    putPair(rough, tool, a);
    putPair(rough, tool + 2, b);
    putPair(rough, tool + 4, c);
    putPair(rough, tool + 6, d);
  }
}

/** Takes a sum of two products apart. */
function putPair(rough: Float32Array, tool: number, sum: number): void {
  const first = (sum << 16) >> 16;
  rough[tool] = first / ROUGH_UNIT;
  rough[tool + 1] = ((sum - first) >> 16) / ROUGH_UNIT;
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

/** Product of a vector with each of some rows. Four rows at a time: each sum waits for nothing but itself. */
function productsOf(query: Float64Array, rows: Int8Array, places: Uint32Array): Float64Array {
  const products = new Float64Array(Math.ceil(places.length / EXACT_AT_A_TIME) * EXACT_AT_A_TIME);
  const depth = query.length;
  for (let at = 0; at < places.length; at += EXACT_AT_A_TIME) {
    const [i, j] = [(places[at] ?? 0) * depth, (places[at + 1] ?? 0) * depth];
    const [k, l] = [(places[at + 2] ?? 0) * depth, (places[at + 3] ?? 0) * depth];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let place = 0; place < depth; place++) {
      const value = query[place] ?? 0;
      a += value * (rows[i + place] ?? 0);
      b += value * (rows[j + place] ?? 0);
      c += value * (rows[k + place] ?? 0);
      d += value * (rows[l + place] ?? 0);
    }
    [products[at], products[at + 1], products[at + 2], products[at + 3]] = [a, b, c, d];
  }
  return products.subarray(0, places.length);
}
