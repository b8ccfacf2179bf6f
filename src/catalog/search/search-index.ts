import type { SearchResult, ToolMatch } from "../catalog.ts";
import { compareCodePoints } from "../../base/code-point-order.ts";
import { foldName } from "../fold-name.ts";
import { joinedTerms, pairedTerms, pairKey, splitTerms } from "./split-terms.ts";
import { STOP_WORDS, TURNING_WORDS } from "./stop-words.ts";
import { createTermPostings } from "./term-postings.ts";
import { sortInSteps } from "../../base/sort-in-steps.ts";
import type { ToolEntry } from "../tool.ts";
import { topMatches } from "./top-matches.ts";

/** A search whose server is already resolved. */
interface IndexQuery {
  readonly limit?: number;
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

/** Score of a word that modifies the meaning, relative to one that carries it. */
const TURNING_WEIGHT = 0.1;

/** Bonus for a tool whose whole name was asked for. */
const NAME_SHARE = 0.6;

/** Builds the index in small steps; see {@link createTermPostings} for the ranking. */
export function* createSearchIndex(entries: readonly ToolEntry[]): Generator<void, SearchIndex> {
  const postings = yield* createTermPostings(entries);
  const exactNames = yield* indexExactNames(entries);
  const scores = new Float32Array(entries.length);
  const covered = new Uint16Array(entries.length);
  const order = yield* nameOrder(entries);

  /** Calls `visit` with each posting of each word. */
  function visitPostings(words: readonly string[], visit: (tool: number, posting: number) => void): void {
    const terms = new Set(words.flatMap((word) => postings.dictionary.find(word) ?? []));
    for (const term of terms) {
      const end = postings.starts[term + 1] ?? 0;
      for (let posting = postings.starts[term] ?? 0; posting < end; posting++)
        visit(postings.tools[posting] ?? 0, posting);
    }
  }

  /** Adds up the impacts of the query's words, weighs them by how much of the name was asked for, and returns the tools that have any. */
  function score(words: readonly string[], turning: readonly string[]): number[] {
    const touched: number[] = [];
    visitPostings(words, (tool, posting) => {
      const before = scores[tool] ?? 0;
      if (before === 0) touched.push(tool);
      scores[tool] = before + (postings.impacts[posting] ?? 0);
      covered[tool] = (covered[tool] ?? 0) + (postings.inName[posting] ?? 0);
    });
    // Of tools that fit equally, the one that says the same on or off, in or out.
    visitPostings(turning, (tool, posting) => {
      const before = scores[tool] ?? 0;
      if (before > 0) scores[tool] = before + TURNING_WEIGHT * (postings.impacts[posting] ?? 0);
    });
    for (const tool of touched) {
      const share = Math.min(1, (covered[tool] ?? 0) / Math.max(1, postings.nameSizes[tool] ?? 1));
      scores[tool] = (scores[tool] ?? 0) * (1 + NAME_SHARE * share * share);
      covered[tool] = 0;
    }
    return touched;
  }

  function search(query: string, options: IndexQuery): SearchResult {
    const cut = query.slice(0, MAX_QUERY);
    const { words, turning } = queryWords(cut);
    const exact = exactNames.get(foldName(cut)) ?? [];
    const isListing = words.length === 0 && exact.length === 0;
    const touched = isListing ? [...entries.keys()] : score(words, turning);
    for (const tool of exact) {
      if (scores[tool] === 0) touched.push(tool);
      scores[tool] = (scores[tool] ?? 0) + EXACT_NAME;
    }
    const found = narrow(entries, touched, options);
    const best = topMatches(found, toCount(options.limit ?? 10), (a, b) => {
      const byScore = (scores[b] ?? 0) - (scores[a] ?? 0);
      return byScore || (isListing ? a - b : (order[a] ?? 0) - (order[b] ?? 0));
    });
    const tools = best.flatMap((tool) => toMatch(entries[tool], scores[tool] ?? 0));
    for (const tool of touched) scores[tool] = 0;
    return { tools, total: found.length };
  }

  return { search };
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

/** The different words that count, filler only when there is nothing else; and those that turn the meaning. */
function queryWords(query: string): { readonly words: readonly string[]; readonly turning: readonly string[] } {
  const terms = splitTerms(query);
  const all = [...new Set([...terms, ...joinedTerms(query)])];
  const carrying = all.filter((word) => !STOP_WORDS.has(word));
  if (carrying.length === 0) return { words: [...all, ...all.map(pairKey), ...pairedTerms(terms)], turning: [] };
  const turning = all.filter((word) => TURNING_WORDS.has(word));
  return { words: [...carrying, ...carrying.map(pairKey), ...pairedTerms(terms)], turning };
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
