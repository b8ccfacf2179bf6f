import { closest } from "fastest-levenshtein";
import type { Catalog } from "../../../catalog/catalog.ts";
import type { CatalogServer } from "../../../catalog/tool.ts";
import { CodemodeError } from "../../../base/codemode-error.ts";
import type { ImportedName, PreparedImport } from "../program/prepared-cell.ts";
import { mayBeType, serverOfSpecifier } from "../program/import-specifier.ts";

/** Modules a program may import beside the servers of the catalog, with the names they export. */
export type ModuleExports = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Refuses imports of modules, tools and names that do not exist, with `unknown_tool`, the place, and the nearest names.
 *
 * A name that is spelled like a type and never used as a value is let through.
 */
export function checkImports(imports: readonly PreparedImport[], catalog: Catalog, modules: ModuleExports): void {
  for (const each of imports) {
    const server = serverOfSpecifier(each.normalized);
    if (server === undefined) checkModule(each, catalog, modules);
    else checkServer(each, server, catalog);
  }
}

function checkServer(each: PreparedImport, name: string, catalog: Catalog): void {
  const server = catalog.server(name);
  if (server === undefined) {
    const known = catalog.servers.map(({ identifier }) => identifier);
    throw new CodemodeError("unknown_tool", `There is no server "${name}" to import from.${didYouMean(name, known)}`, {
      ...each.at(),
      hint: known.length === 0 ? "No server is configured." : `Servers: ${known.slice(0, 20).join(", ")}.`,
    });
  }
  for (const imported of each.names) {
    if (!isExported(imported, server)) throw missingTool(imported, server, each);
  }
}

function isExported(name: ImportedName, server: CatalogServer): boolean {
  const { imported } = name;
  if (imported === "*" || mayBeType(name)) return true;
  return server.tools.some(({ identifier, toolName }) => identifier === imported || toolName === imported);
}

function missingTool(name: ImportedName, server: CatalogServer, each: PreparedImport): CodemodeError {
  const { imported } = name;
  const known = server.tools.map(({ identifier }) => identifier);
  const what = imported === "default" ? "a default export" : `a tool "${imported}"`;
  return new CodemodeError("unknown_tool", `${each.normalized} does not have ${what}.${didYouMean(imported, known)}`, {
    ...name.at(),
    tool: `${server.name}__${imported}`,
    hint: known.length === 0 ? `Server "${server.name}" has no tools at the moment.` : `It has: ${listed(known)}.`,
  });
}

function checkModule(each: PreparedImport, catalog: Catalog, modules: ModuleExports): void {
  const exports = modules.get(each.normalized);
  if (exports === undefined) {
    const servers = catalog.servers.map(({ identifier }) => `generated/servers/${identifier}`);
    const known = [...modules.keys(), ...servers];
    throw new CodemodeError(
      "unknown_tool",
      `There is no module "${each.specifier}".${didYouMean(each.normalized, known)}`,
      {
        ...each.at(),
        hint: `Programs can import: ${listed(known)}.`,
      },
    );
  }
  const missing = each.names.find((name) => name.imported !== "*" && !mayBeType(name) && !exports.has(name.imported));
  if (missing === undefined) return;
  const known = [...exports];
  throw new CodemodeError(
    "unknown_tool",
    `Module "${each.normalized}" does not export "${missing.imported}".${didYouMean(missing.imported, known)}`,
    { ...missing.at(), hint: `It exports: ${listed(known)}.` },
  );
}

function didYouMean(name: string, known: readonly string[]): string {
  return known.length === 0 || name === "default" ? "" : ` Did you mean "${closest(name, known)}"?`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(", ");
  return names.length > 20 ? `${shown}, … ${names.length - 20} more` : shown;
}
