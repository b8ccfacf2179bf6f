import { closest, distance } from "fastest-levenshtein";

const MAX_LENGTH = 64;
const MAX_CANDIDATES = 200;
/** Part of a name that its words are read from. */
const MOST_UNITS = 200;

/** The candidate a misspelt name most likely means; undefined when none is close. Case and separators do not count. */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  const usable = candidates.filter((each) => each.length <= MAX_LENGTH).slice(0, MAX_CANDIDATES);
  if (usable.length === 0 || name === "" || name.length > MAX_LENGTH) return undefined;
  const same = usable.find((each) => flat(each) === flat(name));
  if (same !== undefined) return same;
  const best = closest(flat(name), usable.map(flat));
  const match = usable.find((each) => flat(each) === best);
  const tolerated = Math.floor(Math.max(name.length, best.length) / 2.5);
  const starts = name.length >= 3 && (best.startsWith(flat(name)) || flat(name).startsWith(best)) && best.length >= 3;
  return starts || distance(flat(name), best) <= tolerated ? match : undefined;
}

function flat(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** The words of a name, in lower case: those of `listOpenIssues`, `list_open_issues` and `list-open-issues` are the same. */
export function wordsOfName(name: string): readonly string[] {
  const parts = name
    .slice(0, MOST_UNITS)
    .replaceAll(/(?<=[\p{Ll}\d])\p{Lu}/gu, "_$&")
    .toLowerCase();
  return parts.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}
