import type { SearchResult, ToolMatch } from "../catalog.ts";
import { compareCodePoints } from "../../base/code-point-order.ts";
import { foldName } from "../fold-name.ts";
import { ToolVectors } from "./meaning/tool-vectors.ts";
import { packagedWordVectors, type WordVectors } from "./meaning/word-vectors.ts";
import { namePattern } from "./name-pattern.ts";
import { Ranker, type Ranking } from "./ranker.ts";
import { createTermPostings } from "./term-postings.ts";
import { sortInSteps } from "../../base/sort-in-steps.ts";
import type { ToolEntry } from "../tool.ts";
import { topMatches } from "./top-matches.ts";

/** A search whose server is already resolved. */
interface IndexQuery {
  readonly limit?: number;
  readonly offset?: number;
  readonly includeDeferred?: boolean;
  /** Identifier of the only server to look at; `null` when the server that was asked for does not exist. */
  readonly identifier?: string | null | undefined;
}

/** Ranks the tools of one catalog. */
interface SearchIndex {
  search(query: string, options: IndexQuery): SearchResult;
}

/** Only this much of a query is read; a question longer than that is not one. */
const MAX_QUERY = 4_000;

/** Added to the score of a tool whose name is the query, so that it stands before every sum of words. */
const EXACT_NAME = 1_000;

/** A description that says so of its tool, and does not merely speak of something deprecated. */
const IS_DEPRECATED =
  /(?:^|[.!?]\s+|[[(*]|\n\s*)deprecated\b\s*(?:[\])*:.,;!\u2013\u2014-]|use\b|in favou?r|since|$)|\b(?:is|are) (?:now )?deprecated\b/i;

/** Builds the index in small steps; see {@link createTermPostings} and {@link Ranker} for the ranking. */
export function* createSearchIndex(
  entries: readonly ToolEntry[],
  words: WordVectors | null = packagedWordVectors() ?? null,
): Generator<void, SearchIndex> {
  const vectors = words === null ? undefined : new ToolVectors(words, entries.length);
  const postings = yield* createTermPostings(entries, vectors);
  const exactNames = yield* indexExactNames(entries);
  const order = yield* nameOrder(entries);
  const isWord = (word: string): boolean => words?.rowOf.has(word) ?? false;
  const deprecated = new Set(
    [...entries.keys()].filter((tool) => IS_DEPRECATED.test(entries[tool]?.description ?? "")),
  );
  const ranker = new Ranker(postings, { vectors, serverOf: numberServers(entries), deprecated, isWord });

  function rank(query: string): Ranking {
    const pattern = namePattern(query);
    if (pattern !== undefined) {
      const fitting = [...entries.entries()].filter(([, entry]) => pattern(entry));
      return { scores: new Map(fitting.map(([tool]) => [tool, 1])), isWeak: false };
    }
    const exact = exactNames.get(foldName(query)) ?? [];
    if (exact.length === 0 && ranker.read(query).words.length === 0) {
      return { scores: new Map(entries.map((_, tool) => [tool, 0])), isWeak: false };
    }
    const { scores, isWeak } = ranker.rank(query);
    for (const tool of exact) scores.set(tool, (scores.get(tool) ?? 0) + EXACT_NAME);
    return { scores, isWeak: isWeak && exact.length === 0 };
  }

  return {
    search(query, options) {
      const { scores, isWeak } = rank(query.trim().slice(0, MAX_QUERY));
      const found = narrow(entries, [...scores.keys()], options);
      const offset = toCount(options.offset ?? 0);
      const end = offset + toCount(options.limit ?? 10);
      const best = topMatches(found, end, (a, b) => {
        const [left = 0, right = 0] = [scores.get(a), scores.get(b)];
        return right - left || (left === 0 ? a - b : (order[a] ?? 0) - (order[b] ?? 0));
      });
      const tools = best.slice(offset).flatMap((tool) => toMatch(entries[tool], scores.get(tool) ?? 0));
      const figures = { total: found.length, hasMore: found.length > end };
      return isWeak && tools.length > 0 ? { tools, ...figures, isWeak: true } : { tools, ...figures };
    },
  };
}

/** The number of each tool's server, in the order servers appear. */
function numberServers(entries: readonly ToolEntry[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(entries, ({ serverName }) => {
    const number = numbers.get(serverName) ?? numbers.size;
    numbers.set(serverName, number);
    return number;
  });
}

/** Leaves the tools the options ask for. Most searches narrow nothing, and asking every entry costs more than scoring. */
function narrow(entries: readonly ToolEntry[], tools: number[], options: IndexQuery): number[] {
  const { includeDeferred = true, identifier } = options;
  if (includeDeferred && identifier === undefined) return tools;
  return tools.filter((tool) => {
    const entry = entries[tool];
    if (entry === undefined || (entry.deferLoading && !includeDeferred)) return false;
    return identifier === undefined || entry.serverIdentifier === identifier;
  });
}

/** Tools by every spelling of their names, without case and separators. */
function* indexExactNames(entries: readonly ToolEntry[]): Generator<void, Map<string, number[]>> {
  const tools = new Map<string, number[]>();
  for (const [tool, entry] of entries.entries()) {
    const { name, serverIdentifier, identifier, serverName, toolName } = entry;
    const spellings = [name, toolName, identifier, `${serverName}.${toolName}`, `${serverIdentifier}.${identifier}`];
    for (const spelling of new Set(spellings.map(foldName))) {
      const known = tools.get(spelling);
      if (known === undefined) tools.set(spelling, [tool]);
      else known.push(tool);
    }
    yield;
  }
  tools.delete("");
  return tools;
}

/** The rank of each tool when all are sorted by full name, which settles ties. */
function* nameOrder(entries: readonly ToolEntry[]): Generator<void, Uint32Array> {
  const compare = (a: number, b: number): number => compareCodePoints(entries[a]?.name ?? "", entries[b]?.name ?? "");
  const sorted = yield* sortInSteps([...entries.keys()], compare);
  const order = new Uint32Array(entries.length);
  sorted.forEach((tool, rank) => {
    order[tool] = rank;
  });
  return order;
}

function toCount(limit: number): number {
  return limit > 0 ? Math.floor(limit) : 0;
}

function toMatch(entry: ToolEntry | undefined, score: number): ToolMatch[] {
  return entry === undefined ? [] : [Object.freeze({ ...entry, score })];
}
