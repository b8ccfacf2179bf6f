const BACKSLASH = 0x5c;
/** First bits of a character of one byte, and of more. */
const LEADS = [0, 0xc0, 0xe0, 0xf0];
/** Length of `\u` and four digits. */
const UNIT_BYTES = 6;
const HEX = Buffer.from("0123456789abcdef");

/** Characters that have an escape sequence of two, with its letter. */
const SHORT: ReadonlyMap<number, number> = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
  [0x22, 0x22],
  [BACKSLASH, BACKSLASH],
]);

/** The characters that {@link SHORT} sequences and `\\/` are, by their letters. */
const BY_LETTER: ReadonlyMap<number, number> = new Map(
  [...SHORT, [0x2f, 0x2f]].map(([code = 0, letter = 0]) => [letter, code]),
);

/** The character that a backslash and a letter other than `u` are; undefined where they are none. */
export function shortLetter(letter: number): number | undefined {
  return BY_LETTER.get(letter);
}

/**
 * Size of the character beyond ASCII that begins at a place in UTF-8; 0 where it is cut by the end, and below 0 where some
 * bytes are none: they become one U+FFFD, as many as every decoder takes for it.
 */
export function letterAt(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const size = sizeOf(lead);
  for (let place = 1; place < size; place++) {
    if (at + place >= end) return 0;
    const byte = bytes[at + place] ?? 0;
    if ((byte & 0xc0) !== 0x80 || (place === 1 && !isSecond(lead, byte))) return -place;
  }
  return size;
}

const sizeOf = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2);

/** Leaves out longer forms than there need be, halves of surrogate pairs, and what is beyond the last character. */
function isSecond(lead: number, byte: number): boolean {
  if (lead === 0xe0) return byte >= 0xa0;
  if (lead === 0xed) return byte < 0xa0;
  if (lead === 0xf0) return byte >= 0x90;
  return lead !== 0xf4 || byte < 0x90;
}

/** The character of an escape sequence that begins at a place, or of a pair of them; undefined where none is. */
export function escapedLetterAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  const first = unitAt(bytes, at, end);
  if (first === undefined || first < 0xd800 || first >= 0xdc00) return first;
  const second = unitAt(bytes, at + UNIT_BYTES, end) ?? 0;
  const isPair = second >= 0xdc00 && second < 0xe000;
  return isPair ? 0x1_0000 + (first - 0xd800) * 0x400 + (second - 0xdc00) : first;
}

function unitAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at + UNIT_BYTES > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return undefined;
  let unit = 0;
  for (let place = at + 2; place < at + UNIT_BYTES; place++) {
    const byte = bytes[place] ?? 0;
    const digit = HEX.indexOf(byte | 0x20);
    if (byte < 0x30 || digit === -1) return undefined;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** Writes a character as a text in JSON has it, half a surrogate pair as its escape sequence. Returns where it ends. */
export function writeUnit(code: number, out: Uint8Array, from: number): number {
  if (SHORT.has(code)) return writeAll([BACKSLASH, SHORT.get(code) ?? 0], out, from);
  if (code >= 0x20 && (code < 0xd800 || code >= 0xe000)) return writeUtf8(code, out, from);
  let at = writeAll([BACKSLASH, 0x75], out, from);
  for (let shift = 12; shift >= 0; shift -= 4) out[at++] = HEX[(code >> shift) & 15] ?? 0;
  return at;
}

function writeAll(bytes: readonly number[], out: Uint8Array, from: number): number {
  out.set(bytes, from);
  return from + bytes.length;
}

/** Writes a character, half a surrogate pair as U+FFFD. Returns where it ends. */
export function writeLetter(code: number, out: Uint8Array, from: number): number {
  return writeUtf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, out, from);
}

/** Writes a character, half a surrogate pair in three bytes as if it were one. Returns where it ends. */
export function writeUtf8(code: number, out: Uint8Array, from: number): number {
  let at = from;
  const more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x1_0000 ? 2 : 3;
  out[at++] = (LEADS[more] ?? 0) | (code >> (6 * more));
  for (let left = more - 1; left >= 0; left--) out[at++] = 0x80 | ((code >> (6 * left)) & 0x3f);
  return at;
}
