/** Returns the best `limit` of some numbers, best first, in time that grows little with how many there are. */
export function topMatches(
  candidates: readonly number[],
  limit: number,
  compare: (a: number, b: number) => number,
): number[] {
  if (limit >= candidates.length) return [...candidates].sort(compare);
  const heap: number[] = [];
  for (const candidate of candidates) {
    if (heap.length < limit) {
      heap.push(candidate);
      riseLast(heap, compare);
    } else if (limit > 0 && compare(candidate, heap[0] ?? 0) < 0) {
      heap[0] = candidate;
      sinkFirst(heap, compare);
    }
  }
  return heap.sort(compare);
}

/** Moves the last item towards the root, where the worst match is kept. */
function riseLast(heap: number[], compare: (a: number, b: number) => number): void {
  let index = heap.length - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (compare(heap[index] ?? 0, heap[parent] ?? 0) <= 0) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function sinkFirst(heap: number[], compare: (a: number, b: number) => number): void {
  let index = 0;
  for (;;) {
    let worst = index;
    for (const child of [2 * index + 1, 2 * index + 2]) {
      if (child < heap.length && compare(heap[child] ?? 0, heap[worst] ?? 0) > 0) worst = child;
    }
    if (worst === index) return;
    swap(heap, index, worst);
    index = worst;
  }
}

function swap(heap: number[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] ?? 0, heap[a] ?? 0];
}
