/** Turns counts, of which that of `n` stands at `n + 1`, into starts: each the sum of all counts before it. */
export function toStarts(counts: Uint32Array): Uint32Array {
  for (let place = 1; place < counts.length; place++) increase(counts, place, counts[place - 1] ?? 0);
  return counts;
}

/** Adds to one of some numbers. */
export function increase(numbers: Uint32Array | Float32Array | Float64Array, place: number, amount: number): void {
  numbers[place] = (numbers[place] ?? 0) + amount;
}
