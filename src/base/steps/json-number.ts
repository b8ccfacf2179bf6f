/** Where in a number of JSON a reader is. */
export type NumberPlace = "minus" | "zero" | "whole" | "point" | "fraction" | "e" | "sign" | "exponent";

const [PLUS, MINUS, POINT, ZERO, NINE] = [0x2b, 0x2d, 0x2e, 0x30, 0x39];

/** A number that is no longer than this, with sign and point, has the digits that its value is written with. */
const MOST_SURE_BYTES = 18;

/** Bytes of an integer that is surely one without loss. */
const SAFE_BYTES = 15;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** Where a number is after its first character; undefined for what begins none. */
export function beginNumber(byte: number): NumberPlace | undefined {
  if (byte === MINUS) return "minus";
  return isDigit(byte) ? (byte === ZERO ? "zero" : "whole") : undefined;
}

/** Where it is after one more; undefined where that does not belong to it. */
export function afterNumber(place: NumberPlace, byte: number): NumberPlace | undefined {
  if (isDigit(byte)) return afterDigit(place, byte);
  const isInWhole = place === "zero" || place === "whole";
  if (byte === POINT) return isInWhole ? "point" : undefined;
  if (byte === 0x65 || byte === 0x45) return isInWhole || place === "fraction" ? "e" : undefined;
  return (byte === PLUS || byte === MINUS) && place === "e" ? "sign" : undefined;
}

function afterDigit(place: NumberPlace, byte: number): NumberPlace | undefined {
  if (place === "minus") return byte === ZERO ? "zero" : "whole";
  if (place === "point") return "fraction";
  if (place === "e" || place === "sign") return "exponent";
  return place === "zero" ? undefined : place;
}

/** Whether a number may end there. */
export function isWholeNumber(place: NumberPlace): boolean {
  return place === "zero" || place === "whole" || place === "fraction" || place === "exponent";
}

/** Writes a number over itself as its value is written, where that is not longer and stays the same kind of number. */
export function shortenNumber(out: Buffer, { from, to }: { from: number; to: number }, place: NumberPlace): number {
  if (place === "fraction" && to - from <= MOST_SURE_BYTES && !isTiny(out, from)) return shortenFraction(out, from, to);
  if (place === "fraction" || place === "exponent") return writeValue(out, from, to);
  return withoutMinus(out, from, to);
}

/** Cuts zeros at the end off, of which there may be many in a file, without a string. */
function shortenFraction(out: Buffer, from: number, to: number): number {
  let end = to;
  while (out[end - 1] === ZERO) end -= 1;
  if (out[end - 1] !== POINT) return end;
  return end - 1 - from <= SAFE_BYTES ? withoutMinus(out, from, end - 1) : end + 1;
}

/** Minus zero is written as zero. */
function withoutMinus(out: Buffer, from: number, to: number): number {
  if (to - from !== 2 || out[from] !== MINUS || out[from + 1] !== ZERO) return to;
  out[from] = ZERO;
  return from + 1;
}

/** Smaller than what is written without an exponent. */
function isTiny(out: Buffer, from: number): boolean {
  const first = out[from] === MINUS ? from + 1 : from;
  for (let at = first; at < first + 7; at++) if (out[at] !== (at === first + 1 ? POINT : ZERO)) return false;
  return true;
}

function writeValue(out: Buffer, from: number, to: number): number {
  const value = Number(out.toString("latin1", from, to));
  const text = JSON.stringify(value);
  // Digits alone would be an integer without end.
  const isOther = Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text);
  if (!Number.isFinite(value) || isOther || text.length > to - from) return to;
  return from + out.write(text, from, "latin1");
}
