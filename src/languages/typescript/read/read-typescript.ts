import { chooseEntry, MAX_FUNCTIONS, MAX_TYPES } from "../../skills/choose-entry.ts";
import type { CodeFacts, SkillFunction } from "../../function.ts";
import { exportedFunctions } from "./exported-functions.ts";
import { parseTypescript, type TypescriptModule } from "./parse-module.ts";
import { readFunction } from "./read-function.ts";
import { nameOf, nodeAt, type SyntaxNode } from "./syntax-node.ts";
import { findUses } from "./uses.ts";

const TYPES: ReadonlySet<string> = new Set(["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSEnumDeclaration"]);

/**
 * Reads what a TypeScript or JavaScript skill says about itself, without running it. Throws `syntax_error` with line
 * and column when it does not parse; types that cannot be expressed accept anything.
 *
 * @param identifier the skill's name as an identifier; decides which function is the entry.
 */
export function readTypescriptSkill(code: string, identifier: string): CodeFacts {
  const module = parseTypescript(code);
  const declarations = typeDeclarations(module);
  const base = { module, declarations, scope: new Map(), open: new Set<string>(), budget: { left: MAX_TYPES } };
  const functions = exportedFunctions(module)
    .slice(0, MAX_FUNCTIONS)
    .map((found) => readFunction(found, base));
  const entry = chooseEntry(functions, identifier);
  return {
    language: "typescript",
    description: describe(module, entry),
    tags: module.firstDoc?.doc.tags ?? [],
    functions,
    ...(entry === undefined ? {} : { entry: entry.exportedAs }),
    uses: findUses(module.statements),
    notes: functions.length === 0 ? ["It exports no function, so that there is nothing to run or import by name."] : [],
  };
}

/** The first doc comment, unless it is about a type and the entry has its own. */
function describe(module: TypescriptModule, entry: SkillFunction | undefined): string {
  const own = entry?.description ?? "";
  const first = module.firstDoc?.doc.description ?? "";
  const isAboutType = TYPES.has(declarationOf(module.firstDoc?.statement)?.type ?? "");
  return isAboutType || first === "" ? own : first;
}

function typeDeclarations(module: TypescriptModule): Map<string, SyntaxNode> {
  return new Map(
    module.statements.flatMap((statement) => {
      const declaration = declarationOf(statement);
      const name = nameOf(nodeAt(declaration, "id"));
      const isType = declaration !== undefined && TYPES.has(declaration.type);
      return isType && name !== undefined ? [[name, declaration] as const] : [];
    }),
  );
}

function declarationOf(statement: SyntaxNode | undefined): SyntaxNode | undefined {
  return nodeAt(statement, "declaration") ?? statement;
}
