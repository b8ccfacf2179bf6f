import type { ToolRegistry } from "../sources/tool-registry.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { showCatalog } from "../languages/discovery.ts";
import type { GuestLanguage } from "../engines/engine.ts";

/** Maximum number of tokens the list of tools may take. */
const CATALOG_TOKENS = 3_000;

/** The servers whose tools are still unknown. */
export function connectingServers(registry: ToolRegistry): readonly string[] {
  return registry
    .listServers()
    .filter(({ status }) => status === "connecting")
    .map(({ name }) => name);
}

/** The tools there are, as far as the token budget and the room allow; it says whether it is complete. */
export function showTools(
  catalog: Catalog,
  {
    characters = Number.POSITIVE_INFINITY,
    ...options
  }: { readonly connecting: readonly string[]; readonly language?: GuestLanguage; readonly characters?: number },
): string {
  const title = "Tools: ";
  const maxTokens = Math.min(CATALOG_TOKENS, Math.max(0, Math.floor((characters - title.length) / 4)));
  return title + showCatalog(catalog, { maxTokens, ...options });
}
