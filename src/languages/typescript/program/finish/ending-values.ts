import type { ExpressionStatement, Statement } from "acorn";

/** The last expression of a branch that a program may end with. */
interface EndingValue {
  readonly node: ExpressionStatement;
  /** It stands in a `try`, whose handlers are meant to see a promise fail. */
  readonly inTry: boolean;
}

/** Expressions that are the value of a program which ends with `if`, `try`, `switch` or a block, as at a prompt. */
export function endingValues(last: Statement | undefined, inTry = false): readonly EndingValue[] {
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
