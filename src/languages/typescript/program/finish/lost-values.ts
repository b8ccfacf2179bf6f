import type { AnyNode, Program, Statement } from "acorn";
import { childrenOf } from "../parse-program.ts";

const MOST_NOTED = 3;
/** Texts in which neither is found have none of it. */
const SIGNS = /=>\s*\{\s*[\w$]+\s*:|\breturn[^\S\n]*(?:\/\/[^\n]*)?\n/;

/**
 * Sentences about values that a program writes and that are lost by how it is read: `=> { id: item.id }` is a block with a
 * label, and a `return` at the end of its line returns nothing.
 */
export function noteLostValues(program: Program, js: string, lineOf: (offset: number) => number): readonly string[] {
  if (!SIGNS.test(js)) return [];
  const notes: string[] = [];
  const waiting: AnyNode[] = [program];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const lost = lostIn(node, js);
    if (lost !== undefined) notes.push(`Line ${lineOf(lost.start)}: ${lost.why}`);
    for (const child of childrenOf(node).toReversed()) waiting.push(child);
  }
  return notes.slice(0, MOST_NOTED);
}

function lostIn(node: AnyNode, js: string): { readonly start: number; readonly why: string } | undefined {
  if (node.type === "ArrowFunctionExpression") {
    const label = onlyLabel(node.body.type === "BlockStatement" ? node.body.body : []);
    return label === undefined
      ? undefined
      : {
          start: node.body.start,
          why: `\`=> { ${label}: … }\` is a block that returns nothing: write \`=> ({ ${label}: … })\` for an object.`,
        };
  }
  const body = node.type === "Program" || node.type === "BlockStatement" ? node.body : [];
  const at = body.findIndex((each, index) => isCutOff(each, body[index + 1], js));
  return at === -1
    ? undefined
    : {
        start: body[at]?.start ?? node.start,
        why: "`return` with nothing behind it on its line returns nothing: begin the value on the same line.",
      };
}

/** The name of the label that is all there is in a block. */
function onlyLabel([only, ...others]: readonly Statement[]): string | undefined {
  if (only?.type !== "LabeledStatement" || others.length > 0) return undefined;
  return only.body.type === "ExpressionStatement" ? only.label.name : undefined;
}

function isCutOff(statement: AnyNode, next: AnyNode | undefined, js: string): boolean {
  if (statement.type !== "ReturnStatement" || statement.argument) return false;
  return next?.type === "ExpressionStatement" && /^\s*(?:\/\/[^\n]*)?\n/.test(js.slice(statement.end, next.start));
}
