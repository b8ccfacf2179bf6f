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

/** The tools there are, as far as the token budget allows; it says whether it is complete. */
export function showTools(
  catalog: Catalog,
  options: { readonly connecting: readonly string[]; readonly language?: GuestLanguage },
): string {
  return `Tools: ${showCatalog(catalog, { maxTokens: CATALOG_TOKENS, ...options })}`;
}
