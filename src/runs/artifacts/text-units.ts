/** What the characters of a text are counted in. */
interface TextUnit {
  /** Characters of a text. */
  readonly length: (text: string) => number;
  /** Characters from a place on; never half of one that takes two units of UTF-16. */
  readonly slice: (text: string, from: number, count: number) => string;
}

/**
 * Units of UTF-16, as JavaScript counts, where a part may have one more or less than was asked for so that it ends with a
 * whole character; and code points, as Python counts.
 */
export const TEXT_UNITS: Readonly<Record<"utf16" | "codePoints", TextUnit>> = {
  utf16: {
    length: (text) => text.length,
    slice(text, from, count) {
      const end = from + count;
      const isSplit = isHigh(text.charCodeAt(end - 1)) && (text.codePointAt(end - 1) ?? 0) > 0xffff;
      return text.slice(from, isSplit ? end + (count === 1 ? 1 : -1) : end);
    },
  },
  codePoints: {
    length: (text) => text.length - (text.match(PAIRS)?.length ?? 0),
    slice(text, from, count) {
      const start = unitsOf(text, 0, from);
      return text.slice(start, unitsOf(text, start, count));
    },
  },
};

const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/g;

/** The place of a text behind some code points. */
function unitsOf(text: string, start: number, points: number): number {
  if (!HIGH.test(text)) return Math.min(start + points, text.length);
  let at = start;
  for (let point = 0; point < points && at < text.length; point++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

const HIGH = /[\ud800-\udbff]/;

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
