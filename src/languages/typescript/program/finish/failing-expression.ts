import { beginningOf } from "../../../../base/bound-text.ts";
import { defined } from "../../../../base/defined.ts";
import type { AnyNode, CallExpression, Expression, NewExpression, Pattern, Program } from "acorn";
import type { ScopeAnalysis } from "../scope.ts";
import { childrenOf } from "../parse-program.ts";
import { staticMember } from "../patterns.ts";

/** A tool result as the program reaches it. */
export interface ReachedResult {
  readonly server: string;
  readonly tool: string;
  /** Text of the expression that is the whole result. */
  readonly root: string;
  /** Properties that are taken of the result, outermost last. */
  readonly path: readonly string[];
  /** Of an item of a list, the properties of the result by which it came to its name, if it has one. */
  readonly within?: readonly string[];
  /** False when the program holds the promise of the result. */
  readonly isAwaited: boolean;
}

/** The expression whose value an engine could not work with. */
export interface FailingExpression {
  /** Operation of the engine on it. */
  readonly kind: "call" | "member" | "iterate" | "destructure" | "add" | "assign";
  /** Its text, shortened. */
  readonly text: string;
  /** The property that was asked of it, where it was asked for one by name. */
  readonly property?: string;
  /** The bracket that begins the next line and is read as part of it. */
  readonly continued?: string;
  /** The tool result that it comes from, as far as the text shows. */
  readonly result?: ReachedResult;
  /** The tool result that the first argument of a call comes from. */
  readonly given?: ReachedResult;
}

/** The tool that a call calls, by server and tool as written. */
export type ToolOfCall = (call: AnyNode) => { readonly server: string; readonly tool: string } | undefined;

const MOST_TEXT = 60;
const MOST_STEPS = 12;
/** Characters between an expression and what goes on with it. */
const MOST_GAP = 400;

/** The expression that ends where the engine places an error about its value; undefined when the place says nothing. */
export function findFailing(
  { program, js }: { readonly program: Program; readonly js: string },
  offset: number,
  toolOf: ToolOfCall,
): FailingExpression | undefined {
  const found = innermost(program, offset, js);
  if (found === undefined) return undefined;
  const { kind, node, property, given } = found;
  const reader = new ResultReader(program, js, toolOf);
  const result = reader.read(node, 0);
  return {
    kind,
    text: shortText(js, node),
    ...defined({ property, result, continued: continuation(js, node), given: given && reader.read(given, 0) }),
  };
}

/** Offsets of what may keep a program waiting for ever: promises that it makes itself, otherwise what it awaits. */
export function findEndlessWaits(program: Program, toolOf: ToolOfCall): readonly number[] {
  const promises: number[] = [];
  const waits: number[] = [];
  const visit = (node: AnyNode): void => {
    if (node.type === "NewExpression" && node.callee.type === "Identifier" && node.callee.name === "Promise")
      promises.push(node.start);
    if (node.type === "AwaitExpression" && toolOf(node.argument) === undefined) waits.push(node.start);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return promises.length > 0 ? promises : waits;
}

/** A function that finds the tool of a call. */
export function toolsByCall(
  analysis: ScopeAnalysis,
  calleeOf: (site: ScopeAnalysis["calls"][number]) => ReturnType<ToolOfCall>,
): ToolOfCall {
  const sites = new Map<AnyNode, ScopeAnalysis["calls"][number]>(analysis.calls.map((site) => [site.call, site]));
  return (call) => {
    const site = sites.get(call);
    return site === undefined ? undefined : calleeOf(site);
  };
}

/** The bracket by which the line after an expression goes on with it. */
function continuation(js: string, { end }: AnyNode): string | undefined {
  return /^\)*[^\S\n]*\n\s*([([`])/.exec(js.slice(end, end + MOST_GAP))?.[1];
}

interface FoundExpression {
  readonly kind: FailingExpression["kind"];
  readonly node: AnyNode;
  readonly property?: string | undefined;
  readonly given?: AnyNode | undefined;
}

function innermost(program: Program, offset: number, js: string): FoundExpression | undefined {
  let found: FoundExpression | undefined;
  const endsHere = (node: AnyNode): boolean =>
    node.end <= offset && /^[\s)]*(?:\?\.)?$/.test(js.slice(node.end, offset));
  const visit = (node: AnyNode): void => {
    if (node.start > offset || node.end < offset) return;
    found = failureAt(node, offset, endsHere) ?? otherFailure(node, endsHere) ?? found;
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return found;
}

function otherFailure(node: AnyNode, endsHere: (node: AnyNode) => boolean): FoundExpression | undefined {
  if (node.type === "TaggedTemplateExpression" && endsHere(node.tag)) return { kind: "call", node: node.tag };
  if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression")
    return { kind: "assign", node: node.left.object };
  if (node.type !== "BinaryExpression" || node.operator !== "+" || node.right.type !== "Literal") return undefined;
  return endsHere(node.left) ? { kind: "add", node: node.left } : undefined;
}

function failureAt(node: AnyNode, offset: number, endsHere: (node: AnyNode) => boolean): FoundExpression | undefined {
  switch (node.type) {
    case "CallExpression":
    case "NewExpression":
      return endsHere(node.callee) ? calledOrSpread(node) : undefined;
    case "MemberExpression":
      return endsHere(node.object) ? { kind: "member", node: node.object, property: staticMember(node) } : undefined;
    case "ForOfStatement":
      return node.right.start === offset ? { kind: "iterate", node: node.right } : undefined;
    case "SpreadElement":
      return node.argument.start === offset ? { kind: "iterate", node: node.argument } : undefined;
    case "VariableDeclaration":
      return node.start === offset ? destructured(node.declarations) : undefined;
    default:
      return undefined;
  }
}

function calledOrSpread({ callee, arguments: args }: CallExpression | NewExpression): FoundExpression {
  const spread = args.filter((each) => each.type === "SpreadElement");
  const [only] = spread;
  return only !== undefined && spread.length === 1
    ? { kind: "iterate", node: only.argument }
    : { kind: "call", node: callee, given: args[0] };
}

function destructured(
  declarations: readonly { readonly id: Pattern; readonly init?: Expression | null }[],
): FoundExpression | undefined {
  const [first, ...others] = declarations.filter(({ id }) => id.type !== "Identifier");
  if (first?.init === null || first?.init === undefined || others.length > 0) return undefined;
  return { kind: first.id.type === "ArrayPattern" ? "iterate" : "destructure", node: first.init };
}

/** Follows an expression back to the tool result it was taken of. */
class ResultReader {
  readonly #program: Program;
  readonly #js: string;
  readonly #toolOf: ToolOfCall;

  constructor(program: Program, js: string, toolOf: ToolOfCall) {
    this.#program = program;
    this.#js = js;
    this.#toolOf = toolOf;
  }

  read(node: AnyNode, steps: number): ReachedResult | undefined {
    if (steps > MOST_STEPS) return undefined;
    switch (node.type) {
      case "AwaitExpression": {
        const inner = this.read(node.argument, steps + 1);
        return inner === undefined ? undefined : { ...inner, isAwaited: true, root: `(${shortText(this.#js, node)})` };
      }
      case "CallExpression": {
        const tool = this.#toolOf(node);
        return tool && { ...tool, root: shortText(this.#js, node), path: [], isAwaited: false };
      }
      case "MemberExpression": {
        const inner = this.read(node.object, steps + 1);
        const name = nameOfMember(node);
        return inner === undefined || name === undefined ? undefined : { ...inner, path: [...inner.path, name] };
      }
      case "ChainExpression":
        return this.read(node.expression, steps + 1);
      case "Identifier":
        return this.#declared(node.name, steps);
      default:
        return undefined;
    }
  }

  /** Declaration of a name that is declared once and never assigned to, or the items that a loop or callback names so. */
  #declared(name: string, steps: number): ReachedResult | undefined {
    const found: TakenFrom[] = [];
    const items: TakenFrom[] = [];
    let count = 0;
    const visit = (node: AnyNode): void => {
      if (node.type === "AssignmentExpression" && node.left.type === "Identifier" && node.left.name === name)
        count += 2;
      if (node.type === "VariableDeclarator") {
        const path = pathTo(node.id, name);
        if (path !== undefined) count += 1;
        if (path !== undefined && node.init) found.push({ init: node.init, path });
      }
      items.push(...itemsOf(node, name));
      for (const child of childrenOf(node)) visit(child);
    };
    visit(this.#program);
    const isItem = found.length === 0 && items.length === 1 && count <= 1;
    const [only] = isItem ? items : found;
    if (only === undefined || (!isItem && count !== 1)) return undefined;
    const inner = this.read(only.init, steps + 1);
    if (inner === undefined) return undefined;
    return isItem ? asItem(name, inner, only.path) : asDeclared(name, inner, only.path);
  }
}

/** What a name reaches that was declared with a result, or what a pattern takes of one. */
function asDeclared(name: string, inner: ReachedResult, path: readonly string[]): ReachedResult {
  if (path.length === 0 && inner.path.length === 0) return { ...inner, root: name };
  return { ...inner, path: [...inner.path, ...path] };
}

/** The same for an item of a list. One that has a name goes by it, which is what stands in the program. */
function asItem(name: string, inner: ReachedResult, path: readonly string[]): ReachedResult {
  const { within = [] } = inner;
  if (path.length === 1) return { ...inner, root: name, within: [...within, ...inner.path, ...path], path: [] };
  return { ...inner, within, path: [...inner.path, ...path] };
}

/** What a name is taken of, and by which properties. */
interface TakenFrom {
  readonly init: AnyNode;
  readonly path: readonly string[];
}

/** Methods of lists that give each item to a function. */
const EACH = new Set(["map", "filter", "forEach", "flatMap", "some", "every", "find", "findLast"]);

/** The list whose items a loop or a callback has under a name; nothing else that names something so counts. */
function itemsOf(node: AnyNode, name: string): readonly TakenFrom[] {
  if (node.type === "ForOfStatement" && node.left.type === "VariableDeclaration")
    return node.left.declarations.flatMap(({ id }) => itemBehind(id, node.right, name));
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return [];
  const [callback] = node.arguments;
  if (callback?.type !== "ArrowFunctionExpression" && callback?.type !== "FunctionExpression") return [];
  const [item] = callback.params;
  const isEach = EACH.has(staticMember(node.callee) ?? "");
  return item === undefined ? [] : itemBehind(item, isEach ? node.callee.object : callback, name);
}

function itemBehind(pattern: Pattern, init: AnyNode, name: string): readonly TakenFrom[] {
  const path = pathTo(pattern, name);
  return path === undefined ? [] : [{ init, path: ["0", ...path] }];
}

/** Properties by which a pattern gets to a name: none for the name itself. */
function pathTo(pattern: Pattern, name: string): readonly string[] | undefined {
  if (pattern.type === "Identifier") return pattern.name === name ? [] : undefined;
  if (pattern.type === "AssignmentPattern") return pathTo(pattern.left, name);
  if (pattern.type !== "ObjectPattern") return undefined;
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.computed || property.key.type !== "Identifier") continue;
    const rest = pathTo(property.value, name);
    if (rest !== undefined) return [property.key.name, ...rest];
  }
  return undefined;
}

function nameOfMember(node: Extract<AnyNode, { type: "MemberExpression" }>): string | undefined {
  if (node.computed && node.property.type === "Literal" && typeof node.property.value === "number")
    return String(node.property.value);
  return staticMember(node);
}

function shortText(js: string, { start, end }: { readonly start: number; readonly end: number }): string {
  const text = js.slice(start, Math.min(end, start + 4 * MOST_TEXT)).replace(/\s+/g, " ");
  return text.length > MOST_TEXT ? `${beginningOf(text, MOST_TEXT - 1)}…` : text;
}
