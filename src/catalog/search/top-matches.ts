/** Scores of numbers to choose among, and which of two with equal scores comes first. */
interface Contest {
  readonly scores: Float32Array | Float64Array;
  /** Rank of each number among those of equal score. @default the smaller number first */
  readonly order?: Uint32Array | undefined;
}

/** Returns the best `limit` of some numbers, the highest score first, in time that grows little with how many there are. */
export function topMatches(candidates: Uint32Array, limit: number, contest: Contest): Uint32Array {
  const precedes = precedence(contest);
  return unsortedMatches(candidates, limit, contest).sort((a, b) => (precedes(a, b) ? -1 : 1));
}

/** Like {@link topMatches}, in no order. */
export function unsortedMatches(candidates: Uint32Array, limit: number, contest: Contest): Uint32Array {
  const { scores } = contest;
  const precedes = precedence(contest);
  const size = Math.min(Math.max(0, limit), candidates.length);
  const heap = candidates.slice(0, size);
  if (size === 0) return heap;
  for (let index = (size >>> 1) - 1; index >= 0; index--) sink(heap, index, precedes);
  let last = heap[0] ?? 0;
  let worst = scores[last] ?? 0;
  for (let place = size; place < candidates.length; place++) {
    const candidate = candidates[place] ?? 0;
    if ((scores[candidate] ?? 0) < worst || !precedes(candidate, last)) continue;
    heap[0] = candidate;
    sink(heap, 0, precedes);
    last = heap[0] ?? 0;
    worst = scores[last] ?? 0;
  }
  return heap;
}

function precedence({ scores, order }: Contest): (a: number, b: number) => boolean {
  return (a, b) => {
    const [left, right] = [scores[a] ?? 0, scores[b] ?? 0];
    return left === right ? (order?.[a] ?? a) < (order?.[b] ?? b) : left > right;
  };
}

/** Moves an item away from the root, where the worst match is kept, until what is below it is better. */
function sink(heap: Uint32Array, from: number, precedes: (a: number, b: number) => boolean): void {
  const item = heap[from] ?? 0;
  let index = from;
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
