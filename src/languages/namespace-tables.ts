import { randomUUID } from "node:crypto";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogServer } from "../catalog/tool.ts";
import type { HostNamespace, NamespaceTable } from "../engines/engine.ts";

/** Catalogs as sandboxes see them: one namespace a server, each tool under its identifier and its original name. */
export class NamespaceTables {
  readonly #owner = randomUUID();
  readonly #tables = new WeakMap<Catalog, NamespaceTable>();
  #count = 0;

  /** The table of a catalog; the same object for the same catalog. */
  of(catalog: Catalog): NamespaceTable {
    const known = this.#tables.get(catalog);
    if (known !== undefined) return known;
    this.#count += 1;
    const table = { version: `${this.#owner}-${this.#count}`, namespaces: toNamespaces(catalog.servers) };
    this.#tables.set(catalog, table);
    return table;
  }
}

function toNamespaces(servers: readonly CatalogServer[]): HostNamespace[] {
  const identifiers = new Set(servers.map(({ identifier }) => identifier));
  return servers.map((server) => ({
    ...toNamespace(server),
    ...(identifiers.has(server.name) ? {} : { alias: server.name }),
  }));
}

function toNamespace(server: CatalogServer): HostNamespace {
  const identifiers = new Set(server.tools.map((tool) => tool.identifier));
  const originals = server.tools.filter((tool) => !identifiers.has(tool.toolName));
  return {
    name: server.identifier,
    functions: [
      ...server.tools.map((tool) => [tool.identifier, tool.name] as const),
      ...originals.map((tool) => [tool.toolName, tool.name] as const),
    ],
    // It may be connecting still: a call waits for it where it is made.
    ...(server.tools.length === 0 ? { openTarget: `${server.name}__` } : {}),
  };
}
