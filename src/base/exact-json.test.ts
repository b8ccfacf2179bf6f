import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  bytesMayHoldLongInteger,
  endOfText,
  markIntegers,
  mayHoldLongInteger,
  parseJson,
  stringifyJson,
  unmarkIntegers,
  wellFormed,
} from "./exact-json.ts";

const big = 1915883588174806058n;

test.each([
  ["1915883588174806058", big],
  ["-9223372036854775808", -9223372036854775808n],
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["9007199254740993", 9007199254740993n],
  ['{"a":[{"id":1915883588174806058}],"b":"1915883588174806058"}', { a: [{ id: big }], b: "1915883588174806058" }],
  ['["say \\"1915883588174806058\\"",1915883588174806058,"\\\\"]', ['say "1915883588174806058"', big, "\\"]],
  ['{"1915883588174806058":1}', { "1915883588174806058": 1 }],
  ["1.2345678901234567890", Number("1.2345678901234567890")],
  ["1234567890123456789.5", 1234567890123456800],
  ["1e3", 1000],
  ["[1e400,-1e400]", ["1e400", "-1e400"]],
  ["1.0", 1],
  [`[${"9".repeat(1_000)}]`, [BigInt("9".repeat(1_000))]],
  [`[${"9".repeat(1_001)},-${"9".repeat(1_000)}]`, ["9".repeat(1_001), `-${"9".repeat(1_000)}`]],
  [" 12345678901234567890123456789012345678901234567890 ", 12345678901234567890123456789012345678901234567890n],
] as const)("%s is read without losing a digit", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test.each([
  [big, "1915883588174806058"],
  [{ a: [big], b: "1915883588174806058" }, '{"a":[1915883588174806058],"b":"1915883588174806058"}'],
  [{ a: undefined, b: [undefined], c: 1 }, '{"b":[null],"c":1}'],
  [undefined, "null"],
  [-0, "0"],
])("%s is written as %s", (value, text) => {
  expect(stringifyJson(value)).toBe(text);
});

test("what is read and written again is the same text", () => {
  const text = '{"n":[-18446744073709551615,{"__proto__":18446744073709551615}],"s":"\\"\\\\\\"18446744073709551615"}';
  expect(stringifyJson(parseJson(text))).toBe(text);
  expect(Reflect.get({}, "n")).toBeUndefined();
});

test("marked integers are texts until they are unmarked, and a text without any is left alone", () => {
  const text = '[1915883588174806058,"1915883588174806058"]';
  const marked = markIntegers(text);
  expect(JSON.parse(marked?.text ?? "")).toEqual([`${marked?.mark}1915883588174806058`, "1915883588174806058"]);
  expect(unmarkIntegers(marked?.text ?? "", marked?.mark ?? "")).toBe(text);
  expect(markIntegers('["1915883588174806058",1]')).toBeUndefined();
});

test.each(['{"a":1915883588174806058', '"\\"1915883588174806058', "[19158835881748060581915883588174806058,]"])(
  "%s is refused as JSON.parse refuses it",
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test("a cycle is refused as JSON.stringify refuses it, and a large text takes no long time", () => {
  const cycle: { self?: unknown; big: bigint } = { big };
  cycle.self = cycle;
  expect(() => stringifyJson(cycle)).toThrow(TypeError);
  const text = JSON.stringify({ data: '\\"1234567890123456'.repeat(300_000), id: 1 });
  const start = performance.now();
  expect(parseJson(text)).toMatchObject({ id: 1 });
  expect(performance.now() - start).toBeLessThan(3_000);
});

test.each([
  ['"" ', 2],
  ['"a\\"b" ', 6],
  ['"\\\\" ', 4],
  ['"\\\\\\"" ', 6],
  ['"\\" ', 4],
  ['"open', 5],
  ['"', 1],
])("the text at the start of %j ends at %i", (text, end) => {
  expect(endOfText(text, 0)).toBe(end);
});

test.each([
  ["a\uD83D", '"a\\ufffd"'],
  ["\uDE00b", '"\\ufffdb"'],
  ["😀", '"😀"'],
  ["C:\\udata \\ud83d", '"C:\\\\udata \\\\ud83d"'],
  ["\\\uD83D\uD83D", '"\\\\\\ufffd\\ufffd"'],
])("half a character in %j is written as a sign that every reader takes", (value, text) => {
  expect(wellFormed(JSON.stringify(value))).toBe(text);
});

test("a whole character that a server wrote as two escapes stays as it is", () => {
  expect(wellFormed(String.raw`["\uD83D\uDE00","\\\ud83d\ude00"]`)).toBe(String.raw`["\uD83D\uDE00","\\\ud83d\ude00"]`);
});

test("bytes may hold a long integer where their text may", () => {
  const parts = ["1", "12", "1234567", "123456789012345", "1234567890123456", "e", "E", "+", "-", ".", ",", "é", '"'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 12 }), (some) => {
      const text = some.join("");
      expect([text, bytesMayHoldLongInteger(Buffer.from(text))]).toEqual([text, mayHoldLongInteger(text)]);
    }),
    { numRuns: 2_000 },
  );
});
