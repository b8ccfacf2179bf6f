import type { Catalog } from "../../catalog/catalog.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { CatalogServer, ToolDefinition } from "../../catalog/tool.ts";
import { type Mentions, serverOfSpecifier } from "../../languages/mentions.ts";

/**
 * The catalog as a program sees it that names tools of servers nobody has logged in at: each such name is assumed to be a
 * tool, so that the call, and not the check before the run, reports the missing login.
 */
export function assumeTools(catalog: Catalog, mentions: Mentions): Catalog {
  const closed = catalog.servers.filter(({ needsLogin, tools }) => needsLogin === true && tools.length === 0);
  if (closed.length === 0) return catalog;
  const assumed = closed.flatMap((server) =>
    [...namesAskedOf(server, mentions)].map((name) => toDefinition(server, name)),
  );
  return createToolCatalog([...catalog.tools, ...assumed], { servers: catalog.servers });
}

function namesAskedOf(server: CatalogServer, { imports, calls, freeNames, constants }: Mentions): ReadonlySet<string> {
  const isServer = (name: string | undefined): boolean => name === server.name || name === server.identifier;
  const imported = imports
    .filter(({ normalized }) => isServer(serverOfSpecifier(normalized)))
    .flatMap(({ names }) => names.map((each) => each.imported));
  return new Set([
    ...calls.filter((call) => isServer(call.server)).map(({ tool }) => tool),
    ...imported.filter((name) => name !== "*" && name !== "default"),
    ...freeNames.filter(({ name }) => isServer(name)).flatMap(({ members }) => members),
    // A tool may be picked by a computed name.
    ...constants.filter((text) => /^[\w.-]+$/.test(text)),
  ]);
}

function toDefinition({ name: serverName }: CatalogServer, toolName: string): ToolDefinition {
  return {
    name: `${serverName}__${toolName}`,
    serverName,
    toolName,
    description: "Not known before somebody has logged in.",
    inputSchema: { type: "object" },
    assumed: true,
  };
}
