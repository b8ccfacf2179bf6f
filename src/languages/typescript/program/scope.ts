import type {
  AnyNode,
  CallExpression,
  Function as FunctionNode,
  ExpressionStatement,
  ForOfStatement,
  ReturnStatement,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";

/** Use of an identifier at one place. */
export interface NameUse {
  readonly name: string;
  /** Offset in the JavaScript. */
  readonly start: number;
  readonly end: number;
  readonly scope: Scope;
  readonly writes: boolean;
  /** The operand of `typeof`, which never fails. */
  readonly underTypeof: boolean;
  /** The static property read from it at once, as in `name.member`. */
  readonly member?: string | undefined;
}

/** Kind of a scope: `function` scopes take `var`; `arrow` ones leave `arguments` to the enclosing function. */
type ScopeKind = "top" | "function" | "arrow" | "block";

/** A lexical scope and the names declared in it. */
export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly #names = new Set<string>();

  constructor(kind: ScopeKind, parent?: Scope) {
    this.kind = kind;
    this.parent = parent;
    if (kind === "function") this.#names.add("arguments");
  }

  /** Names declared here. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Declares a name here. */
  declare(name: string): void {
    this.#names.add(name);
  }

  /** The scope a `var` of this place belongs to. */
  variableScope(): Scope {
    return this.kind === "block" && this.parent !== undefined ? this.parent.variableScope() : this;
  }

  /** The scope that declares a name, seen from here; undefined for a global. */
  find(name: string): Scope | undefined {
    return this.#names.has(name) ? this : this.parent?.find(name);
  }
}

/** A construct that cannot run in a cell. */
export interface Unsupported {
  readonly start: number;
  readonly message: string;
  readonly hint: string;
}

/** A range of code whose problems belong to itself: the arguments of a call, or a function. */
export interface CallSite {
  readonly call: CallExpression;
  readonly scope: Scope;
}

/** Declarations and uses of a program. */
export interface ScopeAnalysis {
  readonly top: Scope;
  readonly uses: readonly NameUse[];
  /** `var` declarations whose names belong to the whole cell, wherever they stand, with the enclosing node of each. */
  readonly vars: readonly { readonly node: VariableDeclaration; readonly parent: AnyNode }[];
  readonly calls: readonly CallSite[];
  readonly functions: readonly FunctionNode[];
  readonly statements: readonly ExpressionStatement[];
  readonly declarators: readonly VariableDeclarator[];
  /** What is assigned and put into fields, lists, and what is made with `new`. */
  readonly kept: readonly AnyNode[];
  /** Thrown values, and values whose `stack` is asked for. */
  readonly wrapped: readonly (readonly ["thrown" | "traced", AnyNode])[];
  /** Each `for await`, with the place where its labels begin. */
  readonly asyncLoops: readonly { readonly loop: ForOfStatement; readonly start: number }[];
  /** Offsets where a space must be inserted so that `<!--` does not begin an HTML-like comment. */
  readonly commentLike: readonly number[];
  readonly unsupported: readonly Unsupported[];
  /** Each `return` that stands outside every function. */
  readonly returns: readonly ReturnStatement[];
  /** The text reads differently as TypeScript: `f<T>(x)` is a call there and two comparisons here. */
  readonly ambiguous: boolean;
}
