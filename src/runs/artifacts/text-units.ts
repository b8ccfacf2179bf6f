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
      const isSplit = sizeAt(text, end - 1) === 2;
      return text.slice(from, isSplit ? end + (count === 1 ? 1 : -1) : end);
    },
  },
  codePoints: {
    length(text) {
      if (!HIGH.test(text)) return text.length;
      let points = 0;
      for (let at = 0; at < text.length; at += sizeAt(text, at)) points += 1;
      return points;
    },
    slice(text, from, count) {
      const start = unitsOf(text, 0, from);
      return text.slice(start, unitsOf(text, start, count));
    },
  },
};

/** The place of a text behind some code points. */
function unitsOf(text: string, start: number, points: number): number {
  if (!HIGH.test(text)) return Math.min(start + points, text.length);
  let at = start;
  for (let point = 0; point < points && at < text.length; point++) at += sizeAt(text, at);
  return at;
}

/** Units of the character at a place. */
function sizeAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

const HIGH = /[\ud800-\udbff]/;
