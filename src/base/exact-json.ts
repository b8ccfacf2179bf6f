import { randomBytes } from "node:crypto";

/** Text without such a run holds no number that reading it as a double could change or lose. */
const SUSPECT = /\d{16}|\d[eE]\+?\d{3}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Characters of the longest integer that becomes a `bigint`: the time that reading and writing one takes grows with its square. */
const MOST_INTEGER = 1_000;

/**
 * Reads JSON as `JSON.parse` does, but loses no digit: an integer beyond 2^53 becomes a `bigint`, and its text where it has
 * more than 1,000 digits, as a number too large for a double does. Throws what `JSON.parse` throws.
 */
export function parseJson(text: string): unknown {
  const marked = markIntegers(text);
  if (marked === undefined) return JSON.parse(text) as unknown;
  const { mark } = marked;
  return JSON.parse(marked.text, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as unknown;
}

/** Writes JSON as `JSON.stringify` does, a `bigint` as its digits. Undefined becomes `null`. */
export function stringifyJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent) ?? "null";
  } catch (thrown) {
    const mark = newMark();
    let found = false;
    const text = JSON.stringify(
      value,
      (_key, part: unknown) => {
        if (typeof part !== "bigint") return part;
        found = true;
        return `${mark}${part}`;
      },
      indent,
    );
    if (!found) throw thrown;
    return unmarkIntegers(text, mark);
  }
}

/** A backslash, a whole character outside the basic plane, or half of one. */
const ESCAPES = /\\(?:\\|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2})/g;

/** JSON text with a sign in place of each half of a character, for which strict readers refuse a whole message. */
export function wellFormed(text: string): string {
  if (!text.includes("\\ud") && !text.includes("\\uD")) return text;
  return text.replaceAll(ESCAPES, (found) => (found.length === 6 ? "\\ufffd" : found));
}

/** Whether a text has digits enough for a number that reading it as a double would change. */
export function mayHoldLongInteger(text: string): boolean {
  return SUSPECT.test(text);
}

/** The same of a text as UTF-8, of which no string is made. */
export function bytesMayHoldLongInteger(bytes: Uint8Array): boolean {
  // Of any digits that matter at least three stand in a row.
  for (let at = FEWEST_DIGITS - 1; at < bytes.length; at += FEWEST_DIGITS) {
    if (!isDigit(bytes[at])) continue;
    let from = at;
    while (isDigit(bytes[from - 1])) from--;
    while (isDigit(bytes[at + 1])) at++;
    const digits = at + 1 - from;
    if (digits >= LONG_DIGITS || (digits >= FEWEST_DIGITS && isExponent(bytes, from))) return true;
  }
  return false;
}

/** What {@link SUSPECT} asks of a number. */
const LONG_DIGITS = 16;
const FEWEST_DIGITS = 3;
const PLUS = 0x2b;
const LOWER_E = 0x65;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Whether digits from a place on are the exponent of others. */
function isExponent(bytes: Uint8Array, from: number): boolean {
  const at = bytes[from - 1] === PLUS ? from - 2 : from - 1;
  return ((bytes[at] ?? 0) | 0x20) === LOWER_E && isDigit(bytes[at - 1]);
}

/** JSON text in which integers beyond 2^53 stand as texts that begin with a mark; undefined when there are none. */
export function markIntegers(
  text: string,
  ownMark?: string,
): { readonly text: string; readonly mark: string } | undefined {
  if (!mayHoldLongInteger(text)) return undefined;
  const mark = ownMark ?? newMark();
  const pieces: string[] = [];
  let found = false;
  const markNumbers = (piece: string): string =>
    piece.replace(NUMBER, (token) => {
      const value = Number(token);
      const isInteger = /^-?\d+$/.test(token);
      if (isInteger ? Number.isSafeInteger(value) : Number.isFinite(value)) return token;
      found = true;
      return isInteger && token.length <= MOST_INTEGER ? `"${mark}${token}"` : `"${token}"`;
    });
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('"', at);
    const end = open === -1 ? text.length : endOfText(text, open);
    pieces.push(markNumbers(text.slice(at, open === -1 ? text.length : open)));
    if (open !== -1) pieces.push(text.slice(open, end));
    at = end;
  }
  return found ? { text: pieces.join(""), mark } : undefined;
}

/** Position after the JSON string that opens at a position; the end of the text where it does not close. */
export function endOfText(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === 0x5c) before -= 1;
    // An even number of backslashes before it escape each other.
    if ((at - before) % 2 === 1) return at + 1;
  }
  return text.length;
}

/** Turns marked texts back into integers. */
export function unmarkIntegers(text: string, mark: string): string {
  return text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
}

/** A mark that no other text begins with. */
export function newMark(): string {
  return `bigint-${randomBytes(12).toString("hex")}:`;
}
