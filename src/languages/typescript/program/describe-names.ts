import type { Program } from "acorn";
import type { ScopeAnalysis } from "./analyze-scopes.ts";
import { normalizeSpecifier } from "./import-specifier.ts";
import type { FreeName, PreparedImport } from "./prepared-cell.ts";
import { importedName } from "./rewrite-program.ts";
import type { NameUse } from "./scope.ts";
import type { TextPosition } from "./text-lines.ts";

/** The imports of a program, in order. */
export function describeImports(
  program: Program,
  { uses, top }: ScopeAnalysis,
  toUser: (offset: number) => TextPosition,
): readonly PreparedImport[] {
  const used = new Set(uses.filter((use) => use.scope.find(use.name) === top).map((use) => use.name));
  return program.body
    .filter((node) => node.type === "ImportDeclaration")
    .map((node) => ({
      specifier: String(node.source.value),
      normalized: normalizeSpecifier(String(node.source.value)),
      names: node.specifiers.map((entry) => ({
        imported: importedName(entry),
        local: entry.local.name,
        usedAsValue: used.has(entry.local.name),
        at: () => toUser(entry.start),
      })),
      at: () => toUser(node.start),
    }));
}

/** What is known of each name that is used without being declared, in order of first use. */
export function describeFreeNames(uses: readonly NameUse[]): readonly FreeName[] {
  const byName = new Map<string, NameUse[]>();
  for (const use of uses) {
    const known = byName.get(use.name);
    if (known === undefined) byName.set(use.name, [use]);
    else known.push(use);
  }
  return [...byName].map(([name, all]) => ({
    name,
    underTypeof: all.some((use) => use.underTypeof),
    onlyTypeof: all.every((use) => use.underTypeof),
    written: all.some((use) => use.writes),
    members: [...new Set(all.flatMap(({ member }) => member ?? []))],
    otherUses: all.some((use) => use.member === undefined && !use.underTypeof),
  }));
}
