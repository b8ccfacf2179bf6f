import type { Catalog } from "../../../catalog/catalog.ts";
import type { CatalogServer } from "../../../catalog/tool.ts";
import { unknownName } from "../../../catalog/unknown-name.ts";
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
  const server = catalog.servers.find(({ identifier }) => identifier === name);
  if (server === undefined)
    throw unknownName(catalog, { kind: "server", name, tool: each.names[0]?.imported }, each.at());
  for (const imported of each.names) {
    if (isExported(imported, server)) continue;
    throw unknownName(catalog, { kind: "tool", server: server.name, name: imported.imported }, imported.at());
  }
}

function isExported(name: ImportedName, server: CatalogServer): boolean {
  const { imported } = name;
  if (imported === "*" || imported === "default" || mayBeType(name)) return true;
  return server.tools.some(({ identifier, toolName }) => identifier === imported || toolName === imported);
}

function checkModule(each: PreparedImport, catalog: Catalog, modules: ModuleExports): void {
  const exports = modules.get(each.normalized);
  if (exports === undefined) {
    const skill = /^skills\/(.+)$/.exec(each.normalized)?.[1];
    if (skill !== undefined)
      throw unknownName(catalog, { kind: "skill", name: skill, known: skillsIn(modules) }, each.at());
    const known = [...modules.keys(), ...catalog.servers.map(({ identifier }) => `generated/servers/${identifier}`)];
    throw unknownName(catalog, { kind: "module", name: each.specifier, known }, each.at());
  }
  const missing = each.names.find((name) => name.imported !== "*" && !mayBeType(name) && !exports.has(name.imported));
  if (missing === undefined) return;
  const wrong = { kind: "export", name: missing.imported, module: each.normalized, known: [...exports] } as const;
  throw unknownName(catalog, wrong, missing.at());
}

function skillsIn(modules: ModuleExports): readonly string[] {
  return [...modules.keys()].flatMap((name) => /^skills\/(.+)$/.exec(name)?.[1] ?? []);
}
