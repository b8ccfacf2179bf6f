import { withinDeadline } from "../../base/deadline.ts";
import type { Catalog, SearchOptions, SearchResult, ToolMatch } from "../catalog.ts";
import type { ToolEntry } from "../tool.ts";
import { EXACT_NAME } from "./index/exact-names.ts";
import { namePattern } from "./name-pattern.ts";
import { searchableText } from "./searchable-text.ts";
import { splitTerms } from "./split-terms.ts";

/** A model of the host that turns texts into vectors: texts of like meaning into vectors of like direction. */
export interface Embedder {
  /**
   * Vectors of some texts, one for each, in their order and all of one length. Tools are embedded in batches of 64 at the
   * first search and whenever they change, and each query once. When it rejects, takes longer than 5 s, or returns anything
   * else, that search goes by the built-in ranking, and says so.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly ArrayLike<number>[]>;
}

/** Result of a search, with what is to be said about it. */
export type EmbeddedResult = SearchResult & { readonly note?: string };

const BATCH = 64;
const WAIT_MS = 5_000;

/** Characters of a tool that are embedded. */
const TEXT_CHARACTERS = 2_000;

/** Tools that words and meaning put forward; what follows them keeps the order of the built-in ranking. */
const POOL = 200;
const NEAREST = 100;

/** Weight of the embedder beside the built-in ranking, both counted in standard deviations. */
const WEIGHT = 1.5;

interface Scored {
  readonly entry: ToolEntry;
  readonly score: number;
}

/** Ranks tools with the help of a host's own embedder. Its failure never makes a search fail. */
export class EmbeddedSearch {
  readonly #embedder: Embedder;
  #vectors = new Map<string, Float32Array>();
  #known: { readonly version: string; readonly tools: Promise<readonly Float32Array[]> } | undefined;

  constructor(embedder: Embedder) {
    this.#embedder = embedder;
  }

  /** Like the search of the catalog, with the embedder's opinion; patterns, empty queries and exact names need none. */
  async search(catalog: Catalog, query: string, options: SearchOptions): Promise<EmbeddedResult> {
    const { offset = 0, limit = 10 } = options;
    const isUnknown = options.server !== undefined && catalog.server(options.server) === undefined;
    if (isUnknown || namePattern(query) !== undefined || splitTerms(query).length === 0)
      return catalog.search(query, options);
    try {
      const vectors = await withinDeadline(this.#embedAll(catalog, query), WAIT_MS);
      const pool = catalog.search(query, { ...options, offset: 0, limit: Math.max(POOL, offset + limit) });
      return page(fuse({ catalog, pool, options, ...vectors }), pool, { offset, limit });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message.slice(0, 200) : "it failed";
      return { ...catalog.search(query, options), note: `Ranked without the host's embedder: ${reason}` };
    }
  }

  async #embedAll(catalog: Catalog, query: string): Promise<Vectors> {
    const { version } = catalog;
    if (this.#known?.version !== version) {
      const tools = this.#embedTools(catalog.tools);
      this.#known = { version, tools };
      // The next search tries again.
      tools.catch(() => {
        if (this.#known?.tools === tools) this.#known = undefined;
      });
    }
    const [tools, [asked]] = await Promise.all([this.#known.tools, this.#embed([query])]);
    if (asked === undefined) throw new Error("it returned no vector.");
    return { tools, asked };
  }

  /** Texts embedded before are not embedded again. */
  async #embedTools(tools: readonly ToolEntry[]): Promise<readonly Float32Array[]> {
    const texts = tools.map((tool) => searchableText(tool).join("\n").slice(0, TEXT_CHARACTERS));
    const fresh = [...new Set(texts)].filter((text) => !this.#vectors.has(text));
    for (let start = 0; start < fresh.length; start += BATCH) {
      const batch = fresh.slice(start, start + BATCH);
      const vectors = await this.#embed(batch);
      for (const [place, vector] of vectors.entries()) this.#vectors.set(batch[place] ?? "", vector);
    }
    this.#vectors = new Map(texts.map((text) => [text, this.#vectors.get(text) ?? new Float32Array()]));
    return texts.map((text) => this.#vectors.get(text) ?? new Float32Array());
  }

  async #embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const vectors = await this.#embedder.embed(texts, AbortSignal.timeout(WAIT_MS * 12));
    if (!Array.isArray(vectors) || vectors.length !== texts.length)
      throw new Error(`it did not return one vector for each of ${texts.length} texts.`);
    return vectors.map((vector: ArrayLike<number>) => toUnit(Float32Array.from(vector)));
  }
}

interface Vectors {
  readonly tools: readonly Float32Array[];
  readonly asked: Float32Array;
}

function toUnit(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  if (!(square > 0) || !Number.isFinite(square)) throw new Error("it returned a vector without a direction.");
  const length = Math.sqrt(square);
  return vector.map((value) => value / length);
}

/** The tools of the pool and those nearest to the query, best first; exact names stay before all. */
function fuse({
  catalog,
  pool,
  options,
  tools,
  asked,
}: Vectors & {
  readonly catalog: Catalog;
  readonly pool: SearchResult;
  readonly options: SearchOptions;
}): readonly Scored[] {
  const nearness = tools.map((vector) => product(vector, asked));
  const near = spread(nearness);
  const words = spread(pool.tools.map(({ score }) => Math.min(score, EXACT_NAME)));
  const byName = new Map(pool.tools.map((tool) => [tool.name, tool.score]));
  const { includeDeferred = true, server } = options;
  const only = server === undefined ? undefined : catalog.server(server)?.identifier;
  const allowed = catalog.tools.flatMap((entry, place) => {
    if (!includeDeferred && entry.deferLoading) return [];
    return only === undefined || entry.serverIdentifier === only ? [{ entry, value: nearness[place] ?? 0 }] : [];
  });
  const nearest = allowed.toSorted((a, b) => b.value - a.value).slice(0, NEAREST);
  const candidates = allowed
    .filter(({ entry }) => byName.has(entry.name))
    .concat(nearest.filter(({ entry, value }) => !byName.has(entry.name) && value > near.mean + near.deviation));
  const scored = candidates.map(({ entry, value }): Scored => {
    const score = byName.get(entry.name) ?? 0;
    if (score >= EXACT_NAME) return { entry, score };
    return { entry, score: (score - words.mean) / words.deviation + (WEIGHT * (value - near.mean)) / near.deviation };
  });
  return scored.sort((a, b) => b.score - a.score || (a.entry.name < b.entry.name ? -1 : 1));
}

function page(
  fused: readonly Scored[],
  { total }: SearchResult,
  { offset, limit }: { offset: number; limit: number },
): EmbeddedResult {
  const tools = fused
    .slice(offset, offset + limit)
    .map(({ entry, score }): ToolMatch => Object.freeze({ score, ...entry }));
  const all = Math.max(total, fused.length);
  return { tools, total: all, hasMore: all > offset + tools.length };
}

function product(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error("it returned vectors of different lengths.");
  let sum = 0;
  for (let place = 0; place < a.length; place++) sum += (a[place] ?? 0) * (b[place] ?? 0);
  return sum;
}

function spread(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { mean, deviation: Math.sqrt(square) || 1 };
}
