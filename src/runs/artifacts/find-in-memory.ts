import { defined } from "../../base/defined.ts";
import type { Artifact, FoundArtifact } from "./artifact-store.ts";

/** Words of a query that a search in memory looks for, and characters it looks at in one step. */
const MOST_WORDS = 20;
const SEARCHED_CHARACTERS = 64 * 1024;

/** Characters around the words that a search in memory found. */
const SNIPPET_CHARACTERS = 120;

/** The newest artifacts that have all words of a query, of which it looks for the first 20, found in small steps. */
export function* findInSteps(
  artifacts: readonly Artifact[],
  query: readonly string[],
  limit: number,
): Generator<void, readonly FoundArtifact[]> {
  const words = query.slice(0, MOST_WORDS);
  const found: FoundArtifact[] = [];
  for (const artifact of words.length === 0 ? [] : artifacts.toReversed()) {
    if (found.length >= limit) break;
    const { id, name = "", text, mimeType, bytes, path } = artifact;
    const label = name.toLowerCase();
    const unnamed = words.filter((word) => !label.includes(word));
    const place = yield* placeOfAll(text, unnamed);
    if (place === undefined) continue;
    const isNamed = unnamed.length < words.length;
    const start = isNamed ? 0 : Math.max(0, place - SNIPPET_CHARACTERS / 2);
    const around = text.slice(start, start + SNIPPET_CHARACTERS);
    const snippet = (isNamed ? `${name}\n${around}`.slice(0, SNIPPET_CHARACTERS) : around).trim();
    found.push({ id, mimeType, bytes, snippet, ...defined({ name: artifact.name, path }) });
  }
  return found;
}

/** Where the first of some words stands in a text, which is read a piece at a time; undefined unless all are there. */
function* placeOfAll(text: string, words: readonly string[]): Generator<void, number | undefined> {
  if (words.length === 0) return 0;
  const open = new Set(words);
  const overlap = Math.max(...words.map((word) => word.length));
  let first: number | undefined;
  for (let at = 0; at < text.length && open.size > 0; at += SEARCHED_CHARACTERS) {
    const piece = text.slice(at, at + SEARCHED_CHARACTERS + overlap).toLowerCase();
    for (const word of open) {
      const place = piece.indexOf(word);
      if (place === -1) continue;
      open.delete(word);
      first = Math.min(first ?? Infinity, at + place);
    }
    yield;
  }
  return open.size === 0 ? first : undefined;
}
