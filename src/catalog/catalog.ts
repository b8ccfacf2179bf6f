import type { CatalogServer, ToolEntry } from "./tool.ts";

/** Narrows a search or a list of names. */
export interface SearchOptions {
  /** Most results to return. @default 10 */
  readonly limit?: number;
  /** Only tools of this server (its name or identifier). */
  readonly server?: string;
  /** Also tools marked `deferLoading`. @default true for searches, false for lists of names */
  readonly includeDeferred?: boolean;
}

/** A tool found by a search. `score` is comparable within one search only. */
export interface ToolMatch extends ToolEntry {
  readonly score: number;
}

/** What a search found, best first. */
export interface SearchResult {
  readonly tools: readonly ToolMatch[];
  /** How many tools matched before `limit` was applied. */
  readonly total: number;
}

/**
 * An immutable snapshot of all known tools. A change at a server makes a new catalog; a running program keeps its own.
 */
export interface Catalog {
  /** Changes whenever the contents do; equal contents give equal versions. */
  readonly version: string;
  /** In the order the servers were added. */
  readonly servers: readonly CatalogServer[];
  /** All tools, server by server. */
  readonly tools: readonly ToolEntry[];
  /** Finds a tool by full name, by `serverIdentifier__identifier`, or by `server.tool` in either spelling. */
  get(name: string): ToolEntry | undefined;
  /** Finds a server by name or identifier. */
  server(name: string): CatalogServer | undefined;
  /** Full names that look like `name`, best first; for "did you mean". */
  suggest(name: string, limit?: number): readonly string[];
  /** Ranks tools against a few words. */
  search(query: string, options?: SearchOptions): SearchResult;
}
