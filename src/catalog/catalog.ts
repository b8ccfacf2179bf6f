import type { CatalogServer, ToolEntry } from "./tool.ts";

/** Narrows a search or a list of names. */
export interface SearchOptions {
  /** Maximum number of results to return. @default 10 */
  readonly limit?: number;
  /** Number of best matches to leave out, for the next page. @default 0 */
  readonly offset?: number;
  /** Only tools of this server (its name or identifier). */
  readonly server?: string;
  /** Also tools marked `deferLoading`. @default true */
  readonly includeDeferred?: boolean;
}

/** A tool found by a search. `score` is comparable within one search only. */
export interface ToolMatch extends ToolEntry {
  readonly score: number;
}

/** Result of a search, best match first. */
export interface SearchResult {
  readonly tools: readonly ToolMatch[];
  /** Number of tools that matched before `offset` and `limit` were applied. */
  readonly total: number;
  /** True when more matched than are here and on the pages before. */
  readonly hasMore: boolean;
  /** Present when no tool has any of the words: these are only near in meaning. */
  readonly isWeak?: true;
}

/** Narrows a list of tool names. */
export interface ListOptions {
  /** Maximum number of names to return. @default all */
  readonly limit?: number;
  /** Only tools of this server (its name or identifier). */
  readonly server?: string;
  /** Only tools whose name or description contains at least one of these, in any case. */
  readonly keywords?: readonly string[];
  /** Also tools marked `deferLoading`. @default false */
  readonly includeDeferred?: boolean;
}

/** Full names of tools, in catalog order. */
export interface ToolNameList {
  readonly tools: readonly string[];
  /** Number of names before `limit` was applied. */
  readonly total: number;
}

/**
 * An immutable snapshot of all known tools. A change at a server makes a new catalog; a running program keeps its own.
 */
export interface Catalog {
  /** Changes whenever the contents do; equal contents have equal versions. */
  readonly version: string;
  /** In the order the servers were added. */
  readonly servers: readonly CatalogServer[];
  /** All tools, server by server. */
  readonly tools: readonly ToolEntry[];
  /** Conflicts resolved while names were assigned (duplicates, clashes), as sentences in a stable order. */
  readonly warnings: readonly string[];
  /** Finds a tool by full name, by `serverIdentifier__identifier`, or by `server.tool` in either spelling. */
  get(name: string): ToolEntry | undefined;
  /** Finds a server by name or identifier. */
  server(name: string): CatalogServer | undefined;
  /** Full names that look like `name`, best first; for "did you mean". */
  suggest(name: string, limit?: number): readonly string[];
  /** Lists full names, for an overview. */
  listToolNames(options?: ListOptions): ToolNameList;
  /**
   * Ranks tools against a few words by the words themselves and by what they mean, exact names first. A glob
   * (`github__*issue*`) or a `/regex/` finds names. A query without any word lists the tools in catalog order; one of
   * nothing but filler ("show me") is looked for in the names only.
   */
  search(query: string, options?: SearchOptions): SearchResult;
  /**
   * Gets `search` and `suggest` ready while other work continues. Without it the first call of each takes as long as it
   * takes, 0.7 s for 20,000 tools. Never rejects.
   */
  prepareSearch(): Promise<void>;
}
