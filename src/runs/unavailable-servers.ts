import type { ToolRegistry } from "../sources/tool-registry.ts";

/** Those of the named servers that failed and have no tools to offer, with the reason. */
export function unavailableServers(
  names: readonly string[],
  registry: ToolRegistry,
): readonly { readonly name: string; readonly error: string }[] {
  return registry
    .listServers()
    .filter(({ name, toolCount, error }) => names.includes(name) && toolCount === 0 && error !== undefined)
    .map(({ name, error }) => ({ name, error: error ?? "" }));
}
