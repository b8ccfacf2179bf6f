/** Scores of numbers to choose among, and which of two with equal scores comes first. */
interface Contest {
  readonly scores: Float32Array | Float64Array;
  /** Rank of each number among those of equal score. @default the smaller number first */
  readonly order?: Uint32Array | undefined;
}

/** Returns the best `limit` of some numbers, the highest score first, in time that grows little with how many there are. */
export function topMatches(candidates: Uint32Array, limit: number, { scores, order }: Contest): Uint32Array {
  const size = Math.min(Math.max(0, limit), candidates.length);
  const precedes = (a: number, b: number): boolean => {
    const [left, right] = [scores[a] ?? 0, scores[b] ?? 0];
    return left === right ? (order?.[a] ?? a) < (order?.[b] ?? b) : left > right;
  };
  const heap = candidates.slice(0, size).sort((a, b) => (precedes(b, a) ? -1 : 1));
  let last = heap[0] ?? 0;
  let worst = scores[last] ?? 0;
  if (size === 0) return heap;
  for (let place = size; place < candidates.length; place++) {
    const candidate = candidates[place] ?? 0;
    if ((scores[candidate] ?? 0) < worst || !precedes(candidate, last)) continue;
    heap[0] = candidate;
    sinkFirst(heap, precedes);
    last = heap[0] ?? 0;
    worst = scores[last] ?? 0;
  }
  return heap.sort((a, b) => (precedes(a, b) ? -1 : 1));
}

/** Moves the first item away from the root, where the worst match is kept. */
function sinkFirst(heap: Uint32Array, precedes: (a: number, b: number) => boolean): void {
  const item = heap[0] ?? 0;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && precedes(heap[child] ?? 0, heap[child + 1] ?? 0)) child += 1;
    const worse = heap[child] ?? 0;
    if (!precedes(item, worse)) break;
    heap[index] = worse;
    index = child;
  }
  heap[index] = item;
}
