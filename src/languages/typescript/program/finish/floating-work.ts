import type { AnyNode, CallExpression, Expression, ExpressionStatement, VariableDeclarator } from "acorn";
import type { TextRange } from "../../../program-text.ts";
import { staticMember } from "../patterns.ts";

/** The parts of a program that may start work which nothing waits for. */
interface Leavings {
  readonly statements: readonly ExpressionStatement[];
  readonly declarators: readonly VariableDeclarator[];
  readonly calls: readonly CallExpression[];
}

/**
 * Expressions whose value is dropped and may be a promise: statements, variables that nothing reads, and callbacks of
 * `forEach`. `isRead` says whether a name is used anywhere.
 */
export function findFloatingWork(
  { statements, declarators, calls }: Leavings,
  isRead: (name: string) => boolean,
): readonly TextRange[] {
  return [
    ...statements.flatMap(({ expression }) => droppedIn(expression)),
    ...declarators.flatMap(({ id, init }) =>
      id.type === "Identifier" && init && !isRead(id.name) ? droppedIn(init) : [],
    ),
    ...calls.flatMap(callbackOfForEach),
  ];
}

function droppedIn(node: Expression): readonly Expression[] {
  switch (node.type) {
    case "CallExpression":
      return isKnownToBeDone(node) ? [] : [node];
    case "NewExpression":
    case "ChainExpression":
      return [node];
    case "LogicalExpression":
      return droppedIn(node.right).length > 0 ? [node] : [];
    case "ConditionalExpression":
      return [...droppedIn(node.consequent), ...droppedIn(node.alternate)];
    case "SequenceExpression":
      return node.expressions.flatMap(droppedIn);
    case "UnaryExpression":
      return droppedIn(node.argument);
    default:
      return [];
  }
}

/** Calls that return no promise, or one that is meant to be ignored. A tool may have any other name. */
const DONE: ReadonlySet<string> = new Set(
  "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask emit resolve reject".split(
    " ",
  ),
);
const DONE_METHODS: ReadonlySet<string> = new Set(["push", "unshift", "splice", "forEach", "emit"]);
const DONE_OBJECTS: ReadonlySet<string> = new Set(["console", "Object", "Math"]);

function isKnownToBeDone({ callee }: CallExpression): boolean {
  if (callee.type === "Identifier") return DONE.has(callee.name);
  if (callee.type === "FunctionExpression") return !callee.async;
  if (callee.type !== "MemberExpression") return false;
  const { object } = callee;
  return (
    DONE_METHODS.has(staticMember(callee) ?? "") || (object.type === "Identifier" && DONE_OBJECTS.has(object.name))
  );
}

function callbackOfForEach({ callee, arguments: [callback] }: CallExpression): readonly AnyNode[] {
  if (callee.type !== "MemberExpression" || staticMember(callee) !== "forEach" || callback === undefined) return [];
  const isFunction = callback.type === "FunctionExpression" || callback.type === "ArrowFunctionExpression";
  if (!isFunction) return /^(?:Identifier|MemberExpression)$/.test(callback.type) ? [callback] : [];
  const mayWait = callback.async || callback.body.type !== "BlockStatement";
  return mayWait ? [callback] : [];
}
