import type { Catalog } from "../../catalog/catalog.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";

/** What a script of a server's skill may know: the tools of that server. */
export function serverCatalog(catalog: Catalog, server: string): Catalog {
  const found = catalog.server(server);
  return createToolCatalog(found?.tools ?? [], { servers: found === undefined ? [] : [found] });
}
