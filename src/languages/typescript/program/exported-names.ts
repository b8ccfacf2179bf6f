import { parseProgram } from "./parse-program.ts";
import { boundNames } from "./patterns.ts";

/** The names a module of JavaScript exports, `default` among them. */
export function exportedNames(js: string): readonly string[] {
  return parseProgram(js).body.flatMap((node): readonly string[] => {
    if (node.type === "ExportDefaultDeclaration") return ["default"];
    if (node.type !== "ExportNamedDeclaration") return [];
    const { declaration, specifiers } = node;
    if (!declaration)
      return specifiers.map(({ exported }) =>
        exported.type === "Identifier" ? exported.name : String(exported.value),
      );
    if (declaration.type !== "VariableDeclaration") return [declaration.id.name];
    return declaration.declarations.flatMap(({ id }) => boundNames(id));
  });
}
