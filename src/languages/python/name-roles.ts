import type { PythonNode, PythonPart } from "./read/parse-module.ts";

/** True for the name of an argument, as in `f(name=1)`. */
export function isKeyword({ node }: PythonPart): boolean {
  return node.parent?.name === "ArgList" && node.nextSibling?.name === "AssignOp";
}

/** True for a name that belongs to an import. */
export function isInImport({ node }: PythonPart): boolean {
  return node.parent?.name === "ImportStatement";
}

const TARGETS: ReadonlySet<string> = new Set([
  "TupleExpression",
  "ArrayExpression",
  "ParenthesizedExpression",
  "StarExpression",
]);

/** True for a name that is bound where it stands. */
export function isBinding(part: PythonPart): boolean {
  let { node } = part;
  while (node.parent !== null && TARGETS.has(node.parent.name)) node = node.parent;
  const { parent, prevSibling } = node;
  const holder = parent?.name ?? "";
  if (BINDERS.has(holder)) return true;
  if (holder === "ParamList") return prevSibling?.name !== "AssignOp";
  if (holder === "NamedExpression") return prevSibling === null;
  if (/^(?:Assign|Update)Statement$/.test(holder)) return hasAfter(node, /^(?:AssignOp|UpdateOp|TypeDef)$/);
  return prevSibling?.name === "as" || hasBefore(node, "for", "in");
}

/** Nodes whose names directly below are bound. */
const BINDERS: ReadonlySet<string> = new Set([
  "FunctionDefinition",
  "ClassDefinition",
  "TypeDefinition",
  "ScopeStatement",
  "CapturePattern",
  "StarPattern",
]);

function hasAfter(node: PythonNode, names: RegExp): boolean {
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) if (names.test(next.name)) return true;
  return false;
}

/** True when `name` stands before a node with no `stop` between them. */
function hasBefore(node: PythonNode, name: string, stop: string): boolean {
  for (let before = node.prevSibling; before !== null; before = before.prevSibling) {
    if (before.name === stop) return false;
    if (before.name === name) return true;
  }
  return false;
}
