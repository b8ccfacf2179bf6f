import { CodemodeError } from "../base/codemode-error.ts";
import { endOfText } from "../base/exact-json.ts";

/** Deepest value that is given; what reads it walks it by recursion. */
const MOST_DEPTH = 500;
/** Square brackets differ from curly ones in one bit. */
const [QUOTE, CURLY, OPEN, CLOSE] = [0x22, 0x20, 0x7b, 0x7d];

/** Throws `result_too_large` for a JSON text nested so deeply that its value could not be written again. */
export function assertShallow(json: string): void {
  if (!isDeeperThan(json, MOST_DEPTH)) return;
  throw new CodemodeError("result_too_large", `The value is nested deeper than ${MOST_DEPTH} levels.`, {
    hint: "Return a part of it, or flatten it.",
  });
}

/**
 * Whether a JSON text is nested deeper than so many levels, counted without parsing it: the parser keeps some bytes for each
 * open bracket, of which no limit of memory knows.
 */
export function isDeeperThan(json: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; json.length > most && at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfText(json, at) - 1;
    else if ((code | CURLY) === OPEN) depth += 1;
    else if ((code | CURLY) === CLOSE) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}
