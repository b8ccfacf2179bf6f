import { randomBytes } from "node:crypto";
import { jsonPieces } from "./json-in-steps.ts";
import { endOfCharacter, largeKeyOf, LargeText, largeTextOf } from "./large-text.ts";

/** Content holds nothing large deeper than an item and its resource. */
const MOST_DEPTH = 3;

/** Bytes that are escaped at a stretch. */
const WINDOW_BYTES = 16 * 1024;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** The JSON of content as bytes, in small steps: what is large in it is no string, and uncopied where nothing of it is escaped. */
export function* jsonInPieces(content: unknown): Generator<void, LargeText> {
  const mark = `large-${randomBytes(12).toString("hex")}:`;
  const larges: LargeText[] = [];
  const light = marked(content, { mark, larges }, 0);
  const pieces: Buffer[] = [];
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
    for (const piece of large.pieces) {
      for (const [window, size] of escapedWindows(piece)) {
        pieces.push(window);
        characters += size;
        yield;
      }
    }
  }
  pieces.push(Buffer.from(rest));
  return new LargeText(pieces, characters + rest.length);
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

/** Pieces of a text as they stand in JSON, each with its characters. Where nothing is escaped no string is made of them. */
function* escapedWindows(piece: Buffer): Generator<readonly [Buffer, number]> {
  for (let at = 0; at < piece.length;) {
    const end = endOfCharacter(piece, Math.min(piece.length, at + WINDOW_BYTES));
    const window = piece.subarray(at, end);
    at = end;
    const characters = charactersAsTheyAre(window);
    if (characters !== undefined) yield [window, characters];
    else {
      const json = JSON.stringify(window.toString()).slice(1, -1);
      yield [Buffer.from(json), json.length];
    }
  }
}

/** Length as a string of UTF-8 bytes that stand in JSON as they are; undefined where one is escaped. */
function charactersAsTheyAre(bytes: Buffer): number | undefined {
  let characters = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) return undefined;
    if (byte < 0x80 || byte >= 0xc0) characters += byte < 0xf0 ? 1 : 2;
  }
  return characters;
}
