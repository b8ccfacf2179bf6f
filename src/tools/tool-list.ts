import { showCatalog } from "../languages/discovery.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import type { GuestLanguage } from "./guest-language.ts";

/** Most tokens the list of tools may take. */
const CATALOG_TOKENS = 3_000;

type Registry = CodeModeExecutor["registry"];

/** The servers whose tools are not known yet. */
export function connectingServers(registry: Registry): readonly string[] {
  return registry
    .listServers()
    .filter(({ status }) => status === "connecting")
    .map(({ name }) => name);
}

/** The tools there are, as far as the token budget allows; it says whether it is complete. */
export function showTools(
  catalog: ReturnType<Registry["catalog"]>,
  options: { readonly connecting: readonly string[]; readonly language?: GuestLanguage },
): string {
  return `Tools: ${showCatalog(catalog, { maxTokens: CATALOG_TOKENS, ...options })}`;
}
