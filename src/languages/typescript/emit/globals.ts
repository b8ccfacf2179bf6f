import type { CatalogServer } from "../../../catalog/tool.ts";
import { isIdentifier } from "../../type-names.ts";
import { declarableTools, type EmittedText } from "./server-module.ts";
import { propertyName, quote } from "./text.ts";

/** Place of the declarations of the servers. */
export interface GlobalsOptions {
  /** Module specifier of a server's declarations. @default `generated/servers/<identifier>` */
  readonly specifier?: (server: CatalogServer) => string;
}

/**
 * Declares what guest code sees without an import: one global per server, and `servers` with all of them.
 *
 * A tool is there under its identifier and under its own name, so `servers.github["create-issue"]` is typed too. The
 * text is a script, not a module, and refers to the modules of {@link emitServerModule} by their specifiers.
 */
export function emitGlobals(servers: readonly CatalogServer[], options: GlobalsOptions = {}): EmittedText {
  const problems: string[] = [];
  const specifierOf = options.specifier ?? ((server) => `generated/servers/${server.identifier}`);
  const lines: string[] = [];
  const members: string[] = [];
  const taken = new Set<string>();
  for (const server of servers) {
    if (!isIdentifier(server.identifier) || taken.has(server.identifier)) {
      problems.push(`${server.name}: ${JSON.stringify(server.identifier)} cannot be declared; use callTool.`);
      continue;
    }
    taken.add(server.identifier);
    lines.push(`declare const ${server.identifier}: ${serverType(server, specifierOf(server))};`);
  }
  const keys = new Set<string>();
  for (const server of servers.filter((each) => taken.has(each.identifier))) {
    for (const key of [server.identifier, server.name]) {
      if (!keys.has(key)) members.push(`  readonly ${propertyName(key)}: typeof ${server.identifier};`);
      keys.add(key);
    }
  }
  lines.push("declare const servers: {", ...members, "};", "");
  return { text: lines.join("\n"), problems };
}

function serverType(server: CatalogServer, specifier: string): string {
  const module = `typeof import(${quote(specifier)})`;
  const tools = declarableTools(server, []);
  const identifiers = new Set(tools.map((entry) => entry.identifier));
  const aliases = tools
    .filter((entry) => entry.toolName !== entry.identifier && !identifiers.has(entry.toolName))
    .map((entry) => `  readonly ${propertyName(entry.toolName)}: (${module})[${quote(entry.identifier)}];`);
  return aliases.length === 0 ? module : `${module} & {\n${aliases.join("\n")}\n}`;
}
