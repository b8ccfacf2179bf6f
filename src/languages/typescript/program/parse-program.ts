import { type AnyNode, type Options, parse, parseExpressionAt, type Program } from "acorn";
import { toObject } from "../../../base/steps/json-in-steps.ts";

const OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
};

/** Parses JavaScript as a module in which `return` and `await` are allowed anywhere. Throws acorn's error, which carries `pos`. */
export function parseProgram(js: string): Program {
  try {
    return parse(js, OPTIONS);
  } catch (error) {
    return parseLoneFunction(js) ?? rethrow(error);
  }
}

/** `function () {…}` without a name is not a statement, yet models send it as a whole program. */
function parseLoneFunction(js: string): Program | undefined {
  if (!/^\s*(?:async\s+)?function\b/.test(js)) return undefined;
  try {
    const expression = parseExpressionAt(js, 0, OPTIONS);
    const end = /^\s*;?/.exec(js.slice(expression.end))?.[0].length ?? 0;
    if (parse(js.slice(expression.end + end), OPTIONS).body.length > 0) return undefined;
    const statement = {
      type: "ExpressionStatement",
      start: expression.start,
      end: expression.end,
      expression,
    } as const;
    return { type: "Program", start: 0, end: js.length, body: [statement], sourceType: "module" };
  } catch {
    return undefined;
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** The syntax nodes directly below a node, in order of the text. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  const children: AnyNode[] = [];
  const fields = toObject(node);
  for (const name in fields) {
    const field = fields[name];
    // Most fields are numbers and texts, and every program is gone through several times.
    if (typeof field !== "object" || field === null) continue;
    if (Array.isArray(field)) for (const each of field) addNode(children, each);
    else addNode(children, field);
  }
  return children;
}

function addNode(children: AnyNode[], value: unknown): void {
  if (isNode(value)) children.push(value);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
