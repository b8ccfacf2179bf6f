import type { AnyNode, CallExpression, ObjectPattern, Program, VariableDeclarator } from "acorn";
import type { TextRange } from "../../program-text.ts";
import type { CallSite, ScopeAnalysis } from "./scope.ts";
import { literalsOf } from "./declared-once.ts";
import { normalizeModule, serverOfSpecifier } from "../../mentions.ts";
import { childrenOf } from "./parse-program.ts";
import { propertyKey, staticMember } from "./patterns.ts";
import { importedName } from "./module-names.ts";
import type { WrittenArguments } from "../../calls/written-arguments.ts";
import { readArguments } from "./written-arguments.ts";

/** Something written as an argument of a tool call, or inside one. */
export interface ArgumentPart extends TextRange {
  /** `literal` for an object written out in full, `spread` for one with `...` in it, `other` for any other expression. */
  readonly shape: "literal" | "spread" | "other";
}

/** A call of a tool, as far as the text shows. Offsets are in `code`. */
export interface ToolCallSite extends TextRange {
  /**
   * Identifier or name of the server as written; empty for `callTool`, whose first argument names both. The specifier
   * `skills/<name>` for a function of a skill.
   */
  readonly server: string;
  /** Identifier or name of the tool as written. */
  readonly tool: string;
  readonly callee: TextRange;
  /** Argument list of the call, the parentheses included. */
  readonly arguments: TextRange;
  /** Parts of the arguments. Computed on demand. */
  details(): ArgumentDetails;
}

/** The inside of the arguments of a tool call. */
export interface ArgumentDetails {
  /** Arguments of other calls, and functions: their problems are not the tool's. */
  readonly foreign: readonly TextRange[];
  /** The argument expressions and the parts of object and array literals in them, outermost first, those of foreign parts left out. */
  readonly parts: readonly ArgumentPart[];
  readonly written: WrittenArguments;
}

/** Server and tool as the program writes them; see {@link ToolCallSite}. */
export interface Callee {
  readonly server: string;
  readonly tool: string;
}

// Each costs several searches in the position map; a program with more is made by a machine.
const MOST_CALLS = 2000;

/** A function that returns which tool a call calls, as far as the text shows. */
export function toolOfSites(program: Program, analysis: ScopeAnalysis): (site: CallSite) => Callee | undefined {
  const imports = knownTools(program, analysis);
  return (site) => calleeOf(site, { analysis, imports });
}

/** Finds the calls of imported tools and functions of skills, of `server.tool(…)`, `servers.server.tool(…)` and `callTool("server__tool", …)`, the first 2,000. */
export function findToolCalls(
  program: Program,
  analysis: ScopeAnalysis,
  toCode: (offset: number) => number,
): ToolCallSite[] {
  const imports = knownTools(program, analysis);
  const literalOf = literalsOf(analysis, (site) => calleeOf(site, { analysis, imports }) !== undefined);
  const range = ({ start, end }: TextRange): TextRange => ({ start: toCode(start), end: toCode(end - 1) + 1 });
  return analysis.calls.slice(0, MOST_CALLS).flatMap((site) => {
    const callee = calleeOf(site, { analysis, imports });
    if (callee === undefined) return [];
    const { call } = site;
    // The first argument of `callTool` is the name.
    const given = callee.server === "" ? call.arguments.slice(1) : call.arguments;
    const details = (): ArgumentDetails => describeArguments(given, range, literalOf);
    const spans = { callee: range(call.callee), arguments: range({ start: call.callee.end, end: call.end }) };
    return [{ ...callee, ...range(call), ...spans, details }];
  });
}

/** Finds what each call of a program would call, as {@link findToolCalls} does. */
export function createCalleeLookup(
  program: Program,
  analysis: ScopeAnalysis,
): (call: CallExpression) => Callee | undefined {
  const imports = knownTools(program, analysis);
  const scopes = new Map(analysis.calls.map((site) => [site.call, site]));
  return (call) => {
    const site = scopes.get(call);
    return site === undefined ? undefined : calleeOf(site, { analysis, imports });
  };
}

function describeArguments(
  given: CallExpression["arguments"],
  range: (node: TextRange) => TextRange,
  literalOf: ReturnType<typeof literalsOf>,
): ArgumentDetails {
  const foreign: TextRange[] = [];
  const parts: ArgumentPart[] = [];
  const visit = (node: AnyNode): void => {
    if (node.type === "Identifier") return;
    parts.push({ ...range(node), shape: shapeOf(node.type === "Property" ? node.value : node) });
    if (node.type === "CallExpression" || node.type === "NewExpression") {
      foreign.push(range({ start: node.callee.end, end: node.end }));
      visit(node.callee);
    } else if (node.type.includes("Function")) foreign.push(range(node));
    else for (const child of childrenOf(node)) visit(child);
  };
  for (const argument of given) visit(argument);
  const toCode = (start: number): number => range({ start, end: start + 1 }).start;
  return { foreign, parts, written: readArguments(given[0], { toCode, literalOf }) };
}

function shapeOf(node: AnyNode): ArgumentPart["shape"] {
  if (node.type !== "ObjectExpression") return "other";
  return node.properties.some((property) => property.type === "SpreadElement") ? "spread" : "literal";
}

interface CalleeKnowledge {
  readonly analysis: ScopeAnalysis;
  readonly imports: ReadonlyMap<string, { readonly module: string; readonly name: string }>;
}

function calleeOf({ call, scope }: CallSite, { analysis, imports }: CalleeKnowledge): Callee | undefined {
  const { callee } = call;
  const imported: Lookup = (name) => (scope.find(name) === analysis.top ? imports.get(name) : undefined);
  const isFree = (name: string): boolean => scope.find(name) === undefined;
  if (callee.type === "Identifier") {
    const helper = isFree(callee.name) ? HELPERS.get(callee.name) : undefined;
    return importedCallee(call, helper ?? imported(callee.name));
  }
  if (callee.type !== "MemberExpression") return undefined;
  const tool = staticMember(callee);
  const server = serverOfObject(callee.object, imported, isFree);
  if (server === "codemode" && tool !== undefined && HELPERS.has(tool)) return importedCallee(call, HELPERS.get(tool));
  return tool === undefined || server === undefined ? undefined : { server, tool };
}

/** The function that calls a tool by its full name, as the global it is too. */
const CALL_TOOL = { module: "codemode", name: "callTool" };
const HELPERS: ReadonlyMap<string, typeof CALL_TOOL> = new Map([
  ["callTool", CALL_TOOL],
  ["call_tool", CALL_TOOL],
]);

type Lookup = (name: string) => { readonly module: string; readonly name: string } | undefined;

/** The server an object stands for: an imported module, a free name, or a property of the free name `servers`. */
function serverOfObject(object: AnyNode, imported: Lookup, isFree: (name: string) => boolean): string | undefined {
  if (object.type === "Identifier") {
    const from = imported(object.name);
    if (from === undefined) return isFree(object.name) ? object.name : undefined;
    return from.name === "*" ? ownerOf(from.module) : undefined;
  }
  if (object.type !== "MemberExpression" || object.object.type !== "Identifier") return undefined;
  return object.object.name === "servers" && isFree("servers") ? staticMember(object) : undefined;
}

function importedCallee(node: CallExpression, from: ReturnType<Lookup>): Callee | undefined {
  if (from === undefined) return undefined;
  const server = ownerOf(from.module);
  if (server !== undefined) return { server, tool: from.name };
  const [first] = node.arguments;
  if (from.module !== "codemode" || !HELPERS.has(from.name) || first?.type !== "Literal") return undefined;
  return { server: "", tool: String(first.value) };
}

/** Owner of the functions of a module: a server, or a skill by its specifier. */
function ownerOf(module: string): string | undefined {
  return /^skills\/\w+$/.test(module) ? module : serverOfSpecifier(module);
}

/** What top-level names stand for that are imported, or constants taken from the global of a server. */
function knownTools(program: Program, analysis: ScopeAnalysis): CalleeKnowledge["imports"] {
  return new Map(
    program.body.flatMap((node): KnownName[] => {
      if (node.type === "VariableDeclaration" && node.kind === "const")
        return node.declarations.flatMap((each) => takenTools(each, analysis));
      if (node.type !== "ImportDeclaration") return [];
      const module = normalizeModule(String(node.source.value));
      return node.specifiers.map((entry) => [entry.local.name, { module, name: importedName(entry) }]);
    }),
  );
}

type KnownName = readonly [local: string, from: { readonly module: string; readonly name: string }];

/** `const { tool } = server` and `const name = server.tool`. */
function takenTools({ id, init }: VariableDeclarator, { top }: ScopeAnalysis): readonly KnownName[] {
  const isMember = init?.type === "MemberExpression";
  const owner = isMember && id.type === "Identifier" ? init.object : init;
  if (owner?.type !== "Identifier" || owner.name === "codemode" || top.names.has(owner.name)) return [];
  const module = `generated/servers/${owner.name}`;
  if (id.type === "ObjectPattern") return id.properties.flatMap((property) => takenName(property, module));
  const name = isMember ? staticMember(init) : undefined;
  return id.type !== "Identifier" || name === undefined ? [] : [[id.name, { module, name }]];
}

function takenName(property: ObjectPattern["properties"][number], module: string): readonly KnownName[] {
  if (property.type !== "Property" || property.value.type !== "Identifier") return [];
  const name = propertyKey(property);
  return name === undefined ? [] : [[property.value.name, { module, name }]];
}
