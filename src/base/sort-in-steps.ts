/** Items sorted or merged in one step. */
const ITEMS_PER_STEP = 256;

type Compare<Item> = (left: Item, right: Item) => number;

/** Sorts like `toSorted`, stable too, in small steps. */
export function* sortInSteps<Item>(items: readonly Item[], compare: Compare<Item>): Generator<void, readonly Item[]> {
  let runs: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += ITEMS_PER_STEP) {
    runs.push(items.slice(start, start + ITEMS_PER_STEP).toSorted(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly Item[])[] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(yield* merge(runs[index] ?? [], runs[index + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: Compare<Item>,
): Generator<void, readonly Item[]> {
  const merged: Item[] = [];
  let taken = 0;
  for (const [index, item] of left.entries()) {
    for (let next = right[taken]; next !== undefined && compare(next, item) < 0; next = right[taken]) {
      merged.push(next);
      taken += 1;
    }
    merged.push(item);
    if (index % ITEMS_PER_STEP === 0) yield;
  }
  return [...merged, ...right.slice(taken)];
}
