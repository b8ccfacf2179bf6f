import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogServer } from "../catalog/tool.ts";

/**
 * The servers whose name or identifier occurs in a text of code.
 *
 * A server that is not mentioned anywhere cannot be imported, so nothing has to wait for it or declare it. A mention in
 * a comment or text costs at most a wait.
 */
export function mentionedServers(code: string, catalog: Catalog): readonly CatalogServer[] {
  return catalog.servers.filter(({ name, identifier }) => code.includes(identifier) || code.includes(name));
}

/** The names of those servers. */
export function referencedServers(code: string, catalog: Catalog): readonly string[] {
  return mentionedServers(code, catalog).map(({ name }) => name);
}
