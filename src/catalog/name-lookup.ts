import { once } from "./once.ts";
import type { CatalogServer, ToolEntry } from "./tool.ts";

/** Finds tools and servers by any of their spellings. */
export interface NameLookup {
  tool(name: string): ToolEntry | undefined;
  server(name: string): CatalogServer | undefined;
}

/** A server with its tools by original name and by identifier. */
interface ServerRecord {
  readonly server: CatalogServer;
  readonly tools: () => ReadonlyMap<string, ToolEntry>;
}

/** A name with more separators than this is not looked up piece by piece, wherever it comes from. */
const MAX_SEPARATORS = 64;

/**
 * Builds the lookup, each part of it at its first use. One map holds names and identifiers together: the identifier of one never is the name of another.
 */
export function createNameLookup(entries: readonly ToolEntry[], servers: readonly CatalogServer[]): NameLookup {
  const byFullName = once(() => {
    const names = new Map<string, ToolEntry>();
    for (const entry of entries) names.set(entry.name, entry);
    return names;
  });
  const byServer = new Map<string, ServerRecord>();
  for (const server of servers) {
    const record = { server, tools: once(() => toolsByName(server)) };
    byServer.set(server.name, record).set(server.identifier, record);
  }
  const longest = once(() => entries.reduce((length, entry) => Math.max(length, longestSpelling(entry)), 0));
  return {
    tool: (name) => byFullName().get(name) ?? findSpelt(name.length > longest() + CLIENT.length ? "" : name, byServer),
    server: (name) => byServer.get(name)?.server,
  };
}

/** What clients put before the name of a server and its tool. */
const CLIENT = "mcp__";

function findSpelt(name: string, byServer: ReadonlyMap<string, ServerRecord>): ToolEntry | undefined {
  const found = findInServers(name, byServer);
  return found === undefined && name.startsWith(CLIENT) ? findInServers(name.slice(CLIENT.length), byServer) : found;
}

/** Names longer than any spelling are not taken apart, so that a hostile one costs nothing. */
function longestSpelling({ serverName, serverIdentifier, toolName, identifier }: ToolEntry): number {
  return Math.max(serverName.length, serverIdentifier.length) + 2 + Math.max(toolName.length, identifier.length);
}

function toolsByName(server: CatalogServer): Map<string, ToolEntry> {
  const tools = new Map<string, ToolEntry>();
  for (const tool of server.tools) tools.set(tool.toolName, tool).set(tool.identifier, tool);
  return tools;
}

/** Both names may contain separators, so every place where the server's name could end is tried, from the left. */
function findInServers(name: string, byServer: ReadonlyMap<string, ServerRecord>): ToolEntry | undefined {
  for (const separator of ["__", ".", "/"]) {
    let end = name.indexOf(separator);
    for (let tried = 0; end !== -1 && tried < MAX_SEPARATORS; tried++) {
      const tool = byServer
        .get(name.slice(0, end))
        ?.tools()
        .get(name.slice(end + separator.length));
      if (tool !== undefined) return tool;
      end = name.indexOf(separator, end + 1);
    }
  }
  return undefined;
}
