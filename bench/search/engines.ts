import { createRequire } from "node:module";
import { createToolCatalog, type ToolDefinition, type ToolEntry } from "../../src/catalog.ts";
import { allSteps } from "./all-steps.ts";
import { queryWords } from "../../src/catalog/search/query-words.ts";
import { searchableText } from "../../src/catalog/search/searchable-text.ts";
import { ToolReader } from "../../src/catalog/search/index/tool-reader.ts";
import { createTermPostings, type TermPostings } from "../../src/catalog/search/index/term-postings.ts";
import { WordScores } from "../../src/catalog/search/word-scores.ts";

/** Answers a query with the full names of the best tools. */
type Engine = (query: string, limit: number) => readonly string[];

/** The ways to search that are compared, by name; MiniSearch only where it is installed. */
export function createEngines(definitions: readonly ToolDefinition[]): ReadonlyMap<string, Engine> {
  const catalog = createToolCatalog(definitions);
  const names = catalog.tools.map(({ name }) => name);
  const texts = catalog.tools.map((tool) => searchableText(tool).join(" "));
  const engines = new Map<string, Engine>();
  engines.set("substring", bySubstring(names, texts));
  const miniSearch = byMiniSearch(names, texts);
  if (miniSearch !== undefined) engines.set("MiniSearch", miniSearch);
  engines.set("BM25F alone", byWordsAlone(catalog.tools));
  engines.set("codemode", (query, limit) => catalog.search(query, { limit }).tools.map(({ name }) => name));
  return engines;
}

/** How many words of the query a tool's texts contain. */
function bySubstring(names: readonly string[], texts: readonly string[]): Engine {
  const lower = texts.map((text) => text.toLowerCase());
  return (query, limit) => {
    const words = query.toLowerCase().split(/\s+/);
    const counts = lower.map((text) => words.filter((word) => text.includes(word)).length);
    return best(names, (place) => counts[place] ?? 0, limit);
  };
}

interface MiniSearchLike {
  addAll(documents: readonly { readonly id: number; readonly text: string }[]): void;
  search(query: string): readonly { readonly id: number }[];
}

function byMiniSearch(names: readonly string[], texts: readonly string[]): Engine | undefined {
  try {
    const MiniSearch: new (options: object) => MiniSearchLike = createRequire(import.meta.url)("minisearch");
    const index = new MiniSearch({ fields: ["text"] });
    index.addAll(texts.map((text, id) => ({ id, text })));
    return (query, limit) =>
      index
        .search(query)
        .slice(0, limit)
        .flatMap(({ id }) => names[id] ?? []);
  } catch {
    return undefined;
  }
}

function byWordsAlone(tools: readonly ToolEntry[]): Engine {
  const postings = allSteps(
    (function* read(): Generator<void, TermPostings> {
      const reader = new ToolReader(undefined);
      return yield* createTermPostings([yield* reader.read(tools, new Int8Array())], reader);
    })(),
  );
  const scorer = new WordScores(postings, tools.length);
  const names = tools.map(({ name }) => name);
  return (query, limit) => {
    const asWritten = { isHeld: () => true, isWord: () => true, correct: (word: string) => word, near: () => [] };
    scorer.score({ ...queryWords(query, asWritten), same: new Map(), near: [] });
    return best(names, (place) => scorer.scores[place] ?? 0, limit);
  };
}

function best(names: readonly string[], score: (place: number) => number, limit: number): readonly string[] {
  const places = [...names.keys()].filter((place) => score(place) > 0);
  return places
    .sort((a, b) => score(b) - score(a) || a - b)
    .slice(0, limit)
    .map((place) => names[place] ?? "");
}
