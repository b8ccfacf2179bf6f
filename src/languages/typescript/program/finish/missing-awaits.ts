import type { AnyNode, CallExpression, Expression, MemberExpression, Program } from "acorn";
import type { ScopeAnalysis } from "../scope.ts";
import { childrenOf } from "../parse-program.ts";
import { declaredOnce, isAsyncFunction } from "../declared-once.ts";
import { staticMember } from "../patterns.ts";
import type { Callee } from "../tool-calls.ts";

/** A place where a promise is used as if it were its value. */
export interface MissingAwait {
  readonly start: number;
  /** Fault at the place, as a sentence. */
  readonly message: string;
  /** The tool that returns the promise, if there is such a tool; undefined when it surely is a promise. */
  readonly callee: Callee | undefined;
}

/** The tool a call would call. */
type CalleeOf = (call: CallExpression) => Callee | undefined;

/** Facts known about an expression that yields a promise. */
interface Source {
  readonly callee: Callee | undefined;
}

/**
 * Promises in conditions, texts, sums and comparisons, and properties read from them, where only the text of the program
 * is needed to see it: calls of tools and of the program's own async functions, at once or through a constant.
 */
export function findMissingAwaits(
  { program, js }: { readonly program: Program; readonly js: string },
  analysis: ScopeAnalysis,
  calleeOf: CalleeOf,
): readonly MissingAwait[] {
  const finder = new Finder(js, analysis, calleeOf);
  finder.visit(program);
  return finder.found;
}

const CONDITIONS: ReadonlySet<string> = new Set([
  "IfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "ConditionalExpression",
]);
/** Methods that decide by what a callback returns. */
const DECIDERS: ReadonlySet<string> = new Set([
  "filter",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
]);
/** Properties a promise has. */
const PROMISE_MEMBERS: ReadonlySet<string> = new Set(["then", "catch", "finally", "constructor", "toString"]);
const PROMISE_MAKERS: ReadonlySet<string> = new Set(["all", "allSettled", "race", "any", "resolve", "reject"]);
const FIELD_READERS: ReadonlySet<string> = new Set(["keys", "values", "entries"]);
const TO_PRIMITIVE: ReadonlySet<string> = new Set(["String", "Number", "parseInt", "parseFloat", "BigInt"]);

class Finder {
  readonly found: MissingAwait[] = [];
  readonly #js: string;
  readonly #analysis: ScopeAnalysis;
  readonly #calleeOf: CalleeOf;
  readonly #constants: ReadonlyMap<string, Expression>;
  readonly #asyncNames: ReadonlySet<string>;

  constructor(js: string, analysis: ScopeAnalysis, calleeOf: CalleeOf) {
    this.#js = js;
    this.#analysis = analysis;
    this.#calleeOf = calleeOf;
    const { constants, asyncNames } = declaredOnce(analysis);
    this.#constants = constants;
    this.#asyncNames = asyncNames;
  }

  visit(node: AnyNode): void {
    this.#check(node);
    for (const child of childrenOf(node)) this.visit(child);
  }

  #check(node: AnyNode): void {
    if (CONDITIONS.has(node.type) && "test" in node && node.test)
      this.#report(node.test, "is always true as a condition");
    else if (node.type === "LogicalExpression")
      this.#report(node.left, node.operator === "??" ? "is never null" : "is always true");
    else if (node.type === "BinaryExpression") this.#checkOperands(node);
    else if (node.type === "MemberExpression") this.#checkMember(node);
    else if (node.type === "CallExpression") this.#checkCall(node);
    else this.#checkTaken(node);
  }

  /** Places that take a value apart. */
  #checkTaken(node: AnyNode): void {
    if (node.type === "VariableDeclarator" && node.init && /^(?:Object|Array)Pattern$/.test(node.id.type))
      this.#report(node.init, "cannot be taken apart");
    else if (node.type === "TemplateLiteral") for (const part of node.expressions) this.#report(part, "is not text");
    else if (node.type === "UnaryExpression" && node.operator !== "void" && node.operator !== "typeof")
      this.#report(node.argument, "has no value to work with");
    else if (node.type === "SpreadElement") this.#report(node.argument, "cannot be spread");
    else if (node.type === "ForOfStatement" && !node.await) this.#report(node.right, "cannot be looped over");
  }

  #checkOperands(node: Extract<AnyNode, { type: "BinaryExpression" }>): void {
    const { left, right, operator } = node;
    if (operator === "instanceof" || operator === "in" || left.type === "PrivateIdentifier") return;
    // Two promises may be compared with each other.
    if (this.#sourceOf(left) && this.#sourceOf(right) && operator.startsWith("==")) return;
    for (const side of [left, right]) this.#report(side, `is not a value for \`${operator}\``);
  }

  #checkMember({ object, property, computed }: MemberExpression): void {
    const name = computed || property.type !== "Identifier" ? undefined : property.name;
    if (object.type === "Super" || (name !== undefined && PROMISE_MEMBERS.has(name))) return;
    if (name === undefined && this.#js.slice(object.end, property.start).includes("\n"))
      this.#reportAs(object, "A `;` is missing at the end of the line before: the `[` is read as part of it.");
    else this.#report(object, name === undefined ? "has no items" : `has no property \`${name}\``);
  }

  #checkCall({ callee, arguments: [first] }: CallExpression): void {
    if (first === undefined) return;
    if (callee.type === "Identifier" && TO_PRIMITIVE.has(callee.name)) this.#report(first, "is not text or a number");
    if (callee.type !== "MemberExpression") return;
    const method = staticMember(callee) ?? "";
    if (method === "stringify") this.#report(first, "is written as {} in JSON");
    const isObject = callee.object.type === "Identifier" && callee.object.name === "Object";
    if (isObject && FIELD_READERS.has(method)) this.#report(first, "has no fields of its own");
    if (!isAsyncFunction(first) || !DECIDERS.has(method)) return;
    const message = `The async callback of \`${method}\` returns a promise, which is always true.`;
    this.found.push({ start: first.start, message, callee: undefined });
  }

  #report(node: AnyNode, what: string): void {
    this.#reportAs(node, `A promise ${what}: \`await\` is missing.`);
  }

  #reportAs(node: AnyNode, message: string): void {
    const source = this.#sourceOf(node);
    if (source !== undefined) this.found.push({ start: node.start, message, callee: source.callee });
  }

  /** Undefined for an expression that is not known to yield a promise. */
  #sourceOf(node: AnyNode, depth = 0): Source | undefined {
    if (node.type === "CallExpression") return this.#sourceOfCall(node, depth);
    if (node.type === "NewExpression") return this.#isPromiseClass(node.callee) ? SURE : undefined;
    if (node.type !== "Identifier" || depth > 5) return undefined;
    const value = this.#constants.get(node.name);
    return value === undefined ? undefined : this.#sourceOf(value, depth + 1);
  }

  #sourceOfCall(node: CallExpression, depth: number): Source | undefined {
    const { callee, optional } = node;
    if (optional) return undefined;
    if (callee.type === "Identifier" && this.#asyncNames.has(callee.name)) return SURE;
    if (isAsyncFunction(callee)) return SURE;
    if (callee.type === "MemberExpression") {
      const method = staticMember(callee) ?? "";
      if (this.#isPromiseClass(callee.object)) return PROMISE_MAKERS.has(method) ? SURE : undefined;
      if (PROMISE_CHAIN.has(method)) return this.#sourceOf(callee.object, depth + 1);
    }
    const tool = this.#calleeOf(node);
    return tool === undefined ? undefined : { callee: tool };
  }

  #isPromiseClass(node: AnyNode): boolean {
    return node.type === "Identifier" && node.name === "Promise" && this.#analysis.top.find("Promise") === undefined;
  }
}

const SURE: Source = { callee: undefined };
const PROMISE_CHAIN: ReadonlySet<string> = new Set(["then", "catch", "finally"]);
