/** Hands out names that are taken only once. */
export interface NameAllocator {
  /** Returns `wanted`, or `wanted2`, `wanted3`, … when it is taken or reserved. */
  claim(wanted: string): string;
}

/** Makes an allocator that never hands out one of `reserved`. */
export function createNameAllocator(reserved: Iterable<string>): NameAllocator {
  const taken = new Set(reserved);
  const counts = new Map<string, number>();
  return {
    claim(wanted) {
      let count = counts.get(wanted) ?? 1;
      let name = wanted;
      while (taken.has(name)) name = `${wanted}${++count}`;
      counts.set(wanted, count);
      taken.add(name);
      return name;
    },
  };
}
