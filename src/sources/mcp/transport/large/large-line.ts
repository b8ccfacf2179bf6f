import { randomBytes } from "node:crypto";
import { isRecord } from "../../../../base/is-record.ts";
import { largeItem, LargeJson, LargeText } from "../../../../base/steps/large-text.ts";
import { compactJson } from "../../../../base/steps/compact-json.ts";
import { unescapeJson } from "../../../../base/steps/unescape-json.ts";
import { findLarge, type LeastBytes } from "./find-large.ts";

/** A line of which what is large was taken out. */
interface LightLine {
  /** The line with a mark in the place of each large text, and one that is a text in that of content. */
  readonly text: string;
  readonly texts: ReadonlyMap<string, LargeText>;
}

/**
 * Takes large texts and large content out of a line of JSON, in small steps, in the memory the line has already:
 * its bytes are overwritten. Half a surrogate pair of a text becomes U+FFFD, as in a file. Throws `SyntaxError` for what is
 * no JSON.
 */
export function* takeLarge(line: readonly Buffer[], least?: LeastBytes): Generator<void, LightLine> {
  const mark = `large-${randomBytes(12).toString("hex")}:`;
  const texts = new Map<string, LargeText>();
  const rest: Buffer[] = [];
  const cutter = new LineCutter(line);
  let at = 0;
  for (const { kind, from, to } of yield* findLarge(line, least)) {
    const key = `${mark}${texts.size}`;
    rest.push(...cutter.cut(at, from), Buffer.from(kind === "json" ? JSON.stringify(key) : key));
    texts.set(key, yield* (kind === "json" ? compactJson : unescapeJson)(cutter.cut(from, to)));
    at = to;
  }
  rest.push(...cutter.cut(at, Number.POSITIVE_INFINITY));
  return { text: Buffer.concat(rest).toString(), texts };
}

/**
 * A message in which what was taken out stands where it was: as items of content where they are one, as content of a result,
 * else as strings. A value that holds others ends a step.
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

/** Cuts the bytes between two places out of a line, uncopied; each place comes after those before. */
class LineCutter {
  readonly #line: readonly Buffer[];
  #part = 0;
  /** Bytes of the line before that part. */
  #passed = 0;

  constructor(line: readonly Buffer[]) {
    this.#line = line;
  }

  cut(from: number, to: number): Buffer[] {
    const pieces: Buffer[] = [];
    for (let bytes = this.#line[this.#part]; bytes !== undefined; bytes = this.#line[this.#part]) {
      const piece = bytes.subarray(Math.max(0, from - this.#passed), Math.max(0, to - this.#passed));
      if (piece.length > 0) pieces.push(piece);
      // What follows may stand in the same part.
      if (this.#passed + bytes.length > to) break;
      this.#passed += bytes.length;
      this.#part += 1;
    }
    return pieces;
  }
}
