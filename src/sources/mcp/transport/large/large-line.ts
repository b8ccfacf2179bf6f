import { randomBytes } from "node:crypto";
import { isRecord } from "../../../../base/is-record.ts";
import { endOfCharacter, largeItem, LargeJson, LargeText } from "../../../../base/steps/large-text.ts";
import { compactJson } from "../../../../base/steps/compact-json.ts";
import { findLarge, type LeastBytes } from "./find-large.ts";

const [BACKSLASH, LOWER_U] = [0x5c, 0x75];

/** Bytes of an escaped text that are read at a stretch, so that what is made of them is soon forgotten. */
const WINDOW_BYTES = 16 * 1024;

/** Bytes after a cut that are certain to end what was cut. */
const BRIDGE_BYTES = 32;

/** Longest pair of escape sequences that are one character. */
const PAIR_BYTES = 12;

/** A line of which what is large was taken out. */
interface LightLine {
  /** The line with a mark in the place of each large text, and one that is a text in that of structured content. */
  readonly text: string;
  readonly texts: ReadonlyMap<string, LargeText>;
}

/**
 * Takes large texts and large structured content out of a line of JSON, in small steps, in the memory the line has already:
 * its bytes are overwritten. Half a surrogate pair of a text becomes U+FFFD, as in a file. Throws `SyntaxError` for what is
 * no JSON.
 */
export function* takeLarge(line: readonly Buffer[], least?: LeastBytes): Generator<void, LightLine> {
  const mark = `large-${randomBytes(12).toString("hex")}:`;
  const texts = new Map<string, LargeText>();
  const rest: Buffer[] = [];
  let at = 0;
  for (const { kind, from, to } of yield* findLarge(line, least)) {
    const key = `${mark}${texts.size}`;
    rest.push(...cut(line, at, from), Buffer.from(kind === "json" ? JSON.stringify(key) : key));
    texts.set(key, yield* (kind === "json" ? compactJson : unescaped)(cut(line, from, to)));
    at = to;
  }
  rest.push(...cut(line, at, Number.POSITIVE_INFINITY));
  return { text: Buffer.concat(rest).toString(), texts };
}

/**
 * A message in which what was taken out stands where it was: as items of content where they are one, as structured content of
 * a result, else as strings. A value that holds others ends a step.
 */
export function* putLarge(value: unknown, texts: ReadonlyMap<string, LargeText>): Generator<void, unknown> {
  if (texts.size === 0) return value;
  if (typeof value === "string") return largeAt(value, texts);
  if (typeof value !== "object" || value === null) return value;
  yield;
  const item = isRecord(value) ? largeContent(value, texts) : undefined;
  if (item !== undefined) return item;
  const entries: [string, unknown][] = [];
  for (const [key, part] of Object.entries(value))
    entries.push([String(largeAt(key, texts)), yield* putLarge(part, texts)]);
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

/** What stands for a text: structured content is the value of a member whole. */
function largeAt(text: string, texts: ReadonlyMap<string, LargeText>): unknown {
  const large = texts.get(text);
  return large instanceof LargeJson ? large : (large?.toString() ?? text);
}

/** Keys of what may be large in an item of content, by its type; a resource has none. */
const LARGE_KEYS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["text", ["text"]],
  ["image", ["data"]],
  ["audio", ["data"]],
  [undefined, ["blob", "text"]],
]);

function largeContent(value: Readonly<Record<string, unknown>>, texts: ReadonlyMap<string, LargeText>): unknown {
  const { type, uri } = value;
  const keys = type === undefined && typeof uri !== "string" ? [] : (LARGE_KEYS.get(type) ?? []);
  for (const key of keys) {
    const mark = value[key];
    const large = typeof mark === "string" ? texts.get(mark) : undefined;
    if (large !== undefined) return largeItem(large, value, key);
  }
  return undefined;
}

/** The bytes between two places of a line, uncopied. */
function cut(line: readonly Buffer[], from: number, to: number): Buffer[] {
  const pieces: Buffer[] = [];
  let passed = 0;
  for (const bytes of line) {
    const piece = bytes.subarray(Math.max(0, from - passed), Math.max(0, to - passed));
    if (piece.length > 0) pieces.push(piece);
    passed += bytes.length;
  }
  return pieces;
}

/** The text that some escaped bytes are, written over these, which it never is longer than. */
function* unescaped(escaped: readonly Buffer[]): Generator<void, LargeText> {
  const pieces: Buffer[] = [];
  let characters = 0;
  let open: Buffer = Buffer.alloc(0);
  for (const bytes of escaped) {
    // What the piece before left open is read with what ends it.
    const bridge = Buffer.concat([open, bytes.subarray(0, open.length === 0 ? 0 : BRIDGE_BYTES)]);
    const bridged = wholeEnd(bridge);
    if (bridged < open.length) open = bridge;
    else {
      const text = unescape(bridge.subarray(0, bridged));
      const read = inPlace(bytes, bridged - open.length);
      pieces.push(Buffer.from(text), ...read.pieces);
      characters += text.length + read.characters;
      open = Buffer.from(bytes.subarray(read.end));
    }
    yield;
  }
  const last = unescape(open);
  return new LargeText(
    [...pieces, Buffer.from(last)].filter(({ length }) => length > 0),
    characters + last.length,
  );
}

/** Reads escaped bytes from a place on, writes what they are over them, and says where what is whole ends. */
function inPlace(bytes: Buffer, from: number): { pieces: Buffer[]; characters: number; end: number } {
  const pieces: Buffer[] = [];
  let [at, start, written, characters] = [from, 0, 0, 0];
  for (;;) {
    const size = wholeEnd(bytes.subarray(at, at + WINDOW_BYTES));
    if (size === 0) break;
    const text = unescape(bytes.subarray(at, at + size));
    characters += text.length;
    at += size;
    const length = Buffer.byteLength(text);
    if (written + length <= at) written += bytes.write(text, written);
    else {
      // Bytes that are no UTF-8 become longer than they were.
      pieces.push(bytes.subarray(start, written), Buffer.from(text));
      [start, written] = [at, at];
    }
  }
  return { pieces: [...pieces, bytes.subarray(start, written)], characters, end: at };
}

function unescape(bytes: Buffer): string {
  const text: unknown = JSON.parse(`"${bytes.toString()}"`);
  return String(text);
}

/** Where the last character ends that is whole: neither its escape sequence is cut, nor a pair of these, nor its bytes. */
function wholeEnd(bytes: Buffer): number {
  const slash = bytes.lastIndexOf(BACKSLASH);
  if (slash < bytes.length - PAIR_BYTES || !beginsEscape(bytes, slash)) return endOfCharacter(bytes, bytes.length);
  const end = slash + (bytes[slash + 1] === LOWER_U ? PAIR_BYTES / 2 : 2);
  const isHalf = end === bytes.length && isHighHalf(bytes, slash);
  if (end <= bytes.length && !isHalf) return endOfCharacter(bytes, bytes.length);
  const before = slash - PAIR_BYTES / 2;
  return !isHalf && beginsEscape(bytes, before) && isHighHalf(bytes, before) ? before : slash;
}

/** True for a backslash that is not escaped itself. */
function beginsEscape(bytes: Buffer, at: number): boolean {
  if (at < 0 || bytes[at] !== BACKSLASH) return false;
  let first = at;
  while (bytes[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 0;
}

/** True for the escape sequence of the first half of a surrogate pair. */
function isHighHalf(bytes: Buffer, at: number): boolean {
  return /^\\u[dD][89abAB]/.test(bytes.toString("latin1", at, at + 4));
}
