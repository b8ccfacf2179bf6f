/** Times that the templates are drawn anew. */
const DRAWS = 2_000;
const SEED = 20_260_101;

/**
 * The 95 % interval of a share, by drawing templates with replacement: tasks of one template pass or fail together, so that
 * they count as one. The same rows give the same interval.
 */
export function shareInterval(
  rows: readonly { readonly template: string; readonly passed: boolean }[],
): readonly [number, number] {
  const names = [...new Set(rows.map(({ template }) => template))];
  const templates = names.map((name) => rows.filter(({ template }) => template === name));
  const random = randomNumbers(SEED);
  const shares = Array.from({ length: DRAWS }, () => {
    const drawn = templates.flatMap(() => templates[Math.floor(random() * templates.length)] ?? []);
    return drawn.filter(({ passed }) => passed).length / Math.max(1, drawn.length);
  }).toSorted((a, b) => a - b);
  return [shares[Math.floor(DRAWS * 0.025)] ?? 0, shares[Math.ceil(DRAWS * 0.975) - 1] ?? 0];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
