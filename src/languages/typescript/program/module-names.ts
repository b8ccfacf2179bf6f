import type { AnyNode, ImportDeclaration, Program } from "acorn";

type ModuleName =
  | { readonly type: "Identifier"; readonly name: string }
  | { readonly type: "Literal"; readonly value?: unknown };

/** Name an import entry asks for. */
export function importedName(entry: ImportDeclaration["specifiers"][number]): string {
  if (entry.type === "ImportSpecifier") return nameOf(entry.imported);
  return entry.type === "ImportDefaultSpecifier" ? "default" : "*";
}

/**
 * Name that holds the default export of a module, and what is exported where it is written; undefined when there is none.
 *
 * @param unnamed holds one that has no name of its own
 */
export function exportedDefault(
  program: Program,
  unnamed: string,
): readonly [name: string, node: AnyNode | undefined] | undefined {
  for (const node of program.body) {
    if (node.type === "ExportDefaultDeclaration") {
      const { declaration } = node;
      const isNamed = declaration.type === "FunctionDeclaration" && declaration.id;
      return [isNamed ? declaration.id.name : unnamed, declaration];
    }
    if (node.type !== "ExportNamedDeclaration") continue;
    const renamed = node.specifiers.find(({ exported }) => nameOf(exported) === "default");
    if (renamed !== undefined) return [nameOf(renamed.local), undefined];
  }
  return undefined;
}

function nameOf(node: ModuleName): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}
