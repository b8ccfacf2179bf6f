import type { Parser } from "acorn";
import { CodemodeError } from "../../../base/codemode-error.ts";

/** The methods by which a parser comes to call itself, with what one call costs; operators in a row are cheap. */
const COSTS: Readonly<Record<string, number>> = {
  parseExprOp: 1,
  parseMaybeAssign: 5,
  parseMaybeUnary: 5,
  parseStatement: 5,
  parseBindingAtom: 5,
  parseTemplate: 5,
  tsParseType: 5,
  tsParseNonArrayType: 5,
  tsParseTypeOperatorOrHigher: 5,
};

/** Allows operators in rows of some two thousand and brackets some two hundred deep. */
const MAX_COST = 2_500;

/**
 * Makes a parser refuse code that is nested without end, with `syntax_error`, long before the stack ends.
 *
 * Running out of stack is not a way to find out: where a regular expression has to be compiled on the last bit of it,
 * the whole process ends.
 */
export function limitDepth(Base: typeof Parser): typeof Parser {
  const Limited = class extends Base {};
  const costs = new WeakMap<object, number>();
  for (const [name, cost] of Object.entries(COSTS)) {
    const inherited: unknown = Reflect.get(Base.prototype, name);
    if (typeof inherited !== "function") continue;
    const value = function value(this: object, ...args: unknown[]): unknown {
      const before = costs.get(this) ?? 0;
      // Not a SyntaxError: the parser takes those for a reason to try the same text in another way.
      if (before + cost > MAX_COST)
        throw new CodemodeError("syntax_error", "The code is nested too deeply to be parsed.");
      costs.set(this, before + cost);
      try {
        return Reflect.apply(inherited, this, args);
      } finally {
        costs.set(this, before);
      }
    };
    Object.defineProperty(Limited.prototype, name, { value, writable: true, configurable: true });
  }
  return Limited;
}
