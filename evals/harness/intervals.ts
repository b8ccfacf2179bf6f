import { seededRandom } from "../../bench/search/train/random.ts";

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
  const random = seededRandom(SEED);
  const shares = Array.from({ length: DRAWS }, () => {
    const drawn = templates.flatMap(() => templates[Math.floor(random() * templates.length)] ?? []);
    return drawn.filter(({ passed }) => passed).length / Math.max(1, drawn.length);
  }).toSorted((a, b) => a - b);
  return [shares[Math.floor(DRAWS * 0.025)] ?? 0, shares[Math.ceil(DRAWS * 0.975) - 1] ?? 0];
}
