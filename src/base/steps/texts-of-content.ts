import { isRecord } from "../is-record.ts";
import { type LargeJson, LargeText } from "./large-text.ts";
import { WrittenOver } from "./written-over.ts";

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Bytes of items that are read at a stretch. */
const WINDOW_BYTES = 16 * 1024;

/**
 * The texts of a long list of content with a line end between them, in small steps; undefined where an item is anything else.
 * They are written over the list, which nobody can read afterwards.
 */
export function* textsOfContent(list: LargeJson): Generator<void, LargeText | undefined> {
  if (list.pieces[0]?.[0] !== OPEN_LIST) return undefined;
  for (const { items } of itemsOf(list)) {
    if (items.some((item) => textOf(item) === undefined)) return undefined;
    yield;
  }
  const written = new WrittenOver();
  let characters = 0;
  for (const { items, read } of itemsOf(list)) {
    written.free(read);
    const text = items.map((item) => `${textOf(item)}\n`).join("");
    written.write(Buffer.from(text));
    characters += text.length;
    yield;
  }
  return withoutLast(written.end(), characters);
}

/** The pieces without the line end behind the last text. */
function withoutLast(pieces: readonly Buffer[], characters: number): LargeText {
  const last = pieces.at(-1) ?? Buffer.alloc(0);
  return new LargeText([...pieces.slice(0, -1), last.subarray(0, -1)], characters - 1);
}

function textOf(item: unknown): string | undefined {
  const isText = isRecord(item) && item["type"] === "text" && typeof item["text"] === "string";
  return isText ? String(item["text"]) : undefined;
}

/** The items of a list as they are read, with the bytes after which they end. */
function* itemsOf({ pieces }: LargeJson): Generator<{ readonly items: readonly unknown[]; readonly read: Buffer }> {
  const ends = new ItemEnds();
  let open: Buffer[] = [];
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += WINDOW_BYTES) {
      const read = piece.subarray(at, at + WINDOW_BYTES);
      const end = ends.last(read);
      const whole = end === -1 ? [] : [...open, read.subarray(0, end)];
      const rest = Buffer.from(read.subarray(Math.max(0, end)));
      open = end === -1 ? [...open, rest] : [rest];
      yield { items: end === -1 ? [] : parsed(Buffer.concat(whole)), read };
    }
  }
}

/** Items that stand behind the bracket that begins the list, or behind the comma after the item before them. */
function parsed(bytes: Buffer): readonly unknown[] {
  const items: readonly unknown[] = JSON.parse(`[${bytes.toString("utf8", 1)}]`);
  return items;
}

/** Finds in a list of JSON where items end. */
class ItemEnds {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  /** Where the last item ends that ends in these bytes; -1 for none. */
  last(bytes: Buffer): number {
    let end = -1;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isInText = !this.#isInText;
      else if (!this.#isInText && this.#endsItem(byte)) end = at;
    }
    return end;
  }

  #endsItem(byte: number | undefined): boolean {
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth -= 1;
    return (this.#depth === 1 && byte === COMMA) || this.#depth === 0;
  }
}
