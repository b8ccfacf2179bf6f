import type { WordVectors } from "./word-vectors.ts";

/** Least cosine of a word that may stand for another. */
const LEAST = 0.5;
const MOST_NEAR = 5;
const MOST_KEPT = 1_000;

/** The words of a catalog that are nearest in meaning to one that it does not have. */
export class NearWords {
  readonly #vectors: WordVectors;
  readonly #listed: () => Iterable<string>;
  readonly #found = new Map<string, readonly string[]>();
  #held: { readonly words: readonly string[]; readonly rows: Int8Array; readonly lengths: Float64Array } | undefined;

  /** @param listed all words of the catalog; asked for once, at the first request */
  constructor(vectors: WordVectors, listed: () => Iterable<string>) {
    this.#vectors = vectors;
    this.#listed = listed;
  }

  /** The nearest words, the best first; none for a word without a vector. */
  of(word: string): readonly string[] {
    const row = this.#vectors.rowOf.get(word);
    if (row === undefined) return [];
    const known = this.#found.get(word);
    if (known !== undefined) return known;
    const near = this.#nearest(row);
    if (this.#found.size < MOST_KEPT) this.#found.set(word, near);
    return near;
  }

  #nearest(row: number): readonly string[] {
    const { dimensions, rows } = this.#vectors;
    const asked = rows.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.sqrt(product(asked, asked, 0));
    const held = (this.#held ??= this.#read());
    const near: { readonly word: string; readonly cosine: number }[] = [];
    for (const [place, word] of held.words.entries()) {
      const cosine = product(asked, held.rows, place * dimensions) / (length * (held.lengths[place] ?? 1));
      if (cosine >= LEAST) near.push({ word, cosine });
    }
    near.sort((a, b) => b.cosine - a.cosine || (a.word < b.word ? -1 : 1));
    return near.slice(0, MOST_NEAR).map(({ word }) => word);
  }

  /** The words that have a vector, with their vectors one after the other. */
  #read() {
    const { dimensions, rowOf, rows } = this.#vectors;
    const words = [...this.#listed()].filter((word) => rowOf.has(word));
    const held = new Int8Array(words.length * dimensions);
    const lengths = Float64Array.from(words, (word, place) => {
      const row = rowOf.get(word) ?? 0;
      held.set(rows.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
      return (
        Math.sqrt(product(held.subarray(place * dimensions, (place + 1) * dimensions), held, place * dimensions)) || 1
      );
    });
    return { words, rows: held, lengths };
  }
}

/** Product of a vector with the row that begins at `start`. */
function product(vector: Int8Array, rows: Int8Array, start: number): number {
  let sum = 0;
  for (let place = 0; place < vector.length; place++) sum += (vector[place] ?? 0) * (rows[start + place] ?? 0);
  return sum;
}
