/** Size of a JSON value; both numbers stop growing once their limit is passed. */
interface JsonMeasure {
  readonly depth: number;
  /** About the length of its JSON text. */
  readonly characters: number;
  readonly fits: boolean;
}

/** Measures a JSON value of any shape without recursion, stopping as soon as it is past a limit. */
export function measureJson(value: unknown, maxDepth: number, maxCharacters: number): JsonMeasure {
  let depth = 0;
  let characters = 0;
  let level: unknown[] = [value];
  while (level.length > 0 && depth <= maxDepth && characters <= maxCharacters) {
    depth += 1;
    const next: unknown[] = [];
    for (const item of level) {
      characters += 2;
      if (typeof item === "string") characters += item.length;
      if (typeof item !== "object" || item === null) continue;
      for (const [key, child] of Object.entries(item)) {
        characters += key.length + 2;
        next.push(child);
      }
    }
    level = next;
  }
  return { depth, characters, fits: depth <= maxDepth && characters <= maxCharacters };
}
