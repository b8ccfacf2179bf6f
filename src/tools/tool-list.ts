import type { ToolRegistry } from "../sources/tool-registry.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { CHARACTERS_PER_TOKEN } from "../catalog/catalog-text.ts";
import { showCatalog } from "../languages/discovery.ts";
import type { GuestLanguage } from "../engines/engine.ts";

/** Maximum number of tokens of a list that has every tool. */
const WHOLE_TOKENS = 2_000;

/**
 * Maximum number of tokens of a list that cannot have them all. It spares next to no search, and every turn sends it
 * again: of 100 tools, 3,000 tokens of it spared a fifth of a turn and doubled what a task takes (`npm run evals`).
 */
const PARTIAL_TOKENS = 300;

/** The servers whose tools are still unknown. */
export function connectingServers(registry: ToolRegistry): readonly string[] {
  return registry
    .listServers()
    .filter(({ status }) => status === "connecting")
    .map(({ name }) => name);
}

/** Room for a list of tools. */
export interface ToolListRoom {
  /** Characters that the reader keeps. @default no limit */
  readonly characters?: number;
  /** Maximum number of tokens. @default 2,000 for a list that has every tool, 300 for one that cannot */
  readonly catalogTokens?: number;
}

/**
 * The tools there are, as far as the token budget and the room allow; it says whether it is complete. Where only the room
 * is too small for all of them, their signatures alone are shown if those fit.
 */
export function showTools(
  catalog: Catalog,
  {
    characters = Number.POSITIVE_INFINITY,
    catalogTokens,
    connecting,
    ...options
  }: ToolListRoom & { readonly connecting: readonly string[]; readonly language?: GuestLanguage },
): string {
  const title = "Tools: ";
  const room = Math.max(0, Math.floor((characters - title.length) / CHARACTERS_PER_TOKEN));
  const wanted = catalogTokens ?? WHOLE_TOKENS;
  const partialTokens = catalogTokens ?? PARTIAL_TOKENS;
  const shown = { maxTokens: Math.min(wanted, room), partialTokens, connecting: inBrief(connecting), ...options };
  const list = showCatalog(catalog, shown);
  if (room >= wanted || !lacksTools(list)) return title + list;
  const bare = showCatalog(catalog, { ...shown, withDescriptions: false });
  return title + (lacksTools(bare) ? list : bare);
}

/** A list that lacks tools says how many it has. */
const lacksTools = (list: string): boolean => list.startsWith("PARTIAL ");

/** Characters of the names of servers whose tools are still unknown. */
const CONNECTING_CHARACTERS = 160;

/** As many names as a line has room for, and how many there are beside them. */
function inBrief(names: readonly string[]): readonly string[] {
  let left = CONNECTING_CHARACTERS;
  const shown = names.filter((name) => (left -= name.length + 2) >= 0);
  return shown.length === names.length ? names : [...shown, `${names.length - shown.length} more`];
}
