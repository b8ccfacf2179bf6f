import { hashCatalog } from "./catalog-version.ts";
import type { Catalog } from "./catalog.ts";
import { createEntries } from "./create-entries.ts";
import type { KnownServers } from "./gather-servers.ts";
import { listToolNames } from "./list-tool-names.ts";
import { createNameLookup } from "./name-lookup.ts";
import { createNameSuggester } from "./name-suggester.ts";
import { SearchMemory, type ServerDigests } from "./search/index/search-memory.ts";
import { createSearchIndex } from "./search/search-index.ts";
import { once } from "./once.ts";
import { inTurn } from "../base/in-turn.ts";
import { SlicedWork } from "../base/sliced-work.ts";
import type { ToolDefinition, ToolEntry } from "./tool.ts";

/** Facts known about a server beside its tools. */
export interface ServerDetails {
  /** The server's name as configured. */
  readonly name: string;
  /** One line about the server; by default the `serverDescription` of its first tool that has one. */
  readonly description?: string;
  /** Instructions of the server for its own use, for models. */
  readonly instructions?: string;
  /** Why it cannot be used at the moment; not part of the version of the catalog. */
  readonly unavailable?: string;
  /** A person has to log in first; not part of the version of the catalog. */
  readonly needsLogin?: boolean;
}

/** Options of {@link createToolCatalog}. */
export interface ToolCatalogOptions {
  /** Servers in the order to show them, also ones without tools. Servers only seen on tools follow in their order. */
  readonly servers?: readonly ServerDetails[];
}

/**
 * Makes the immutable catalog of some tools: names and identifiers settled, lookup ready, search index built at the
 * first search. Never throws for what a definition contains; what had to be settled is in `warnings`.
 *
 * A definition keeps its name, with invisible characters spelled out. A name belongs to the server with the longest name
 * that it begins with: where there are servers `a` and `a__b`, tool `b__c` of `a` is called `a__b__c_2`. Further tools of
 * one name get `_3`, …. A server's second definition of the
 * same tool is left out. Definitions are shared, not copied: treat them as read-only from here on.
 */
export function createToolCatalog(tools: readonly ToolDefinition[], options: ToolCatalogOptions = {}): Catalog {
  return createNextCatalog(tools, options, { memory: new SearchMemory() });
}

/** From this many tools on a first search takes a noticeable while. */
const LARGE = 2_000;

/** Whether searches of this process have been warmed: one catalog compiles for all that follow. */
let areWarm = false;

/** Requests that few tools fit come first, since the first search of all is the slowest; then some with slips and of a letter's length. */
const WARMING = ["caterer", "weather", "creat a calender", "send a letter"];
const LONG =
  "look up the weather of tomorrow, then draft a cheerful letter to the caterer and remind everybody of the picnic";

/** Requests that take each way through a search, some in words of the tools. */
function warmingQueries(entries: readonly ToolEntry[]): readonly string[] {
  const some = Array.from({ length: 6 }, (_, number) => entries[Math.floor((number * entries.length) / 6)]);
  return [...WARMING, ...some.map((entry) => entry?.description.slice(0, 80) ?? ""), LONG];
}

/** Like {@link createToolCatalog}, for one of several catalogs that follow each other: the index goes on from the one before. */
export function createNextCatalog(
  tools: readonly ToolDefinition[],
  options: ToolCatalogOptions,
  {
    memory,
    digests,
    known,
  }: { readonly memory: SearchMemory; readonly digests?: ServerDigests; readonly known?: KnownServers },
): Catalog {
  const { entries, servers, warnings } = createEntries(tools, options.servers ?? [], known);
  const lookup = createNameLookup(entries, servers);
  const version = once(() => hashCatalog(tools, options.servers ?? []));
  const suggester = new SlicedWork(() => createNameSuggester(entries));
  const index = new SlicedWork(() => createSearchIndex(catalog, { memory, digests }));
  const prepared = once(async () => {
    await suggester.soon();
    const ready = await index.soon();
    // The first searches of a process take many times as long as those that follow: the engine compiles in them.
    if (areWarm || entries.length < LARGE) return;
    areWarm = true;
    for (const query of warmingQueries(entries)) await inTurn(() => ready.search(query, {}));
  });
  const catalog: Catalog = {
    get version() {
      return version();
    },
    servers,
    tools: entries,
    warnings,
    get: (name) => lookup.tool(name),
    server: (name) => lookup.server(name),
    suggest: (name, limit) => suggester.now()(name, limit),
    listToolNames: (listOptions = {}) => listToolNames(entries, lookup, listOptions),
    search: (query, { server, ...searchOptions } = {}) => {
      const identifier = server === undefined ? undefined : (lookup.server(server)?.identifier ?? null);
      return index.now().search(query, { ...searchOptions, identifier });
    },
    prepareSearch: () => prepared(),
  };
  return Object.freeze(catalog);
}
