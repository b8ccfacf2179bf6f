import type { Bag, TrainedWords } from "./contrast.ts";
import { seededRandom, shuffle } from "./random.ts";

const RATE = 0.03;
const WEIGHT_RATE = 0.02;
const LEAST_WEIGHT = 0.01;
const START = 1e-3;

/** A text and the vector of length 1 that its words should add up to. */
export interface Lesson {
  readonly bag: Bag;
  readonly target: Float32Array;
}

/** Moves words so that those of each text add up to the direction its teacher gave it (Adagrad). Changes `words` in place. */
export function distil(
  words: TrainedWords,
  lessons: readonly Lesson[],
  { epochs, seed }: { readonly epochs: number; readonly seed: number },
): void {
  const random = seededRandom(seed);
  const moved = new Float32Array(words.weights.length).fill(START);
  const weighed = new Float32Array(words.weights.length).fill(START);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const lesson of shuffle([...lessons], random)) learn(words, lesson, { moved, weighed });
  }
}

function learn(words: TrainedWords, { bag, target }: Lesson, pace: Pace): void {
  const { dimensions, values, weights } = words;
  const sum = new Float64Array(dimensions);
  for (const [place, row] of bag.rows.entries()) {
    const weight = (weights[row] ?? 0) * (bag.counts[place] ?? 0);
    for (let k = 0; k < dimensions; k++) sum[k] = (sum[k] ?? 0) + weight * (values[row * dimensions + k] ?? 0);
  }
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0)) || 1;
  const cosine = sum.reduce((total, value, k) => total + (value / length) * (target[k] ?? 0), 0);
  const gradient = sum.map((value, k) => ((cosine * value) / length - (target[k] ?? 0)) / length);
  for (const [place, row] of bag.rows.entries())
    moveWord(words, { row, count: bag.counts[place] ?? 0, gradient }, pace);
}

/** How far each word has gone already: a word that is met often moves less each time. */
interface Pace {
  readonly moved: Float32Array;
  readonly weighed: Float32Array;
}

function moveWord(
  { dimensions, values, weights }: TrainedWords,
  { row, count, gradient }: { readonly row: number; readonly count: number; readonly gradient: Float64Array },
  { moved, weighed }: Pace,
): void {
  const weight = weights[row] ?? 0;
  const strength = gradient.reduce((total, value) => total + value * value, 0) / dimensions;
  moved[row] = (moved[row] ?? 0) + strength * (weight * count) ** 2;
  const rate = (RATE * weight * count) / Math.sqrt(moved[row] ?? 1);
  let slope = 0;
  for (let k = 0; k < dimensions; k++) {
    const value = values[row * dimensions + k] ?? 0;
    slope += (gradient[k] ?? 0) * value;
    values[row * dimensions + k] = value - rate * (gradient[k] ?? 0);
  }
  slope *= count;
  weighed[row] = (weighed[row] ?? 0) + slope * slope;
  weights[row] = Math.max(LEAST_WEIGHT, weight - (WEIGHT_RATE * slope) / Math.sqrt(weighed[row] ?? 1));
}
