import { TextLines, type TextPosition } from "../../../../base/text-position.ts";

/** A program whose last braces were made an object, and the way back to the text it was made of. */
interface BracketedText {
  readonly text: string;
  readonly toOriginal: (place: TextPosition) => TextPosition;
}

const OPEN = ";(";
// Where a large literal ends, many lines may begin with a brace.
const MOST_TRIES = 3;

/**
 * Readings of a program that ends with an object in braces, which a parser takes for a block: the braces from a line that
 * begins with one to the end, as an expression. A text that is JSON as a whole is not a program, so it has no such
 * reading.
 */
export function withObjectAtEnd(code: string): readonly BracketedText[] {
  const end = /\}\s*(?:;\s*)?$/.exec(code);
  if (end === null || isJson(code)) return [];
  const starts = [...code.matchAll(/^[ \t]*\{/gm)].map(({ index, 0: { length } }) => index + length - 1);
  return starts.slice(-MOST_TRIES).map((start) => bracket(code, start, end.index + 1));
}

function bracket(code: string, start: number, end: number): BracketedText {
  const before = code.slice(0, start);
  const { line, column: firstColumn } = new TextLines(code).positionAt(start);
  return {
    text: `${before}${OPEN}${code.slice(start, end)})${code.slice(end)}`,
    toOriginal: (place) =>
      place.line === line && place.column > firstColumn
        ? { line, column: Math.max(firstColumn, place.column - OPEN.length) }
        : place,
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
