import { expect, test } from "vitest";
import { bigintsAsText, ExactWire } from "./exact-wire.ts";

const DEPTH = 50_000;

/** A value within more lists and objects than a stack of calls could follow. */
function nested(inner: unknown): unknown {
  let value = inner;
  for (let level = 0; level < DEPTH; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function innermost(value: unknown): unknown {
  let part = value;
  while (typeof part === "object" && part !== null) part = Object.values(part).at(0);
  return part;
}

test("integers are carried past a library whatever the depth at which they are", () => {
  const wire = new ExactWire();
  const marked: unknown = JSON.parse(wire.fromWire("[12345678901234567890]"));
  expect(wire.fromLibrary(marked, { exact: true })).toEqual([12345678901234567890n]);
  const deep = nested(marked);
  expect(innermost(wire.fromLibrary(deep, { exact: true }))).toBe(12345678901234567890n);
  expect(innermost(wire.fromLibrary(deep, { exact: false }))).toBe(Number(12345678901234567890n));
});

test("deep data without such integers is handed on untouched, also after there were some", () => {
  const wire = new ExactWire();
  wire.fromWire("[12345678901234567890]");
  const deep = nested("text");
  expect(wire.fromLibrary(deep, { exact: true }) === deep).toBe(true);
  expect(bigintsAsText(deep) === deep).toBe(true);
});

test.each([
  [5n, "5"],
  [
    [1n, null, undefined, "a"],
    ["1", null, undefined, "a"],
  ],
  [JSON.parse('{"__proto__":{"x":1},"b":{"c":true}}'), JSON.parse('{"__proto__":{"x":1},"b":{"c":true}}')],
  [null, null],
] as const)("big integers become texts, and all else stays (%#)", (value, expected) => {
  expect(bigintsAsText<unknown>(value)).toEqual(expected);
});

test("an own key __proto__ stays a key where a part beside it is replaced", () => {
  const value = { a: [2n] };
  Object.defineProperty(value, "__proto__", { value: { n: 3n }, enumerable: true, writable: true, configurable: true });
  const replaced: unknown = bigintsAsText(value);
  expect(JSON.stringify(replaced)).toContain('"__proto__":{"n":"3"}');
  expect(Reflect.get({}, "n")).toBeUndefined();
});
