import type { ExpressionStatement, Program, Statement } from "acorn";

/** The last expression of a branch that a program may end with. */
interface EndingValue {
  readonly node: ExpressionStatement;
  /** It stands in a `try`, whose handlers are meant to see a promise fail. */
  readonly inTry: boolean;
}

/** What a program that ends with a statement gives. */
interface Ending {
  readonly values: readonly EndingValue[];
  /** Why there is none, as sentences. */
  readonly notes: readonly string[];
}

const COMMENTS = /\/\/[^\n]*|\/\*[^]*?\*\//g;

/** The value of a program by its last statement, where that is no expression: what its branches end with, as at a prompt. */
export function endingOf(last: Program["body"][number] | undefined, js: string): Ending {
  const values = last === undefined || isModuleItem(last) ? [] : endingValues(last);
  return { values, notes: values.length > 0 ? [] : noValue(last, js) };
}

function isModuleItem(node: Program["body"][number]): node is Exclude<Program["body"][number], Statement> {
  return /^(?:Import|Export)\w*Declaration$/.test(node.type);
}

function endingValues(last: Statement | undefined, inTry = false): readonly EndingValue[] {
  switch (last?.type) {
    case "ExpressionStatement":
      return hasValue(last) ? [{ node: last, inTry }] : [];
    case "BlockStatement":
      return endingValues(last.body.at(-1), inTry);
    case "IfStatement":
      return [...endingValues(last.consequent, inTry), ...endingValues(last.alternate ?? undefined, inTry)];
    case "TryStatement":
      return [...endingValues(last.block, true), ...endingValues(last.handler?.body, inTry || last.finalizer !== null)];
    case "SwitchStatement":
      return last.cases.flatMap(({ consequent }, index) =>
        endOfCase(consequent, index === last.cases.length - 1, inTry),
      );
    default:
      return [];
  }
}

/** What falls through to the next case goes on. */
function endOfCase(statements: readonly Statement[], isLast: boolean, inTry: boolean): readonly EndingValue[] {
  const last = statements.at(-1);
  if (last?.type === "BlockStatement") return endOfCase(last.body, isLast, inTry);
  if (last?.type === "BreakStatement" && !last.label) return endingValues(statements.at(-2), inTry);
  return isLast ? endingValues(last, inTry) : [];
}

/** What only does something has no value that is meant. */
function hasValue({ expression }: ExpressionStatement): boolean {
  if (expression.type === "UnaryExpression") return expression.operator !== "void" && expression.operator !== "delete";
  return !/^(?:Assignment|Update|ArrowFunction|Function|Yield)Expression$/.test(expression.type);
}

const BRACES =
  "The braces at the end are a block, not an object, so the program has no value: write `({ … })` or `return { … }`.";

/** True where a branch ends with an object in braces, which is read as a block with labels in it. */
function endsWithBraces(last: Statement | undefined): boolean {
  switch (last?.type) {
    case "BlockStatement":
      return (last.body.length > 0 && last.body.every(isLabelledValue)) || endsWithBraces(last.body.at(-1));
    case "IfStatement":
      return endsWithBraces(last.consequent) || endsWithBraces(last.alternate ?? undefined);
    case "TryStatement":
      return endsWithBraces(last.block) || endsWithBraces(last.handler?.body);
    default:
      return false;
  }
}

function isLabelledValue(node: Statement): boolean {
  return node.type === "LabeledStatement" && node.body.type === "ExpressionStatement";
}

/** Why a program has no value: the intended one where it ends with a declaration. */
function noValue(last: Program["body"][number] | undefined, js: string): readonly string[] {
  if (last === undefined)
    return /\S/.test(js.replace(COMMENTS, "")) ? [] : ["Nothing was run: the text holds no code."];
  if (!isModuleItem(last) && endsWithBraces(last)) return [BRACES];
  const declaration = last.type === "ExportNamedDeclaration" ? last.declaration : last;
  if (declaration?.type !== "VariableDeclaration" || js.includes("console.")) return [];
  const id = declaration.declarations.at(-1)?.id;
  if (id?.type !== "Identifier") return [];
  return [`The program ends with a declaration, which has no value: write \`${id.name}\` in a last line to have it.`];
}
