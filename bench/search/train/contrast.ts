import { seededRandom, shuffle } from "./random.ts";

/** Words of a text and how much each counts. */
export interface Bag {
  readonly rows: Int32Array;
  readonly counts: Float32Array;
}

/** Two texts that say the same. Pairs with one key are about one thing, so neither is a counter-example of the other. */
export interface Pair {
  readonly left: Bag;
  readonly right: Bag;
  readonly key: string;
  /** Where it is from: a batch holds pairs of one source, which are harder to tell apart than those of several. */
  readonly source: string;
}

/** Word vectors while they are trained: a direction and a weight for each. */
export interface TrainedWords {
  readonly dimensions: number;
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

const BATCH = 96;
const LEAST_BATCH = 8;
const TEMPERATURE = 0.05;
const RATE = 0.05;
const WEIGHT_RATE = 0.03;
const LEAST_WEIGHT = 0.01;
const START = 1e-3;

/**
 * Moves the words of texts that say the same towards each other, and away from the other texts of their batch (InfoNCE in
 * both directions, Adagrad). Changes `words` in place; equal input and seed bring equal results.
 */
export function trainByContrast(
  words: TrainedWords,
  pairs: readonly Pair[],
  { epochs, seed }: { readonly epochs: number; readonly seed: number },
): void {
  const random = seededRandom(seed);
  const step = new Step(words);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const batches = batchesOf(shuffle([...pairs], random));
    for (const batch of shuffle(batches, random)) step.take(batch);
  }
}

/** Pairs in batches of one source each; a rest of very few teaches nothing. */
function batchesOf(pairs: readonly Pair[]): (readonly Pair[])[] {
  const sources = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const list = sources.get(pair.source);
    if (list === undefined) sources.set(pair.source, [pair]);
    else list.push(pair);
  }
  return [...sources.values()].flatMap((list) => {
    const starts = Array.from({ length: Math.ceil(list.length / BATCH) }, (_, number) => number * BATCH);
    const batches = starts.map((start) => list.slice(start, start + BATCH));
    return batches.filter(({ length }) => length >= LEAST_BATCH);
  });
}

/** A text as a vector of length 1, and the length it had. */
interface Side {
  readonly bag: Bag;
  readonly unit: Float64Array;
  readonly length: number;
}

class Step {
  readonly #words: TrainedWords;
  readonly #moved: Float32Array;
  readonly #weighed: Float32Array;

  constructor(words: TrainedWords) {
    this.#words = words;
    this.#moved = new Float32Array(words.weights.length).fill(START);
    this.#weighed = new Float32Array(words.weights.length).fill(START);
  }

  take(batch: readonly Pair[]): void {
    const lefts = batch.map(({ left }) => this.#side(left));
    const rights = batch.map(({ right }) => this.#side(right));
    const slopes = slopesOf(similarities(batch, lefts, rights), batch.length);
    const size = batch.length;
    const leftMoves = lefts.map((_, row) => this.#mix(rights, (column) => slopes[row * size + column] ?? 0));
    const rightMoves = rights.map((_, column) => this.#mix(lefts, (row) => slopes[row * size + column] ?? 0));
    lefts.forEach((side, place) => this.#move(side, leftMoves[place] ?? new Float64Array(0)));
    rights.forEach((side, place) => this.#move(side, rightMoves[place] ?? new Float64Array(0)));
  }

  #side(bag: Bag): Side {
    const { dimensions, values, weights } = this.#words;
    const unit = new Float64Array(dimensions);
    for (const [place, row] of bag.rows.entries()) {
      const weight = (weights[row] ?? 0) * (bag.counts[place] ?? 0);
      const start = row * dimensions;
      for (let k = 0; k < dimensions; k++) unit[k] = (unit[k] ?? 0) + weight * (values[start + k] ?? 0);
    }
    const length = Math.sqrt(dot(unit, unit)) || 1;
    for (let k = 0; k < dimensions; k++) unit[k] = (unit[k] ?? 0) / length;
    return { bag, unit, length };
  }

  #mix(sides: readonly Side[], slope: (place: number) => number): Float64Array {
    const sum = new Float64Array(this.#words.dimensions);
    for (const [place, { unit }] of sides.entries()) {
      const share = slope(place) / TEMPERATURE / sides.length;
      if (share !== 0) for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + share * (unit[k] ?? 0);
    }
    return sum;
  }

  #move({ bag, unit, length }: Side, gradient: Float64Array): void {
    const along = dot(gradient, unit);
    for (let k = 0; k < unit.length; k++) gradient[k] = ((gradient[k] ?? 0) - along * (unit[k] ?? 0)) / length;
    const strength = dot(gradient, gradient) / unit.length;
    for (const [place, row] of bag.rows.entries()) this.#moveWord(row, bag.counts[place] ?? 0, { gradient, strength });
  }

  #moveWord(row: number, count: number, pull: { readonly gradient: Float64Array; readonly strength: number }): void {
    const { dimensions, values, weights } = this.#words;
    const weight = weights[row] ?? 0;
    const start = row * dimensions;
    this.#moved[row] = (this.#moved[row] ?? 0) + pull.strength * (weight * count) ** 2;
    const rate = (RATE * weight * count) / Math.sqrt(this.#moved[row] ?? 1);
    let slope = 0;
    for (let k = 0; k < dimensions; k++) {
      const value = values[start + k] ?? 0;
      const towards = pull.gradient[k] ?? 0;
      slope += towards * value;
      values[start + k] = value - rate * towards;
    }
    slope *= count;
    this.#weighed[row] = (this.#weighed[row] ?? 0) + slope * slope;
    weights[row] = Math.max(LEAST_WEIGHT, weight - (WEIGHT_RATE * slope) / Math.sqrt(this.#weighed[row] ?? 1));
  }
}

function similarities(batch: readonly Pair[], lefts: readonly Side[], rights: readonly Side[]): Float64Array {
  const size = batch.length;
  const table = new Float64Array(size * size);
  for (const [row, left] of lefts.entries()) {
    for (const [column, right] of rights.entries()) {
      const isSame = row !== column && batch[row]?.key === batch[column]?.key;
      table[row * size + column] = isSame ? -Infinity : dot(left.unit, right.unit) / TEMPERATURE;
    }
  }
  return table;
}

/** Slope of the loss for each similarity: how likely each pair looks, less one for those that are pairs. */
function slopesOf(table: Float64Array, size: number): Float64Array {
  const slopes = new Float64Array(size * size);
  for (let line = 0; line < size; line++) {
    for (const place of [(other: number) => line * size + other, (other: number) => other * size + line]) {
      const values = Array.from({ length: size }, (_, other) => table[place(other)] ?? 0);
      const largest = Math.max(...values);
      const likely = values.map((value) => Math.exp(value - largest));
      const sum = likely.reduce((total, value) => total + value, 0);
      likely.forEach((value, other) => {
        slopes[place(other)] = (slopes[place(other)] ?? 0) + 0.5 * (value / sum - (other === line ? 1 : 0));
      });
    }
  }
  return slopes;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0);
  return sum;
}
