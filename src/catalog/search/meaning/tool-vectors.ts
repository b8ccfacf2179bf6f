import { TextVector } from "./text-vector.ts";
import type { WordVectors } from "./word-vectors.ts";

/** Largest step of a vector of a tool: its numbers are kept as bytes. */
export const VECTOR_UNIT = 127;

/** How near every tool is to a text. */
export interface Nearness {
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
  readonly #rough: Float32Array;

  /** @param rows the vectors of all tools, one after the other, in steps of one part in {@link VECTOR_UNIT} */
  constructor(vectors: WordVectors, rows: Int8Array) {
    this.#text = new TextVector(vectors);
    this.#dimensions = vectors.dimensions;
    this.#rows = rows;
    this.#rough = new Float32Array(rows.length / vectors.dimensions);
  }

  /** Compares all tools with some words; undefined when none of these is known. The result is valid until the next call. */
  nearness(words: readonly string[]): Nearness | undefined {
    for (const word of words) {
      const row = this.#text.rowOf(word);
      if (row >= 0) this.#text.addRow(row, 1);
    }
    const query = this.#text.take()?.map((value) => value / VECTOR_UNIT);
    if (query === undefined) return undefined;
    const rough = this.#rough;
    const dimensions = this.#dimensions;
    const depth = rough.length > LARGE ? LEADING : dimensions;
    const { sum, squares } = compareAll({ query, rows: this.#rows, rough, dimensions, depth });
    const mean = sum / rough.length;
    const deviation = Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, squares / rough.length - mean * mean)));
    const exact = (tool: number): number => product(query, this.#rows, tool * dimensions);
    return { rough, mean, deviation, exact };
  }
}

/** The product of a vector with each row as far as `depth`. Four rows at a time: each sum waits for nothing but itself. */
function compareAll({ query, rows, rough, dimensions, depth }: RowComparison): { sum: number; squares: number } {
  const whole = rough.length - (rough.length % 4);
  let sum = 0;
  let squares = 0;
  for (let tool = 0; tool < whole; tool += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let at = tool * dimensions;
    for (let place = 0; place < depth; place++, at++) {
      const value = query[place] ?? 0;
      a += value * (rows[at] ?? 0);
      b += value * (rows[at + dimensions] ?? 0);
      c += value * (rows[at + 2 * dimensions] ?? 0);
      d += value * (rows[at + 3 * dimensions] ?? 0);
    }
    rough[tool] = a;
    rough[tool + 1] = b;
    rough[tool + 2] = c;
    rough[tool + 3] = d;
    sum = sum + a + b + c + d;
    squares = squares + a * a + b * b + c * c + d * d;
  }
  for (let tool = whole; tool < rough.length; tool++) {
    const value = product(query.subarray(0, depth), rows, tool * dimensions);
    rough[tool] = value;
    sum += value;
    squares += value * value;
  }
  return { sum, squares };
}

interface RowComparison {
  readonly query: Float64Array;
  readonly rows: Int8Array;
  readonly rough: Float32Array;
  readonly dimensions: number;
  readonly depth: number;
}

/** Product of a vector with the row that begins at `start`. */
function product(query: Float64Array, rows: Int8Array, start: number): number {
  let sum = 0;
  for (let place = 0; place < query.length; place++) sum += (query[place] ?? 0) * (rows[start + place] ?? 0);
  return sum;
}
