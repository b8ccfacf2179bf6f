/** Numbers to choose among, the score of each, and which of two with equal scores comes first. */
interface Contest {
  readonly scores: Float32Array | Float64Array;
  readonly tie: (a: number, b: number) => number;
}

/** Returns the best `limit` of some numbers, the highest score first, in time that grows little with how many there are. */
export function topMatches(
  candidates: readonly number[] | Uint32Array,
  limit: number,
  { scores, tie }: Contest,
): number[] {
  const compare = (a: number, b: number): number => (scores[b] ?? 0) - (scores[a] ?? 0) || tie(a, b);
  if (limit >= candidates.length) return [...candidates].sort(compare);
  if (limit <= 0) return [];
  const heap = Array.from(candidates.slice(0, limit)).sort((a, b) => compare(b, a));
  let [last = 0] = heap;
  let worst = scores[last] ?? 0;
  for (const candidate of candidates.slice(limit)) {
    const score = scores[candidate] ?? 0;
    if (score < worst || (score === worst && tie(candidate, last) >= 0)) continue;
    heap[0] = candidate;
    sinkFirst(heap, compare);
    [last = 0] = heap;
    worst = scores[last] ?? 0;
  }
  return heap.sort(compare);
}

/** Moves the first item away from the root, where the worst match is kept. */
function sinkFirst(heap: number[], compare: (a: number, b: number) => number): void {
  let index = 0;
  for (;;) {
    let worst = index;
    for (const child of [2 * index + 1, 2 * index + 2]) {
      if (child < heap.length && compare(heap[child] ?? 0, heap[worst] ?? 0) > 0) worst = child;
    }
    if (worst === index) return;
    [heap[index], heap[worst]] = [heap[worst] ?? 0, heap[index] ?? 0];
    index = worst;
  }
}
