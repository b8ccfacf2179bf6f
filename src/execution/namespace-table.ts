import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogServer } from "../catalog/tool.ts";
import type { HostNamespace, NamespaceTable } from "../sandbox/port.ts";

const tables = new WeakMap<Catalog, NamespaceTable>();

/** The catalog as a sandbox sees it: one namespace a server, each tool under its identifier and its original name. */
export function toNamespaceTable(catalog: Catalog): NamespaceTable {
  const known = tables.get(catalog);
  if (known !== undefined) return known;
  const table = { version: catalog.version, namespaces: catalog.servers.map(toNamespace) };
  tables.set(catalog, table);
  return table;
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
  };
}
