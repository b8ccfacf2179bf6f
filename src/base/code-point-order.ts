/**
 * Orders two strings by code point: the same on every machine and in both guest languages.
 *
 * The default order of JavaScript compares UTF-16 units and so puts astral characters before U+E000.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a.charCodeAt(index) === b.charCodeAt(index)) continue;
    const start = isInsidePair(a, index) || isInsidePair(b, index) ? index - 1 : index;
    return (a.codePointAt(start) ?? 0) - (b.codePointAt(start) ?? 0);
  }
  return a.length - b.length;
}

/** The strings share what comes before `index`; where that is the leading half of a pair, the code point began there. */
function isInsidePair(text: string, index: number): boolean {
  return index > 0 && (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
