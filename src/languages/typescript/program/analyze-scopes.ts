import type {
  AnyNode,
  ArrowFunctionExpression,
  Class,
  ExpressionStatement,
  ForOfStatement,
  Function as FunctionNode,
  Identifier,
  MemberExpression,
  Program,
  ReturnStatement,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import { eachTarget } from "./binding-targets.ts";
import { childrenOf } from "./parse-program.ts";
import { asksForStack, staticMember, takesStack } from "./patterns.ts";
import { type CallSite, type NameUse, Scope, type ScopeAnalysis, type Unsupported } from "./scope.ts";

/** Finds the scopes, uses of names and calls of a program in one pass. */
export function analyzeScopes(program: Program, js: string): ScopeAnalysis {
  const walker = new ScopeWalker(js);
  walker.program(program);
  return walker;
}

class ScopeWalker implements ScopeAnalysis {
  readonly top: Scope = new Scope("top");
  readonly uses: NameUse[] = [];
  readonly vars: { readonly node: VariableDeclaration; readonly parent: AnyNode }[] = [];
  readonly calls: CallSite[] = [];
  readonly functions: FunctionNode[] = [];
  readonly statements: ExpressionStatement[] = [];
  readonly declarators: VariableDeclarator[] = [];
  readonly kept: AnyNode[] = [];
  readonly wrapped: ["thrown" | "traced", AnyNode][] = [];
  readonly asyncLoops: { readonly loop: ForOfStatement; readonly start: number }[] = [];
  readonly commentLike: number[] = [];
  readonly unsupported: Unsupported[] = [];
  readonly returns: ReturnStatement[] = [];
  readonly #js: string;
  /** Where the labels of a statement begin. */
  readonly #labels = new Map<AnyNode, number>();
  #less = false;
  #greater = false;

  constructor(js: string) {
    this.#js = js;
  }

  get ambiguous(): boolean {
    return this.#less && this.#greater;
  }

  program(node: Program): void {
    for (const statement of node.body) this.#visit(statement, this.top, node);
  }

  #visit(node: AnyNode, scope: Scope, parent: AnyNode): void {
    if (this.#visitName(node, scope) || this.#visitScope(node, scope, parent) || this.#visitTarget(node, scope)) return;
    if (node.type === "ReturnStatement" && scope.variableScope() === this.top) this.returns.push(node);
    if (node.type === "ExpressionStatement") this.statements.push(node);
    if (node.type === "ArrayExpression" || node.type === "NewExpression") this.kept.push(node);
    if (node.type === "ThrowStatement") this.wrapped.push(["thrown", node.argument]);
    this.#visitOddity(node);
    this.#visitChildren(node, scope);
  }

  #visitChildren(node: AnyNode, scope: Scope): void {
    for (const child of childrenOf(node)) this.#visit(child, scope, node);
  }

  /** Nodes in which some identifiers are not uses of a name. */
  #visitName(node: AnyNode, scope: Scope): boolean {
    switch (node.type) {
      case "Identifier":
        this.#use(node, scope);
        return true;
      case "MemberExpression":
        this.#visitMember(node, scope);
        return true;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) this.#visit(node.key, scope, node);
        if (node.value) this.#visitValue(node, scope);
        return true;
      case "LabeledStatement":
        this.#labels.set(node.body, this.#startOf(node));
        this.#visit(node.body, scope, node);
        return true;
      case "BreakStatement":
      case "ContinueStatement":
      case "ExportAllDeclaration":
        return true;
      default:
        return this.#visitModuleName(node);
    }
  }

  #visitModuleName(node: AnyNode): boolean {
    if (node.type === "MetaProperty") {
      this.#visitMeta(node);
      return true;
    }
    if (node.type === "ExportNamedDeclaration") return node.declaration === null || node.declaration === undefined;
    if (node.type !== "ImportDeclaration") return false;
    for (const specifier of node.specifiers) this.top.declare(specifier.local.name);
    return true;
  }

  /** Nodes that open a scope or declare names. */
  #visitScope(node: AnyNode, scope: Scope, parent: AnyNode): boolean {
    switch (node.type) {
      case "FunctionDeclaration":
        if (node.id) scope.declare(node.id.name);
        this.#visitFunction(node, new Scope("function", scope));
        return true;
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#visitFunctionExpression(node, scope);
        return true;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#visitClass(node, scope);
        return true;
      case "VariableDeclaration":
        this.#visitVariables(node, scope, parent);
        return true;
      case "StaticBlock":
        this.#visitChildren(node, new Scope("function", scope));
        return true;
      case "CatchClause": {
        const inner = new Scope("block", scope);
        if (node.param) this.#declare(node.param, { target: inner, scope: inner });
        this.#visitChildren(node.body, inner);
        return true;
      }
      default:
        return this.#visitBlock(node, scope);
    }
  }

  #visitBlock(node: AnyNode, scope: Scope): boolean {
    switch (node.type) {
      case "BlockStatement":
      case "SwitchStatement":
      case "ForStatement":
        this.#visitChildren(node, new Scope("block", scope));
        return true;
      case "ForInStatement":
      case "ForOfStatement": {
        const inner = new Scope("block", scope);
        if (node.type === "ForOfStatement" && node.await)
          this.asyncLoops.push({ loop: node, start: this.#startOf(node) });
        if (node.left.type === "VariableDeclaration") this.#visit(node.left, inner, node);
        else this.#assign(node.left, inner);
        this.#visit(node.right, inner, node);
        this.#visit(node.body, inner, node);
        return true;
      }
      default:
        return false;
    }
  }

  /** Where a statement begins with its labels. */
  #startOf(node: AnyNode): number {
    return this.#labels.get(node) ?? node.start;
  }

  /** Nodes that assign to names. */
  #visitTarget(node: AnyNode, scope: Scope): boolean {
    switch (node.type) {
      case "AssignmentExpression":
        this.#assign(node.left, scope);
        this.kept.push(node.right);
        if (takesStack(node.left)) this.wrapped.push(["traced", node.right]);
        this.#visit(node.right, scope, node);
        return true;
      case "UpdateExpression":
        this.#assign(node.argument, scope);
        return true;
      case "UnaryExpression":
        if (node.operator !== "typeof" || node.argument.type !== "Identifier") return false;
        this.#use(node.argument, scope, { underTypeof: true });
        return true;
      case "CallExpression":
        this.calls.push({ call: node, scope });
        return false;
      default:
        return false;
    }
  }

  #visitValue(node: AnyNode & { value?: AnyNode | null }, scope: Scope): void {
    if (!node.value) return;
    this.kept.push(node.value);
    const inner = node.type === "PropertyDefinition" ? new Scope("function", scope) : scope;
    this.#visit(node.value, inner, node);
  }

  #visitMember(node: MemberExpression, scope: Scope): void {
    if (node.object.type === "Identifier") this.#use(node.object, scope, { member: staticMember(node) });
    else this.#visit(node.object, scope, node);
    if (node.computed) this.#visit(node.property, scope, node);
    else if (asksForStack(node, this.#js)) this.wrapped.push(["traced", node.object]);
  }

  #visitFunctionExpression(node: ArrowFunctionExpression | FunctionNode, scope: Scope): void {
    const inner = new Scope(node.type === "ArrowFunctionExpression" ? "arrow" : "function", scope);
    if (node.id) inner.declare(node.id.name);
    this.#visitFunction(node, inner);
  }

  #visitFunction(node: FunctionNode, inner: Scope): void {
    this.functions.push(node);
    for (const parameter of node.params) this.#declare(parameter, { target: inner, scope: inner });
    if (node.body.type === "BlockStatement") this.#visitChildren(node.body, inner);
    else this.#visit(node.body, inner, node.body);
  }

  #visitClass(node: Class, scope: Scope): void {
    const inner = new Scope("block", scope);
    if (node.id) inner.declare(node.id.name);
    if (node.id && node.type === "ClassDeclaration") scope.declare(node.id.name);
    if (node.superClass) this.#visit(node.superClass, inner, node.superClass);
    this.#visitChildren(node.body, inner);
  }

  #visitVariables(node: VariableDeclaration, scope: Scope, parent: AnyNode): void {
    const target = node.kind === "var" ? scope.variableScope() : scope;
    if (node.kind === "var" && target === this.top) this.vars.push({ node, parent });
    if (node.kind === "using" || node.kind === "await using") this.unsupported.push(usingDeclaration(node));
    for (const declarator of node.declarations) {
      this.#declare(declarator.id, { target, scope });
      this.declarators.push(declarator);
      if (declarator.init && takesStack(declarator.id)) this.wrapped.push(["traced", declarator.init]);
      if (declarator.init) this.#visit(declarator.init, scope, declarator);
    }
  }

  /** Declares every name of a binding pattern and visits the expressions in it. */
  #declare(pattern: AnyNode, places: { readonly target: Scope; readonly scope: Scope }): void {
    eachTarget(pattern, {
      found: ({ name }) => places.target.declare(name),
      visit: (node, parent) => this.#visit(node, places.scope, parent),
    });
  }

  /** Notes every name of an assignment pattern as written and visits the expressions in it. */
  #assign(pattern: AnyNode, scope: Scope): void {
    eachTarget(pattern, {
      found: (name) => this.#use(name, scope, { writes: true }),
      visit: (node, parent) => this.#visit(node, scope, parent),
    });
  }

  #use(node: Identifier, scope: Scope, how: Partial<Pick<NameUse, "writes" | "underTypeof" | "member">> = {}): void {
    this.uses.push({
      writes: false,
      underTypeof: false,
      ...how,
      name: node.name,
      start: node.start,
      end: node.end,
      scope,
    });
  }

  #visitMeta(node: Extract<AnyNode, { type: "MetaProperty" }>): void {
    if (node.meta.name !== "import") return;
    this.unsupported.push({
      start: node.start,
      message: "`import.meta` does not exist in this program.",
      hint: "The program is not a file and is never imported: leave the condition out, and reach files through tools.",
    });
  }

  #visitOddity(node: AnyNode): void {
    if (node.type !== "BinaryExpression") return;
    if (node.operator === "<" || node.operator === "<<") {
      this.#less = true;
      if (this.#js.startsWith("<!--", node.right.start - 1)) this.commentLike.push(node.right.start);
    }
    if (!node.operator.startsWith(">") || node.operator.endsWith("=")) return;
    const between = this.#js.slice(node.left.end, node.right.start);
    this.#greater ||=
      /[(\n\u2028\u2029]/.test(between.slice(between.indexOf(">"))) || this.#js[node.right.start] === "`";
  }
}

function usingDeclaration(node: VariableDeclaration): Unsupported {
  return {
    start: node.start,
    message: `\`${node.kind}\` declarations are not supported.`,
    hint: "Declare the value with `const` and release it in a `finally` block.",
  };
}
