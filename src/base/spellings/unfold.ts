/** Characters of a line of base64 that was folded: programs fold it at 64 or 76, some at less. */
const FEWEST_IN_LINE = 32;
/** An end of a line, also as JSON text, and as JSON text in JSON text. Any number of signs would take the square of its time. */
const LINE_END = /(?:\\{1,4}r)?\\{1,4}n|\r?\n/g;
const NO_BASE64 = /[^A-Za-z0-9+/]/;
const INDENT = /[ \t]{1,16}/y;

/** A text without the line ends in its base64, and where those were. */
export interface UnfoldedText {
  readonly text: string;
  /** Places in the original text of what stands from a place to another in this one. */
  readonly placeOf: (from: number, to: number) => { readonly from: number; readonly to: number };
}

/** Puts base64 in one line that mail, keys and command lines fold; undefined where there is none, as nearly always. */
export function unfold(text: string): UnfoldedText | undefined {
  if (text.length <= FEWEST_IN_LINE) return undefined;
  const removed: { readonly from: number; readonly to: number }[] = [];
  let lineFrom = 0;
  for (const { 0: end, index } of text.matchAll(LINE_END)) {
    const line = text.slice(Math.max(lineFrom, index - FEWEST_IN_LINE), index);
    lineFrom = index + end.length;
    INDENT.lastIndex = lineFrom;
    if (INDENT.test(text)) lineFrom = INDENT.lastIndex;
    const isFolded = line.length === FEWEST_IN_LINE && !NO_BASE64.test(line) && !NO_BASE64.test(text.charAt(lineFrom));
    if (isFolded && lineFrom < text.length) removed.push({ from: index, to: lineFrom });
  }
  return removed.length === 0 ? undefined : without(text, removed);
}

function without(text: string, removed: readonly { readonly from: number; readonly to: number }[]): UnfoldedText {
  let [at, kept] = [0, 0];
  const pieces = removed.map(({ from, to }) => {
    const piece = { original: at, kept, text: text.slice(at, from) };
    [at, kept] = [to, kept + from - at];
    return piece;
  });
  pieces.push({ original: at, kept, text: text.slice(at) });
  const originalOf = (place: number): number => {
    let [low, high] = [0, pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.kept ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low] ?? { original: 0, kept: 0 };
    return piece.original + place - piece.kept;
  };
  return {
    text: pieces.map((piece) => piece.text).join(""),
    placeOf: (from, to) => ({ from: originalOf(from), to: originalOf(to - 1) + 1 }),
  };
}
