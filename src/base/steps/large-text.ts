import { boundText } from "../bound-text.ts";

/** Fewest bytes of a text of a message that is kept as bytes: as a string it takes up to four times as much memory. */
export const LARGE_TEXT_BYTES: number = 4 * 1024 * 1024;

const HEAD_BYTES = 8_192;

const KEY = Symbol("large text");

/** A text of any size as UTF-8 bytes in pieces, none of which cuts a character. */
export class LargeText {
  readonly pieces: readonly Buffer[];
  readonly bytes: number;
  /** Its length as a string. */
  readonly characters: number;

  constructor(pieces: readonly Buffer[], characters: number) {
    this.pieces = pieces;
    this.bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    this.characters = characters;
  }

  /** What stands first, some thousand characters. */
  get head(): string {
    return Buffer.concat(this.pieces.slice(0, 4)).toString("utf8", 0, HEAD_BYTES);
  }

  /** What stands last, some characters at least. */
  get tail(): string {
    return Buffer.concat(this.pieces.slice(-2)).toString();
  }

  /** What {@link boundText} makes of it for few characters. */
  bounded(most: number): string {
    return boundText(this.head, most, this.characters);
  }

  /** The whole as a string. */
  toString(): string {
    return Buffer.concat(this.pieces).toString();
  }
}

/** An item of content with a large text; its `text` is made into a string by whoever reads it, and by nobody else. */
export function largeItem(large: LargeText, rest: Readonly<Record<string, unknown>>): { readonly type: "text" } {
  let text: string | undefined;
  return Object.defineProperties(
    { ...rest, type: "text" as const },
    { [KEY]: { value: large }, text: { enumerable: true, get: () => (text ??= large.toString()) } },
  );
}

/** The text of a {@link largeItem}. */
export function largeTextOf(item: unknown): LargeText | undefined {
  if (typeof item !== "object" || item === null || !(KEY in item)) return undefined;
  return item[KEY] instanceof LargeText ? item[KEY] : undefined;
}

/** Where the last whole character of some UTF-8 bytes ends. */
export function endOfCharacter(bytes: Uint8Array, length: number): number {
  let start = length - 1;
  while (start > length - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const lead = bytes[start] ?? 0;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + size > length ? start : length;
}
