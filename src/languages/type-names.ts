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

/** The first words of a text in PascalCase, for the name of a type. */
export function pascalCase(text: string): string {
  const words = text
    .slice(0, 80)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(name) ? name : `T${name}`;
}

/** Tells whether a name can be declared: ASCII, so that it is the same name in every language. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
