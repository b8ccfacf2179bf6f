import { LargeText, largeTextOf } from "./steps/large-text.ts";
import { markIntegers, newMark, unmarkIntegers } from "./exact-json.ts";

/**
 * Carries integers beyond 2^53 past a library that reads and writes JSON itself: as marked texts while the library has
 * them, as `bigint` on our side and as digits on the wire. What holds none is handed on untouched.
 */
export class ExactWire {
  readonly #mark = newMark();
  #met = false;

  /** JSON text as it goes out. */
  toWire(text: string): string {
    return text.includes(this.#mark) ? unmarkIntegers(text, this.#mark) : text;
  }

  /** JSON text as the library is to read it. */
  fromWire(text: string): string {
    const marked = markIntegers(text, this.#mark);
    this.#met ||= marked !== undefined;
    return marked?.text ?? text;
  }

  /** A value as the library is to write it; the value itself when it holds no `bigint`. */
  toLibrary<Value>(value: Value): Value {
    if (!holdsBigint(value)) return value;
    return mapParts(value, (part) => (typeof part === "bigint" ? `${this.#mark}${part}` : part));
  }

  /**
   * Value that the library read, with `bigint` where `exact`, and otherwise with the nearest number as the library's
   * own reader has it.
   */
  fromLibrary<Value>(value: Value, { exact }: { readonly exact: boolean }): Value {
    if (!this.#met) return value;
    return mapParts(value, (part) => {
      if (typeof part !== "string" || !part.startsWith(this.#mark)) return part;
      const integer = BigInt(part.slice(this.#mark.length));
      return exact ? integer : Number(integer);
    });
  }
}

/** A value with each `bigint` in it as the text of its digits, for libraries that write JSON themselves. */
export function bigintsAsText<Value>(value: Value): Value {
  if (!holdsBigint(value)) return value;
  return mapParts(value, (part) => (typeof part === "bigint" ? String(part) : part));
}

function holdsBigint(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (typeof part === "bigint") return true;
    if (typeof part !== "object" || part === null) continue;
    for (const member of Array.isArray(part) ? part : Object.values(part)) {
      if (typeof member === "bigint") return true;
      if (typeof member === "object" && member !== null) open.push(member);
    }
  }
  return false;
}

/** A copy with its parts replaced; the same value where nothing changes. The result has the form of the value. */
function mapParts<Value>(value: Value, replace: (part: unknown) => unknown): Value;
function mapParts(value: unknown, replace: (part: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return replace(value);
  // What is kept as bytes has its integers as digits.
  if (value instanceof LargeText || largeTextOf(value) !== undefined) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => mapParts(item, replace));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value).map(([key, part]) => [key, mapParts<unknown>(part, replace)] as const);
  const original = new Map<string, unknown>(Object.entries(value));
  return entries.some(([key, part]) => part !== original.get(key)) ? Object.fromEntries(entries) : value;
}
