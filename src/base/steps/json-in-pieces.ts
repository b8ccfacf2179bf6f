import { randomBytes } from "node:crypto";
import { jsonPieces } from "./json-in-steps.ts";
import { endOfCharacter, LARGE_TEXT_BYTES, largeKeyOf, LargeText, largeTextOf, type LatePiece } from "./large-text.ts";

/** Content holds nothing large deeper than an item and its resource. */
const MOST_DEPTH = 3;

/** Bytes that are escaped at a stretch. */
const WINDOW_BYTES = 16 * 1024;

/** The JSON of content as bytes, in small steps: what is large in it is no string, and uncopied: what of it is escaped is written when it is read. */
export function* jsonInPieces(content: unknown): Generator<void, LargeText> {
  const mark = `large-${randomBytes(12).toString("hex")}:`;
  const larges: LargeText[] = [];
  const light = marked(content, { mark, larges }, 0);
  const pieces: (Buffer | LatePiece)[] = [];
  let characters = 0;
  let rest = "";
  for (const piece of jsonPieces(light)) {
    rest += piece;
    yield;
  }
  for (const [place, large] of larges.entries()) {
    const end = `${mark}${place};`;
    const at = rest.indexOf(end);
    pieces.push(Buffer.from(rest.slice(0, at)));
    characters += at;
    rest = rest.slice(at + end.length);
    characters += yield* addEscaped(large, pieces);
  }
  pieces.push(Buffer.from(rest));
  return new LargeText(pieces, characters + rest.length);
}

/** A text as JSON, measured in small steps and uncopied: what of it is escaped is written when it is read. */
export function* escapedInPieces(text: LargeText): Generator<void, LargeText> {
  const pieces: (Buffer | LatePiece)[] = [];
  const characters = yield* addEscaped(text, pieces);
  return new LargeText(pieces, characters).between('"', '"');
}

/** Adds a text as it stands in JSON; returns its characters there. */
function* addEscaped(text: LargeText, target: (Buffer | LatePiece)[]): Generator<void, number> {
  let characters = 0;
  for (const piece of text.pieces) {
    for (const [window, size] of escapedWindows(piece)) {
      target.push(window);
      characters += size;
      yield;
    }
  }
  return characters;
}

/**
 * The JSON of any value, in small steps; as bytes where it is long, of which there is no string of the whole then.
 *
 * @param least characters beyond which it is
 */
export function* writtenInPieces(
  value: unknown,
  least: number = LARGE_TEXT_BYTES,
): Generator<void, string | LargeText> {
  const pieces: Buffer[] = [];
  let characters = 0;
  let rest = "";
  for (const piece of jsonPieces(value)) {
    rest += piece;
    if (characters + rest.length > least && rest.length > WINDOW_BYTES) {
      pieces.push(Buffer.from(rest));
      characters += rest.length;
      rest = "";
    }
    yield;
  }
  if (pieces.length === 0) return rest;
  return new LargeText([...pieces, Buffer.from(rest)], characters + rest.length);
}

/** A copy with marks in the place of what is large, in the order in which they are written. */
function marked(
  value: unknown,
  marks: { readonly mark: string; readonly larges: LargeText[] },
  depth: number,
): unknown {
  if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => marked(item, marks, depth + 1));
  const large = largeTextOf(value);
  const key = largeKeyOf(value);
  return Object.fromEntries(
    Object.keys(value).map((name) => {
      if (large === undefined || name !== key) return [name, marked(Reflect.get(value, name), marks, depth + 1)];
      return [name, `${marks.mark}${marks.larges.push(large) - 1};`];
    }),
  );
}

/** Pieces of a text as they stand in JSON, each with its characters. Where nothing is escaped a piece is the text's own. */
function* escapedWindows(piece: Buffer): Generator<readonly [Buffer | LatePiece, number]> {
  for (let at = 0; at < piece.length;) {
    const end = endOfCharacter(piece, Math.min(piece.length, at + WINDOW_BYTES));
    yield escaped(piece.subarray(at, end));
    at = end;
  }
}

/**
 * UTF-8 bytes as they stand in JSON. No string is made of them: of a text of megabytes those would be garbage of several
 * times its size.
 */
function escaped(bytes: Buffer): readonly [Buffer | LatePiece, number] {
  let added = 0;
  let characters = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < LONGEST_ESCAPED) added += ADDED[byte] ?? 0;
    if (byte < 0x80 || byte >= 0xc0) characters += byte < 0xf0 ? 1 : 2;
  }
  const length = bytes.length + added;
  const piece = added === 0 ? bytes : { length, write: () => writtenEscaped(bytes, length) };
  return [piece, characters + added];
}

function writtenEscaped(bytes: Buffer, length: number): Buffer {
  const target = Buffer.allocUnsafeSlow(length);
  let size = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const more = byte < LONGEST_ESCAPED ? ADDED[byte] : 0;
    if (more === 0) target[size++] = byte;
    else if (more === 1) {
      target[size++] = BACKSLASH;
      target[size++] = LETTERS[byte] ?? 0;
    } else size += target.write(ESCAPES[byte] ?? "", size, "latin1");
  }
  return target;
}

/** What stands in JSON for the first characters, and how many more bytes that is; above them all stand for themselves. */
const LONGEST_ESCAPED = 0x5d;
const ESCAPES: readonly string[] = Array.from({ length: LONGEST_ESCAPED }, (_, code) =>
  JSON.stringify(String.fromCharCode(code)).slice(1, -1),
);
const ADDED = Uint8Array.from(ESCAPES, ({ length }) => length - 1);
const LETTERS = Uint8Array.from(ESCAPES, (escape) => escape.charCodeAt(1));
const BACKSLASH = 0x5c;
