import type { AnyNode, Function as FunctionNode, Program, Statement } from "acorn";
import type { ScopeAnalysis } from "../scope.ts";
import { propertyKey } from "../patterns.ts";
import type { NameUse, Scope } from "../scope.ts";

/** Ending of a program that calls none of its functions. */
interface Entry {
  /** The call that makes it run; undefined when there is none to make. */
  readonly call?: string;
  readonly notes: readonly string[];
}

/** A function at the top level, with the range of its definition. */
interface Definition {
  readonly name: string;
  readonly fn: FunctionNode;
  readonly start: number;
  readonly end: number;
}

/** Names of functions that are written to be called by the runner of the program. */
const ENTRY = /^(?:main|run|execute|handler|handle|start|program|task|solve)$/i;

/** Names of parameters by which such functions expect the tools. */
const GIVEN = /^(?:servers|tools|ctx|context|mcp|api|sdk)$/;

/**
 * The function a program leaves to be called: `main` that nothing mentions, or the one function of a program that only
 * defines functions.
 */
export function findEntry(program: Program, analysis: ScopeAnalysis): Entry {
  const definitions = program.body.flatMap(definitionsIn);
  const main = definitions.find(({ name }) => name === "main");
  if (main !== undefined && !isMentioned(main, analysis.uses, analysis.top)) return { call: callOf(main), notes: [] };
  return program.body.every(onlyDefines) ? chooseIdle(definitions, analysis) : { notes: [] };
}

function chooseIdle(definitions: readonly Definition[], { uses, top }: ScopeAnalysis): Entry {
  const usesOf = new Map(definitions.map(({ name }) => [name, [] as NameUse[]]));
  for (const use of uses) usesOf.get(use.name)?.push(use);
  const idle = definitions.filter((each) => !isMentioned(each, usesOf.get(each.name) ?? [], top));
  const [first, second] = idle;
  if (first === undefined) return { notes: [] };
  const entry = second === undefined ? first : idle.findLast(({ name }) => ENTRY.test(name));
  if (entry !== undefined && (ENTRY.test(entry.name) || (definitions.length === 1 && needsNothing(entry.fn)))) {
    return { call: callOf(entry), notes: [`The program only defines \`${entry.name}\`, so it was called.`] };
  }
  const names = idle.slice(0, 5).map(({ name }) => `\`${name}\``);
  const call = `await ${first.name}(…)`;
  return {
    notes: [`Nothing calls ${names.join(", ")}; a call at the end, such as \`${call}\`, gives the program its value.`],
  };
}

function definitionsIn(node: Program["body"][number]): readonly Definition[] {
  if (node.type === "ExportNamedDeclaration") return node.declaration ? definitionsIn(node.declaration) : [];
  if (node.type === "FunctionDeclaration") return [{ name: node.id.name, fn: node, start: node.start, end: node.end }];
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init, start, end }) =>
    id.type === "Identifier" && (init?.type === "FunctionExpression" || init?.type === "ArrowFunctionExpression")
      ? [{ name: id.name, fn: init, start, end }]
      : [],
  );
}

/** True when a name is used outside its own definition. */
function isMentioned({ name, start, end }: Definition, uses: readonly NameUse[], top: Scope): boolean {
  return uses.some(
    (use) => use.name === name && use.scope.find(name) === top && (use.start < start || use.start > end),
  );
}

function onlyDefines(node: Program["body"][number] | Statement): boolean {
  if (node.type === "ExportNamedDeclaration") return !node.declaration || onlyDefines(node.declaration);
  if (node.type === "VariableDeclaration") return definitionsIn(node).length === node.declarations.length;
  return /^(?:FunctionDeclaration|ImportDeclaration|EmptyStatement)$/.test(node.type);
}

function needsNothing({ params: [first] }: FunctionNode): boolean {
  return first === undefined || first.type === "AssignmentPattern" || first.type === "ObjectPattern";
}

/** A function that takes an object apart, or asks for the tools by name, gets the servers. */
function callOf({ name, fn }: Definition): string {
  const [first] = fn.params;
  const isGiven = first?.type === "ObjectPattern" || (first?.type === "Identifier" && GIVEN.test(first.name));
  return `${name}(${givenTo(fn, isGiven ? "globalThis.servers" : "undefined")})`;
}

/**
 * Arguments for a function that the program leaves to be called: the server or the helpers that a parameter is named
 * after, and `first` for a first parameter of another name.
 */
export function givenTo({ params }: FunctionNode, first = "globalThis.servers"): string {
  const given = params.map((param, at) => {
    const otherwise = at === 0 ? first : "undefined";
    if (hasOwnValue(param)) return "undefined";
    if (param.type !== "Identifier" || GIVEN.test(param.name)) return otherwise;
    if (param.name === "codemode") return "globalThis.codemode";
    const name = JSON.stringify(param.name);
    return `${name} in globalThis.servers ? globalThis.servers[${name}] : ${otherwise}`;
  });
  return given.join(", ");
}

/** True for a parameter with a value of its own, where an empty object only spares an error. */
function hasOwnValue(param: FunctionNode["params"][number]): boolean {
  if (param.type !== "AssignmentPattern") return false;
  return param.right.type !== "ObjectExpression" || param.right.properties.length > 0;
}

/** The value of a default export: what a function gives, or the one method of an object that only has methods. */
export function callOfDefault(name: string, node: AnyNode | undefined): Required<Entry> {
  const method = node === undefined ? undefined : entryMethod(node);
  if (method !== undefined) {
    const call = `${name}[${JSON.stringify(method.name)}](${givenTo(method.fn)})`;
    return { call, notes: [`The program only defines \`${method.name}\`, so it was called.`] };
  }
  const given = node !== undefined && "params" in node ? givenTo(node) : "globalThis.servers";
  return { call: `typeof ${name} === "function" ? ${name}(${given}) : ${name}`, notes: [] };
}

/** The method of an object that only has methods which is written to be called, if there is one. */
function entryMethod(node: AnyNode): { readonly name: string; readonly fn: FunctionNode } | undefined {
  if (node.type !== "ObjectExpression") return undefined;
  const methods = node.properties.map((property) => {
    const name = property.type === "Property" && property.kind === "init" ? propertyKey(property) : undefined;
    const fn = property.type === "Property" ? property.value : undefined;
    const isFunction = fn?.type === "FunctionExpression" || fn?.type === "ArrowFunctionExpression";
    return name === undefined || !isFunction ? undefined : { name, fn };
  });
  if (methods.length === 0 || methods.includes(undefined)) return undefined;
  return methods.length === 1 ? methods[0] : methods.find((method) => method !== undefined && ENTRY.test(method.name));
}
