import { MEANING_WEIGHTS, TextVector, UNIT } from "./text-vector.ts";
import type { WordVectors } from "./word-vectors.ts";

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
