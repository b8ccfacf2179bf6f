import { seededRandom } from "./random.ts";

/** Vectors of one length, one after the other. */
export interface Matrix {
  readonly columns: number;
  readonly values: Float32Array;
}

/** Rows from which the axes are found; more change little. */
const MOST_ROWS = 20_000;
const ROUNDS = 30;

/** Turns vectors so that their first numbers tell them apart best, and keeps that many; `centre` takes the mean off first. */
export function toPrincipalAxes(matrix: Matrix, kept: number, centre: boolean): Matrix {
  const { columns, values } = matrix;
  const rows = values.length / columns;
  const mean = centre ? meanOf(matrix) : new Float64Array(columns);
  const axes = findAxes(covariance(matrix, mean), columns, kept);
  const turned = new Float32Array(rows * kept);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = at(values, row * columns + column) - at(mean, column);
      for (let axis = 0; axis < kept; axis++) add(turned, row * kept + axis, value * at(axes, column * kept + axis));
    }
  }
  return { columns: kept, values: turned };
}

/** Puts every row on length 1. */
export function normalizeRows({ columns, values }: Matrix): void {
  for (let start = 0; start < values.length; start += columns) {
    const row = values.subarray(start, start + columns);
    const length = Math.hypot(...row);
    if (length > 0) row.forEach((value, place) => (row[place] = value / length));
  }
}

function meanOf({ columns, values }: Matrix): Float64Array {
  const mean = new Float64Array(columns);
  const rows = Math.min(values.length / columns, MOST_ROWS);
  for (let place = 0; place < rows * columns; place++) add(mean, place % columns, at(values, place) / rows);
  return mean;
}

function covariance({ columns, values }: Matrix, mean: Float64Array): Float64Array {
  const sums = new Float64Array(columns * columns);
  const rows = Math.min(values.length / columns, MOST_ROWS);
  for (let row = 0; row < rows; row++) {
    const centred = Float64Array.from(mean, (value, column) => at(values, row * columns + column) - value);
    for (let a = 0; a < columns; a++)
      for (let b = a; b < columns; b++) add(sums, a * columns + b, at(centred, a) * at(centred, b));
  }
  for (let a = 0; a < columns; a++) for (let b = 0; b < a; b++) sums[a * columns + b] = at(sums, b * columns + a);
  return sums;
}

/** Orthogonal iteration from a seeded start. */
function findAxes(matrix: Float64Array, size: number, kept: number): Float64Array {
  const random = seededRandom(1);
  let axes = orthogonal(
    Float64Array.from({ length: size * kept }, () => random() - 0.5),
    kept,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(size * kept);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        const weight = at(matrix, a * size + b);
        for (let axis = 0; axis < kept; axis++) add(next, a * kept + axis, weight * at(axes, b * kept + axis));
      }
    }
    axes = orthogonal(next, kept);
  }
  return axes;
}

/** Gram-Schmidt over the columns. */
function orthogonal(axes: Float64Array, kept: number): Float64Array {
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let start = 0; start < axes.length; start += kept) sum += at(axes, start + a) * at(axes, start + b);
    return sum;
  };
  for (let axis = 0; axis < kept; axis++) {
    for (let before = 0; before < axis; before++) {
      const share = product(axis, before);
      for (let start = 0; start < axes.length; start += kept)
        add(axes, start + axis, -share * at(axes, start + before));
    }
    const length = Math.sqrt(product(axis, axis)) || 1;
    for (let start = 0; start < axes.length; start += kept) axes[start + axis] = at(axes, start + axis) / length;
  }
  return axes;
}

function at(values: Float32Array | Float64Array, place: number): number {
  return values[place] ?? 0;
}

function add(values: Float32Array | Float64Array, place: number, amount: number): void {
  values[place] = at(values, place) + amount;
}
