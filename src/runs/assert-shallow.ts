import { CodemodeError } from "../base/codemode-error.ts";

/** Deepest value that is given; what reads it walks it by recursion. */
const MOST_DEPTH = 500;
const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT] = [0x22, 0x5c, 0x5b, 0x7b];

/** Throws `result_too_large` for a JSON text nested so deeply that its value could not be written again. */
export function assertShallow(json: string): void {
  if (!isDeeperThan(json, MOST_DEPTH)) return;
  throw new CodemodeError("result_too_large", `The value is nested deeper than ${MOST_DEPTH} levels.`, {
    hint: "Return a part of it, or flatten it.",
  });
}

/** Counted without parsing. */
function isDeeperThan(json: string, most: number): boolean {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (isText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (code === OPEN_LIST + 2 || code === OPEN_OBJECT + 2) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}
