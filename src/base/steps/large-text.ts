import { boundText } from "../bound-text.ts";
import { bytesMayHoldLongInteger, parseJson } from "../exact-json.ts";
import { SlicedWork } from "../sliced-work.ts";
import { parseInSteps } from "./parse-in-steps.ts";

/** Fewest bytes of a text of a message that is kept as bytes: as a string it takes up to four times as much memory. */
export const LARGE_TEXT_BYTES: number = 1024 * 1024;

const HEAD_BYTES = 8_192;
/** More than anything that is looked for, so that none is missed where two pieces meet. */
const SEAM_BYTES = 32;

const KEY = Symbol("large text");
const CONTENT = Symbol("large content");
const NAME = Symbol("key of a large text");

/** A piece that is written whenever somebody reads it, since all of them would be a copy of what they are written from. */
export interface LatePiece {
  /** Number of bytes. */
  readonly length: number;
  readonly write: () => Buffer;
}

/** A text of any size as UTF-8 bytes in pieces, none of which cuts a character. Going through it gives the pieces. */
export class LargeText {
  readonly #pieces: readonly (Buffer | LatePiece)[];
  readonly bytes: number;
  /** Its length as a string. */
  readonly characters: number;

  /** @param pieces bytes, or what writes some when they are read */
  constructor(
    pieces: readonly (Buffer | { readonly length: number; readonly write: () => Buffer })[],
    characters: number,
  ) {
    this.#pieces = pieces;
    this.bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    this.characters = characters;
  }

  /** The pieces, each written when it is asked for. */
  *[Symbol.iterator](): Generator<Buffer, void> {
    for (const piece of this.#pieces) yield written(piece);
  }

  /** All pieces, those that are written late among them. */
  get pieces(): readonly Buffer[] {
    return this.#pieces.every((piece) => Buffer.isBuffer(piece)) ? this.#pieces : [...this];
  }

  /** What stands first, some thousand characters. */
  get head(): string {
    return Buffer.concat(this.#pieces.slice(0, 4).map(written)).toString("utf8", 0, HEAD_BYTES);
  }

  /** What stands last, some characters at least. */
  get tail(): string {
    return Buffer.concat(this.#pieces.slice(-2).map(written)).toString();
  }

  /** What {@link boundText} makes of it for few characters. */
  bounded(most: number): string {
    return boundText(this.head, most, this.characters);
  }

  /** The whole as a string. */
  toString(): string {
    return Buffer.concat(this.pieces).toString();
  }

  /** Its bytes in memory of their own, which can go to another thread. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.bytes);
    this.copyTo(whole, 0);
    return whole;
  }

  /** Writes its bytes to a place in others. */
  copyTo(target: Uint8Array, from: number): void {
    let at = from;
    for (const piece of this) {
      target.set(piece, at);
      at += piece.length;
    }
  }

  /** Whether there may be an integer beyond 2^53 in it, where it is JSON. */
  mayHoldLongIntegers(): boolean {
    return !this.head.startsWith('"') && this.#has(bytesMayHoldLongInteger);
  }

  /** Whether some ASCII characters, 32 at most, stand in it. */
  includes(ascii: string): boolean {
    return this.#has((bytes) => bytes.includes(ascii));
  }

  /** Whether something short is in it, by a test of each piece and of what surrounds its beginning. Strings of them would be garbage. */
  #has(test: (bytes: Buffer) => boolean): boolean {
    let seam = Buffer.alloc(0);
    for (const piece of this) {
      if (test(Buffer.concat([seam, piece.subarray(0, SEAM_BYTES)])) || test(piece)) return true;
      seam = Buffer.concat([seam, piece.subarray(-SEAM_BYTES)]).subarray(-SEAM_BYTES);
    }
    return false;
  }

  /** The same with something before and after it, uncopied. */
  between(before: string, after: string): LargeText {
    const pieces = [Buffer.from(before), ...this.#pieces, Buffer.from(after)];
    return new LargeText(pieces, before.length + this.characters + after.length);
  }
}

function written(piece: Buffer | LatePiece): Buffer {
  return Buffer.isBuffer(piece) ? piece : piece.write();
}

/** JSON of any size as UTF-8 bytes; its value is made by whoever asks for it, and by nobody else. */
export class LargeJson extends LargeText {
  /** Its bytes where every number counts as 4, as results are measured. */
  readonly countedBytes: number;
  readonly #value = new SlicedWork(() => parseInSteps(this.toString(), parseJson));

  constructor(pieces: readonly Buffer[], characters: number, countedBytes: number) {
    super(pieces, characters);
    this.countedBytes = countedBytes;
  }

  /** The same without the value, which was read and is needed no more. */
  unread(): LargeJson {
    return new LargeJson(this.pieces, this.characters, this.countedBytes);
  }

  /** The value, read now. */
  get value(): unknown {
    return this.#value.now();
  }

  /** The value, read while other work goes on. */
  valueSoon(signal?: AbortSignal): Promise<unknown> {
    return this.#value.soon(signal);
  }

  toJSON(): unknown {
    return this.value;
  }
}

/** Characters of a text, as a string or as bytes. */
export function lengthOf(text: string | LargeText): number {
  return text instanceof LargeText ? text.characters : text.length;
}

/** What a value that may be kept as bytes stands for: of JSON the value, of a text the string. */
export function wholeValue(value: unknown, signal?: AbortSignal): unknown {
  if (value instanceof LargeJson) return value.valueSoon(signal);
  return value instanceof LargeText ? value.toString() : value;
}

/** A result with large structured content, which is read by whoever looks at it. */
export function withLargeStructured<Result extends object>(
  result: Result,
  large: LargeJson,
): Result & { readonly structuredContent: unknown } {
  return Object.defineProperties(Object.assign(result, { structuredContent: undefined }), {
    [KEY]: { value: large },
    structuredContent: { enumerable: true, get: () => large.value },
  });
}

/** The structured content of {@link withLargeStructured}. */
export function largeStructuredOf(result: object): LargeJson | undefined {
  const large: unknown = KEY in result ? result[KEY] : undefined;
  return large instanceof LargeJson ? large : undefined;
}

/** A result with a long list of content, which is read by whoever looks at it; `toItems` makes items of its value. */
export function withLargeContent<Result extends { readonly content: unknown }>(
  result: Result,
  large: LargeJson,
  toItems: (value: unknown) => Result["content"],
): Result {
  let items: Result["content"] | undefined;
  return Object.defineProperties(result, {
    [CONTENT]: { value: large },
    content: { enumerable: true, get: () => (items ??= toItems(large.value)) },
  });
}

/** The list of content of {@link withLargeContent}. */
export function largeContentOf(result: object): LargeJson | undefined {
  const large: unknown = CONTENT in result ? result[CONTENT] : undefined;
  return large instanceof LargeJson ? large : undefined;
}

/** A result all of which can be looked at at once; one that is kept as bytes is read while other work goes on. */
export function readWhole<Result extends object>(result: Result, signal?: AbortSignal): Result | Promise<Result> {
  const larges = [largeStructuredOf(result), largeContentOf(result)].filter((large) => large !== undefined);
  return larges.length === 0 ? result : Promise.all(larges.map((large) => large.valueSoon(signal))).then(() => result);
}

/** A part of content with a large text under a key, which is made into a string by whoever reads it, and by nobody else. */
export function largeItem(large: LargeText, part: Readonly<Record<string, unknown>>, key: string): object {
  return putLargeText({ ...part }, key, large);
}

/** The same for an object that is there already. */
export function putLargeText<Part extends object>(part: Part, key: string, large: LargeText): Part {
  let text: string | undefined;
  return Object.defineProperties(part, {
    [KEY]: { value: large },
    [NAME]: { value: key },
    [key]: { enumerable: true, get: () => (text ??= large.toString()) },
  });
}

/** The key under which a {@link largeItem} has its text. */
export function largeKeyOf(item: object): unknown {
  return NAME in item ? item[NAME] : undefined;
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
