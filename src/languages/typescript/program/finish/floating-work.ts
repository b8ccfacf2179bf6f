import type { AnyNode, CallExpression, Expression, ExpressionStatement, VariableDeclarator } from "acorn";
import type { TextRange } from "../../../program-text.ts";
import type { CallSite } from "../scope.ts";
import { staticMember } from "../patterns.ts";

/** The parts of a program that may start work which nothing waits for. */
interface Leavings {
  readonly statements: readonly ExpressionStatement[];
  readonly declarators: readonly VariableDeclarator[];
  readonly calls: readonly CallSite[];
  /** What is put somewhere and may never be looked at again, lists, and what is made with `new`. */
  readonly kept: readonly AnyNode[];
}

/**
 * How a value is watched: what is dropped, or a callback; what is put somewhere; what only lets a wait end. The
 * engine reads the number.
 */
type Watch = 0 | 1 | 2;

/** An expression whose value may be a promise that nothing waits for. */
interface FloatingWork extends TextRange {
  readonly watch: Watch;
}

/**
 * Expressions whose value may be a promise that nothing waits for: statements, variables that nothing reads, callbacks of
 * `forEach` and `new Promise`, and calls of tools and of the program's async functions whose promises are put somewhere.
 * `isRead` says whether a name is used anywhere.
 */
export function findFloatingWork(leavings: Leavings, js: string, isRead: (name: string) => boolean): FloatingWork[] {
  const dropped = findDropped(leavings, isRead);
  const known = new Set(dropped.map(({ start, end }) => `${start} ${end}`));
  const found = dropped.map(({ start, end, type }) => ({
    start,
    end,
    watch: type === "NewExpression" ? (2 as const) : (0 as const),
  }));
  const kept = keptCalls(leavings, js).map(({ start, end }) => ({ start, end, watch: 1 as const }));
  return [...found, ...kept.filter(({ start, end }) => !known.has(`${start} ${end}`))];
}

function findDropped(
  { statements, declarators, calls, kept }: Leavings,
  isRead: (name: string) => boolean,
): readonly AnyNode[] {
  return [
    ...kept.flatMap(asyncExecutor),
    ...statements.flatMap(({ expression }) => droppedIn(expression)),
    ...declarators.flatMap(({ id, init }) =>
      id.type === "Identifier" && init && !isRead(id.name) ? droppedIn(init) : [],
    ),
    ...calls.flatMap(({ call }) => callbackOfForEach(call)),
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

/** An async function that is given to `new Promise`, which drops what it returns. */
function asyncExecutor(node: AnyNode): readonly AnyNode[] {
  if (node.type !== "NewExpression" || node.callee.type !== "Identifier" || node.callee.name !== "Promise") return [];
  const [first] = node.arguments;
  const isFunction = first?.type === "ArrowFunctionExpression" || first?.type === "FunctionExpression";
  return isFunction && first.async ? [first] : [];
}

/** Methods that put what they are given somewhere. */
const KEEPING: ReadonlySet<string> = new Set(["push", "unshift", "add", "set"]);

/** Calls that may give a promise and stand where it is put somewhere. What is given to `Promise` is waited for there. */
function keptCalls({ calls, kept, declarators }: Leavings, js: string): readonly CallExpression[] {
  const given = calls.flatMap(({ call }) =>
    call.callee.type === "MemberExpression" && KEEPING.has(staticMember(call.callee) ?? "") ? call.arguments : [],
  );
  const places = new Set<AnyNode>([...given, ...declarators.flatMap(({ init }) => init ?? [])]);
  for (const node of kept)
    for (const place of node.type === "ArrayExpression" ? node.elements : [node]) if (place) places.add(place);
  for (const { call } of calls) for (const item of itemsForPromise(call)) places.delete(item);
  if (places.size === 0) return [];
  const asyncNames = new Set([...js.matchAll(ASYNC_NAME)].map(([, method, assigned]) => method ?? assigned));
  return calls.flatMap(({ call, scope }) => {
    if (!places.has(call) || isKnownToBeDone(call)) return [];
    const isFree = (name: string): boolean => scope.find(name) === undefined && !PLAIN_GLOBALS.has(name);
    return mayBePromise(call.callee, asyncNames, isFree) ? [call] : [];
  });
}

const ASYNC_NAME = /\basync\s+(?:function\s*)?([\w$]+)\s*\(|(?<![\w$])([\w$]+)\s*[:=]\s*async\b/g;
const PLAIN_GLOBALS: ReadonlySet<string> = new Set(
  (
    "Array BigInt Boolean Buffer Date Error Intl JSON Map Math Number Object Promise Reflect RegExp Set String Symbol URL " +
    "WeakMap atob btoa console crypto decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt performance " +
    "require sleep structuredClone"
  ).split(" "),
);

function mayBePromise(
  callee: CallExpression["callee"],
  asyncNames: ReadonlySet<string | undefined>,
  isFree: (name: string) => boolean,
): boolean {
  if (callee.type === "Identifier") return asyncNames.has(callee.name) || isFree(callee.name);
  if (callee.type === "ArrowFunctionExpression" || callee.type === "FunctionExpression") return callee.async;
  if (callee.type !== "MemberExpression") return false;
  if (asyncNames.has(staticMember(callee))) return true;
  let { object } = callee;
  while (object.type === "MemberExpression") ({ object } = object);
  return object.type === "Identifier" && isFree(object.name);
}

function itemsForPromise({ callee, arguments: [list] }: CallExpression): readonly AnyNode[] {
  if (callee.type !== "MemberExpression" || list?.type !== "ArrayExpression") return [];
  const { object } = callee;
  const items = list.elements.filter((each) => each !== null);
  return object.type === "Identifier" && object.name === "Promise" ? items : [];
}
