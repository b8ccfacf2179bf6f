import type { TypescriptModule } from "./parse-module.ts";
import type { ExportedFunction } from "./read-function.ts";
import { nameOf, nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";

interface Local {
  readonly node: SyntaxNode;
  /** Position that the doc comment precedes. */
  readonly statement: SyntaxNode;
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** The functions a module exports, in the order of its exports. Re-exports of other modules are left out. */
export function exportedFunctions(module: TypescriptModule): ExportedFunction[] {
  const locals = new Map<string, Local>();
  for (const statement of module.statements) {
    const declaration = nodeAt(statement, "declaration");
    for (const [name, node] of functionsIn(declaration ?? statement)) locals.set(name, { node, statement });
  }
  const toExport = (name: string, exportedAs: string): ExportedFunction[] => {
    const local = locals.get(name);
    if (local === undefined) return [];
    return [{ name, exportedAs, node: local.node, doc: module.docBefore(local.statement) }];
  };
  const found = module.statements.flatMap((statement): ExportedFunction[] => {
    if (statement.type === "ExportDefaultDeclaration") return defaultExport(statement, { module, toExport });
    if (statement.type !== "ExportNamedDeclaration" || nodeAt(statement, "source") !== undefined) return [];
    const declared = functionsIn(nodeAt(statement, "declaration")).flatMap(([name]) => toExport(name, name));
    const listed = nodesAt(statement, "specifiers").flatMap((specifier) =>
      toExport(nameOf(nodeAt(specifier, "local")) ?? "", nameOf(nodeAt(specifier, "exported")) ?? ""),
    );
    return [...declared, ...listed];
  });
  return [...new Map(found.map((item) => [item.exportedAs, item])).values()];
}

interface Exporting {
  readonly module: TypescriptModule;
  readonly toExport: (name: string, exportedAs: string) => ExportedFunction[];
}

function defaultExport(statement: SyntaxNode, { module, toExport }: Exporting): ExportedFunction[] {
  const declaration = nodeAt(statement, "declaration");
  if (declaration === undefined) return [];
  if (declaration.type === "Identifier") return toExport(nameOf(declaration) ?? "", "default");
  if (!FUNCTIONS.has(declaration.type)) return [];
  const name = nameOf(nodeAt(declaration, "id")) ?? "default";
  return [{ name, exportedAs: "default", node: declaration, doc: module.docBefore(statement) }];
}

/** Functions a statement declares, by name; of overloads the one with a body. */
function functionsIn(statement: SyntaxNode | undefined): [string, SyntaxNode][] {
  if (statement?.type === "FunctionDeclaration") {
    const name = nameOf(nodeAt(statement, "id"));
    return name === undefined ? [] : [[name, statement]];
  }
  if (statement?.type !== "VariableDeclaration") return [];
  return nodesAt(statement, "declarations").flatMap((declarator): [string, SyntaxNode][] => {
    const name = nameOf(nodeAt(declarator, "id"));
    const value = nodeAt(declarator, "init");
    return name !== undefined && value !== undefined && FUNCTIONS.has(value.type) ? [[name, value]] : [];
  });
}
