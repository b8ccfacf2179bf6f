import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stringifyJson } from "../exact-json.ts";
import { jsonPieces, stringifySoon } from "./json-in-steps.ts";
import { parseInSteps } from "./parse-in-steps.ts";

/** Result of work in steps, with how many there were. */
function finished<Result>(work: Generator<void, Result>): { readonly result: Result; readonly steps: number } {
  for (let steps = 0; ; steps += 1) {
    const { done, value } = work.next();
    if (done === true) return { result: value, steps };
  }
}

/** A copy with the keys of every object in the order of their text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

const long = "x".repeat(100_000);
const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `name "${id}"`, tags: ["a", null, { b: [] }] }));
const table = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`key ${index}`, index / 7]));

test.each<readonly [what: string, value: unknown]>([
  ["a list of objects", rows],
  ["an object of many keys", table],
  ["long texts", { a: long, b: [long, { c: `${long}"\\\n` }], d: `${"x".repeat(65_535)}😀` }],
  ["one long text", `${long}\\"`],
  ["large parts in small ones", { a: { b: [1, { c: rows }, 2] }, d: [table, []], e: {} }],
  ["empty parts at the ends", [[], rows, {}, [rows, []]]],
  ["whole numbers as keys", { b: rows, 2: rows, a: 1, 1: table }],
  ["integers beyond 2^53", { rows, n: [12_345_678_901_234_567_890n, -(2n ** 70n)] }],
])("%s is written and read in steps as at one go", async (_what, value) => {
  const text = stringifyJson(value);
  expect(await stringifySoon(value)).toBe(text);
  const pieces = [...jsonPieces(value)];
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(250_000);
  expect(pieces.length).toBeGreaterThan(1);
  const read = finished(parseInSteps(text));
  expect(read.result).toEqual(value);
  expect(read.steps).toBeGreaterThan(0);
  expect([...jsonPieces(value, true)].join("")).toBe(stringifyJson(sorted(value)));
});

test("what is read in steps has the keys a text has, __proto__ included", () => {
  const text = `{"a":${JSON.stringify(rows)},"__proto__":${JSON.stringify(rows)},"b":1,"a":2}`;
  const { result } = finished(parseInSteps(text));
  expect(Object.keys(Object(result))).toEqual(["a", "__proto__", "b"]);
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  expect(result).toHaveProperty("a", 2);
});

const list = JSON.stringify(rows).slice(1, -1);

test.each([
  `[${list}`,
  `[${list}]]`,
  `[${list}}`,
  `[${list},]`,
  `[,${list}]`,
  `[${list},,1]`,
  `[${list}] 1`,
  `[${list}],1`,
  `1[${list}]`,
  `[${list}][]`,
  `{"a":[${list}] 1}`,
  `{"a":1[${list}]}`,
  `{"a":-{"b":[${list}]}}`,
  `{"a":[${list}],}`,
  `{"a" [${list}]}`,
  `{"a":1 "b":[${list}]}`,
  `["a":[${list}]]`,
  `[${list},01]`,
  `[${list},"a]`,
  `[[${list}]1,${list}]`,
  "[".repeat(5_000_000),
  `${"[".repeat(2_000)}${long}${"]".repeat(2_000)}`,
])("a long text that is no JSON, case %#, is refused", (text) => {
  expect(() => finished(parseInSteps(text))).toThrow(SyntaxError);
});

test("whatever is cut out of a long text or put into it, it is read as at one go", () => {
  const text = JSON.stringify({ a: rows.slice(0, 1_500), b: { c: rows.slice(0, 1_500) }, d: [[], {}, [1]] });
  const outcome = (read: () => unknown): unknown => {
    try {
      return { value: read() };
    } catch (thrown) {
      return thrown instanceof SyntaxError;
    }
  };
  const change = fc.record({
    at: fc.nat(text.length),
    cut: fc.constantFrom(0, 1, 2, 7),
    put: fc.constantFrom("", ",", "]", "[", "}", "{", '"', ":", "1", " ", "\\", ",]"),
  });
  fc.assert(
    fc.property(change, ({ at, cut, put }) => {
      const changed = text.slice(0, at) + put + text.slice(at + cut);
      expect(outcome(() => finished(parseInSteps(changed)).result)).toEqual(outcome(() => JSON.parse(changed)));
    }),
    { numRuns: 60 },
  );
});
