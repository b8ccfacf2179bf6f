import type { Program } from "acorn";
import type { ScopeAnalysis } from "./scope.ts";
import { boundNames } from "./patterns.ts";
import { ParseProblem } from "./syntax-error.ts";
import { lastAtOrBelow } from "../../../base/text-position.ts";

const FIXED_GLOBALS: ReadonlySet<string> = new Set(["undefined", "NaN", "Infinity", "globalThis"]);

/** Throws a {@link ParseProblem} for what parses but cannot run as a cell. */
export function checkRunnable(program: Program, analysis: ScopeAnalysis): void {
  const [unsupported] = analysis.unsupported;
  if (unsupported !== undefined)
    throw new ParseProblem(unsupported.message, { pos: unsupported.start, hint: unsupported.hint });
  checkExports(program);
  checkNames(analysis);
  checkConstants(program, analysis);
}

/** Names of `let`, `const` and `class` that are used before their declaration, or in functions that can be called before. */
export function findLateNames(program: Program, { uses, top }: ScopeAnalysis): readonly string[] {
  const places = new Map(program.body.flatMap(lexicalNames));
  if (places.size === 0) return [];
  const functions = program.body.filter((node) => declared(node)?.type === "FunctionDeclaration");
  const starts = functions.map((node) => node.start);
  const isEarly = (start: number, declaredAt: number): boolean =>
    start < declaredAt || start < (functions[lastAtOrBelow(starts, start)]?.end ?? 0);
  const late = uses.filter(({ name, start, scope }) => {
    const declaredAt = places.get(name);
    return declaredAt !== undefined && isEarly(start, declaredAt) && scope.find(name) === top;
  });
  return [...new Set(late.map(({ name }) => name))];
}

function declared(node: Program["body"][number]): Program["body"][number] | null | undefined {
  return node.type === "ExportNamedDeclaration" ? node.declaration : node;
}

function lexicalNames(node: Program["body"][number]): readonly (readonly [name: string, start: number])[] {
  const declaration = declared(node);
  if (declaration?.type === "ClassDeclaration") return [[declaration.id.name, declaration.start]];
  if (declaration?.type !== "VariableDeclaration" || declaration.kind === "var") return [];
  return declaration.declarations.flatMap(({ id, start }) => boundNames(id).map((name) => [name, start] as const));
}

function checkExports(program: Program): void {
  for (const node of program.body) {
    const isFrom = node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && node.source);
    if (!isFrom) continue;
    throw new ParseProblem("`export … from` has no meaning in this program.", {
      pos: node.start,
      hint: "Use `import { name } from …`; top-level names stay available in the session by themselves.",
    });
  }
}

function checkNames({ uses, top }: ScopeAnalysis): void {
  const fixed = [...top.names].find((name) => FIXED_GLOBALS.has(name));
  if (fixed !== undefined) {
    throw new ParseProblem(`\`${fixed}\` cannot be declared at the top level.`, {
      pos: 0,
      hint: "Choose another name.",
    });
  }
  const stray = uses.find((use) => use.name === "arguments" && use.scope.find("arguments") === undefined);
  if (stray === undefined) return;
  throw new ParseProblem("`arguments` does not exist outside a function.", {
    pos: stray.start,
    hint: "Write the values into the program, or use the parameters of a function.",
  });
}

function checkConstants(program: Program, { uses, top }: ScopeAnalysis): void {
  const constants = new Set(program.body.flatMap(constantNames));
  const use = uses.find(({ writes, name, scope }) => writes && constants.has(name) && scope.find(name) === top);
  if (use === undefined) return;
  throw new ParseProblem(`Cannot assign to \`${use.name}\` because it is a constant.`, {
    pos: use.start,
    hint: `Declare it with \`let ${use.name}\`.`,
  });
}

function constantNames(node: Program["body"][number]): readonly string[] {
  if (node.type === "ImportDeclaration") return node.specifiers.map(({ local }) => local.name);
  if (node.type === "ExportNamedDeclaration") return node.declaration ? constantNames(node.declaration) : [];
  if (node.type !== "VariableDeclaration" || node.kind !== "const") return [];
  return node.declarations.flatMap(({ id }) => boundNames(id));
}
