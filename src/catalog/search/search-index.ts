import { Recent } from "../recent.ts";
import type { SearchResult, ToolMatch } from "../catalog.ts";
import { EXACT_NAME, toolsCalled } from "./index/exact-names.ts";
import type { IndexedCatalog } from "./index/index-parts.ts";
import { type ServerDigests, SearchMemory } from "./index/search-memory.ts";
import { ToolVectors } from "./meaning/tool-vectors.ts";
import { packagedWordVectors, type WordVectors } from "./meaning/word-vectors.ts";
import { namePattern } from "./name-pattern.ts";
import { Ranker, type Ranking } from "./ranker.ts";
import type { ToolEntry } from "../tool.ts";
import { ToolScores } from "./tool-scores.ts";
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

/** Sources of an index beside the tools. */
interface IndexSources {
  /** @default those that come with the package; null for none */
  readonly words?: WordVectors | null;
  /** What was read before. @default nothing */
  readonly memory?: SearchMemory;
  /** Known for all servers, the index may be kept on disk. @default unknown */
  readonly digests?: ServerDigests | undefined;
}

/** Only this much of a query is read; a question longer than that is not one. */
const MAX_QUERY = 4_000;

/** Results kept for searches that come again, and the most tools of one that is kept. */
const RESULTS_KEPT = 32;
const MOST_KEPT = 50;

/** Builds the index in small steps; see {@link SearchMemory} for what is read, and {@link Ranker} for the ranking. */
export function* createSearchIndex(
  catalog: IndexedCatalog,
  { words = packagedWordVectors() ?? null, memory = new SearchMemory(), digests }: IndexSources = {},
): Generator<void, SearchIndex> {
  const entries = catalog.tools;
  const { postings, exactNames, order, ...parts } = yield* memory.parts(catalog, words ?? undefined, digests);
  yield;
  const vectors = words === null ? undefined : yield* ToolVectors.of(words, parts.vectors);
  yield;
  const serverOf = numberServers(catalog);
  yield;
  const ranker = new Ranker(postings, { vectors, words: words ?? undefined, serverOf, traits: parts.traits });
  const all = new ToolScores(entries.length);

  function rank(query: string): Ranking {
    const fits = namePattern(query);
    if (fits !== undefined) return listed((entry) => fits(entry), 1);
    const exact = toolsCalled(query, exactNames, entries);
    const asked = ranker.read(query);
    if (exact.length === 0 && asked.words.length === 0) return listed(() => true, 0);
    const { scores, isWeak } = ranker.rank(query, asked);
    for (const tool of exact) scores.add(tool, EXACT_NAME);
    return { scores, isWeak: isWeak && exact.length === 0 };
  }

  /** Tools that fit, in the order of the catalog. */
  function listed(fits: (entry: ToolEntry) => boolean, score: number): Ranking {
    all.clear();
    for (const [tool, entry] of entries.entries()) if (fits(entry)) all.set(tool, score);
    return { scores: all, isWeak: false };
  }

  function find(query: string, options: IndexQuery): SearchResult {
    const { scores, isWeak } = rank(query);
    const { values } = scores;
    const found = narrow(entries, scores.tools, options);
    const offset = toCount(options.offset ?? 0);
    const end = offset + toCount(options.limit ?? 10);
    const isRanked = values[found[0] ?? 0] !== 0;
    const best = topMatches(found, end, { scores: values, order: isRanked ? order : undefined });
    const tools = Array.from(best.subarray(offset)).flatMap((tool) => toMatch(entries[tool], values[tool] ?? 0));
    const figures = { total: found.length, hasMore: found.length > end };
    return isWeak && tools.length > 0 ? { tools, ...figures, isWeak: true } : { tools, ...figures };
  }

  // Models repeat their searches, and the tools of an index never change.
  const results = new Recent<SearchResult>(RESULTS_KEPT);
  return {
    search(query, options) {
      const asked = query.trim().slice(0, MAX_QUERY);
      const key = keyOf(asked, options);
      const known = results.get(key);
      const result = known ?? find(asked, options);
      if (known === undefined && result.tools.length <= MOST_KEPT) results.set(key, result);
      return { ...result, tools: [...result.tools] };
    },
  };
}

/** What a search is kept by: no identifier is a sign or has a space. */
function keyOf(
  query: string,
  { limit = 10, offset = 0, includeDeferred = true, identifier = "*" }: IndexQuery,
): string {
  return `${limit} ${offset} ${String(includeDeferred)} ${identifier ?? "-"} ${query}`;
}

/** The number of each tool's server, in the order servers appear. */
function numberServers({ servers, tools: all }: IndexedCatalog): Uint32Array {
  const serverOf = new Uint32Array(all.length);
  let [number, first] = [0, 0];
  for (const { tools } of servers) {
    if (tools.length > 0) serverOf.fill(number++, first, (first += tools.length));
  }
  return serverOf;
}

/** Leaves the tools the options ask for. Most searches narrow nothing, and asking every entry costs more than scoring. */
function narrow(entries: readonly ToolEntry[], tools: Uint32Array, options: IndexQuery): Uint32Array {
  const { includeDeferred = true, identifier } = options;
  if (includeDeferred && identifier === undefined) return tools;
  return tools.filter((tool) => {
    const entry = entries[tool];
    if (entry === undefined || (entry.deferLoading && !includeDeferred)) return false;
    return identifier === undefined || entry.serverIdentifier === identifier;
  });
}

function toCount(limit: number): number {
  return limit > 0 ? Math.floor(limit) : 0;
}

function toMatch(entry: ToolEntry | undefined, score: number): ToolMatch[] {
  return entry === undefined ? [] : [Object.freeze({ ...entry, score })];
}
