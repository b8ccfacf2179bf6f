import { LargeText, largeTextOf } from "./steps/large-text.ts";
import { markIntegers, newMark, unmarkIntegers, wellFormed } from "./exact-json.ts";

/**
 * Carries integers beyond 2^53 past a library that reads and writes JSON itself: as marked texts while the library has
 * them, as `bigint` on our side and as digits on the wire. What holds none is handed on untouched.
 */
export class ExactWire {
  readonly #mark = newMark();
  #met = false;

  /** JSON text as it goes out. */
  toWire(text: string): string {
    return wellFormed(text.includes(this.#mark) ? unmarkIntegers(text, this.#mark) : text);
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
  return holds(value, (part) => typeof part === "bigint");
}

/** Whether a value is or holds one that passes a test, objects left out. */
function holds(value: unknown, test: (part: unknown) => boolean): boolean {
  if (!isOpen(value)) return typeof value !== "object" && test(value);
  const open: object[] = [value];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    for (const member of Array.isArray(part) ? (part as unknown[]) : Object.values(part)) {
      if (isOpen(member)) open.push(member);
      else if (typeof member !== "object" && test(member)) return true;
    }
  }
  return false;
}

/** True for lists and objects that are looked into. What is kept as bytes has its integers as digits. */
function isOpen(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && !(value instanceof LargeText) && largeTextOf(value) === undefined
  );
}

/**
 * A copy with its parts replaced; the same value where nothing changes. The result has the form of the value. Any depth
 * is fine, since a server may send what no stack of calls could follow.
 */
function mapParts<Value>(value: Value, replace: (part: unknown) => unknown): Value;
function mapParts(value: unknown, replace: (part: unknown) => unknown): unknown {
  if (!isOpen(value)) return typeof value === "object" ? value : replace(value);
  if (!holds(value, (part) => replace(part) !== part)) return value;
  const root = shallowCopy(value);
  const open: object[] = [root];
  for (let copy = open.pop(); copy !== undefined; copy = open.pop()) {
    for (const [key, part] of Object.entries(copy) as [string, unknown][]) {
      const inner = isOpen(part) ? shallowCopy(part) : part;
      if (isOpen(inner)) open.push(inner);
      Reflect.set(copy, key, typeof inner === "object" ? inner : replace(inner));
    }
  }
  return root;
}

/** Its own keys, `__proto__` among them, are properties like any other. */
function shallowCopy(value: object): object {
  return Array.isArray(value) ? [...(value as unknown[])] : Object.fromEntries(Object.entries(value));
}
