import type { SearchResult, ToolMatch } from "../catalog.ts";
import { compareCodePoints } from "../../base/code-point-order.ts";
import { createExactNames, toolsCalled } from "./exact-names.ts";
import { ToolVectors } from "./meaning/tool-vectors.ts";
import { packagedWordVectors, type WordVectors } from "./meaning/word-vectors.ts";
import { namePattern } from "./name-pattern.ts";
import { Ranker, type Ranking } from "./ranker.ts";
import { createTermPostings } from "./term-postings.ts";
import { type ServerWords, ToolReader } from "./server-words.ts";
import { sortInSteps } from "../../base/sort-in-steps.ts";
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
export interface SearchIndex {
  /** What was read of the tools of each server, for the index of the catalog after a change. */
  readonly read: ReadonlyMap<string, ReadServer>;
  search(query: string, options: IndexQuery): SearchResult;
}

/** The tools of a server, and what was read of them. */
interface ReadServer {
  readonly tools: readonly ToolEntry[];
  readonly words: ServerWords;
}

/** Only this much of a query is read; a question longer than that is not one. */
const MAX_QUERY = 4_000;

/** Added to the score of a tool whose name is the query, so that it stands before every sum of words. */
const EXACT_NAME = 1_000;

/**
 * Builds the index in small steps; see {@link createTermPostings} and {@link Ranker} for the ranking. Only servers whose
 * tools differ from those that `before` has are read.
 */
export function* createSearchIndex(
  entries: readonly ToolEntry[],
  words: WordVectors | null = packagedWordVectors() ?? null,
  before?: ReadonlyMap<string, ReadServer>,
): Generator<void, SearchIndex> {
  const read = yield* readServers(entries, words ?? undefined, before);
  const servers = [...read.values()].map((server) => server.words);
  const postings = yield* createTermPostings(servers);
  const exactNames = yield* createExactNames(entries);
  const order = yield* nameOrder(entries);
  const vectors = words === null ? undefined : new ToolVectors(words, joined(servers.map((server) => server.vectors)));
  const isWord = (word: string): boolean => words?.rowOf.has(word) ?? false;
  const ranker = new Ranker(postings, {
    vectors,
    serverOf: numberServers(entries),
    deprecated: deprecatedOf(servers),
    isWord,
  });
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

  return {
    read,
    search(query, options) {
      const { scores, isWeak } = rank(query.trim().slice(0, MAX_QUERY));
      const { values } = scores;
      const found = narrow(entries, scores.tools, options);
      const offset = toCount(options.offset ?? 0);
      const end = offset + toCount(options.limit ?? 10);
      const tie = (a: number, b: number): number => (values[a] === 0 ? a - b : (order[a] ?? 0) - (order[b] ?? 0));
      const best = topMatches(found, end, { scores: values, tie });
      const tools = best.slice(offset).flatMap((tool) => toMatch(entries[tool], values[tool] ?? 0));
      const figures = { total: found.length, hasMore: found.length > end };
      return isWeak && tools.length > 0 ? { tools, ...figures, isWeak: true } : { tools, ...figures };
    },
  };
}

/** Reads the tools of each server, or takes what was read of the same before. */
function* readServers(
  entries: readonly ToolEntry[],
  words: WordVectors | undefined,
  before: ReadonlyMap<string, ReadServer> | undefined,
): Generator<void, Map<string, ReadServer>> {
  const reader = new ToolReader(words);
  const read = new Map<string, ReadServer>();
  for (let start = 0; start < entries.length;) {
    const { serverName = "" } = entries[start] ?? {};
    let end = start + 1;
    while (entries[end]?.serverName === serverName) end += 1;
    const tools = entries.slice(start, end);
    const known = before?.get(serverName);
    const isSame = known !== undefined && (yield* haveSameTexts(known.tools, tools));
    read.set(serverName, isSame ? { tools, words: known.words } : { tools, words: yield* reader.read(tools) });
    start = end;
  }
  return read;
}

function* haveSameTexts(left: readonly ToolEntry[], right: readonly ToolEntry[]): Generator<void, boolean> {
  if (left.length !== right.length) return false;
  for (const [place, a] of left.entries()) {
    const b = right[place];
    if (place % 64 === 0) yield;
    if (b === undefined || a.toolName !== b.toolName || a.inputSchema !== b.inputSchema) return false;
    if (a.title !== b.title || a.description !== b.description || a.serverDescription !== b.serverDescription)
      return false;
  }
  return true;
}

function joined(parts: readonly Int8Array[]): Int8Array {
  const whole = new Int8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

/** Tools that say of themselves that they are deprecated. */
function deprecatedOf(servers: readonly ServerWords[]): ReadonlySet<number> {
  const tools = new Set<number>();
  let first = 0;
  for (const { deprecated } of servers) {
    for (const [tool, is] of deprecated.entries()) if (is === 1) tools.add(first + tool);
    first += deprecated.length;
  }
  return tools;
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
function narrow(entries: readonly ToolEntry[], tools: Uint32Array, options: IndexQuery): Uint32Array {
  const { includeDeferred = true, identifier } = options;
  if (includeDeferred && identifier === undefined) return tools;
  return tools.filter((tool) => {
    const entry = entries[tool];
    if (entry === undefined || (entry.deferLoading && !includeDeferred)) return false;
    return identifier === undefined || entry.serverIdentifier === identifier;
  });
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
