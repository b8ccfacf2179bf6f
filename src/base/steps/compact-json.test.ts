import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson, stringifyJson } from "../exact-json.ts";
import { PIECE_CHARACTERS } from "./json-in-steps.ts";
import type { LargeJson } from "./large-text.ts";
import { compactJson } from "./compact-json.ts";

const LONG_TEXT = 'y\\\n"é'.repeat(30_000);
const LONG = PIECE_CHARACTERS + 100;

/** What becomes of JSON that comes in parts of some size. */
function compact(json: string | Buffer, size = 65_536): LargeJson {
  const bytes = Buffer.from(json);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(Buffer.from(bytes.subarray(at, at + size)));
  const steps = compactJson(parts);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** JSON as Python's json.dumps writes it, with blanks and with every letter beyond ASCII escaped. */
function spaced(value: unknown): string {
  const blank = JSON.stringify(value, undefined, 1).replaceAll(/\n */g, " ");
  return blank.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const rows = (count: number): unknown => ({
  total: count,
  rows: Array.from({ length: count }, (_, id) => ({
    id,
    name: `Größe ${id}`,
    tags: ["€", "😀"],
    none: null,
    ok: id % 2 === 0,
  })),
});

test.each([
  ["rows", rows(4_000)],
  ["lists in lists", Array.from({ length: 300 }, (_, at) => [[at], [[`x${at}`.repeat(99)]], [], {}])],
  ["a deep part", JSON.parse(`${'[{"a":'.repeat(400)}"${"deep".repeat(LONG)}"${'},{"b":[7,{}]}]'.repeat(400)}`)],
  [
    "names that are numbers",
    { b: [{ x: ["y".repeat(LONG)] }, 1], 5: { x: ["z".repeat(LONG), "z"] }, 1: "a".repeat(LONG) },
  ],
  ["a long text", { result: 'line "one" \\ Größe 😀\n'.repeat(20_000) }],
  [
    "long texts one after the other",
    ["a".repeat(LONG), { b: "é".repeat(LONG), "": "c".repeat(LONG) }, "😀".repeat(LONG)],
  ],
  ["a long name", { ["n".repeat(LONG)]: 1, b: [2] }],
  ["nothing", {}],
  ["an own key __proto__", JSON.parse('{"a":[1,2],"__proto__":{"b":3}}')],
])("%s become the text that the value has", (_, value) => {
  const text = JSON.stringify(value);
  for (const json of [text, spaced(value)]) {
    const found = compact(json);
    expect(found.value).toEqual(value);
    expect(found.bytes).toBeLessThanOrEqual(Buffer.byteLength(json));
  }
  expect(compact(text).toString()).toBe(text);
  expect(compact(text)).toMatchObject({ bytes: Buffer.byteLength(text), characters: text.length });
});

test("what is written with blanks and escapes is kept without them", () => {
  expect(compact(spaced(rows(4_000))).toString()).toBe(JSON.stringify(rows(4_000)));
});

test.each([
  ["1e20", "1e20"],
  ["[1.0,-0,1E2]", "[1,0,100]"],
  ['{"a":12345678901234567890123,"b":1e999}', '{"a":12345678901234567890123,"b":1e999}'],
  ['{"a":1,"a":2}', '{"a":1,"a":2}'],
  ["[0.50,-0.0,12.00,0.0000001,1E+2,1.5e16]", "[0.5,0,12,1e-7,100,1.5e16]"],
  ["[0.1000000000000000055511,123456789012345678.0]", "[0.1,123456789012345678.0]"],
  [`[${"9".repeat(90_000)},0.${"3".repeat(90_000)}]`, `[${"9".repeat(90_000)},0.${"3".repeat(90_000)}]`],
  [String.raw`["\u000A\u0022\u005c\u001F\u00e9\u20AC"]`, String.raw`["\n\"\\\u001fé€"]`],
  [String.raw`["\udc00\ud800\ud83d\ude00\ud800x\ud800"]`, String.raw`["\udc00\ud800😀\ud800x\ud800"]`],
  [String.raw`["\ud83d\ude00\/\u0041\ud800"]`, String.raw`["😀/A\ud800"]`],
  [' [ 1 , { "b" : [ ] } ] \n', '[1,{"b":[]}]'],
])("%s is kept as %s", (json, expected) => {
  expect(compact(json).toString()).toBe(expected);
});

const padded = (before: string, after: string): string =>
  `[${"7,".repeat(LONG / 2)}${before}"${"x".repeat(LONG)}"${after}]`;

test.each([
  '{"a":1',
  '{"a":[1}]',
  "[1,,2]",
  `[${"1,".repeat(LONG)}]`,
  `[${"1,".repeat(LONG)},2]`,
  `{"a":[${"1,".repeat(LONG / 2)}2],}`,
  `[${" ".repeat(LONG)},1]`,
  `[${" ".repeat(LONG)}1 2]`,
  `{${" ".repeat(LONG)}"a",1}`,
  `["${"x".repeat(LONG)}\\q"]`,
  `["${"x".repeat(LONG)}\t"]`,
  `["${"x".repeat(LONG)}`,
  `{"${"x".repeat(LONG)}"}`,
  `{"a":"${"x".repeat(LONG)}" "b"}`,
  `{"a":"${"x".repeat(LONG)}","b"}`,
  padded("", "]"),
  padded("nul,", ""),
  padded("", ":1"),
  padded("{", "}"),
  '["a"]["b"]',
  String.raw`["\u00g0"]`,
  String.raw`["\u001"]`,
  '["\\u000\u0010"]',
  "",
  "]",
])("what is no JSON is refused (%#)", (json) => {
  expect(() => JSON.parse(json)).toThrow(SyntaxError);
  expect(() => compact(json)).toThrow(SyntaxError);
});

test("wherever bytes are cut, the same comes out, and it is the same value", () => {
  const key = fc.constantFrom("a", "", "7", "-1", "é", "x".repeat(90_000));
  const text = fc.constantFrom("", '"', "\\", "é", "😀\u0001", LONG_TEXT);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, text, fc.integer(), fc.constant(null), tie("list"), tie("object")),
    list: fc.array(tie("value"), { maxLength: 5 }),
    object: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(value, fc.boolean(), fc.integer({ min: 1, max: 50_000 }), (each, isSpaced, size) => {
      const json = isSpaced ? spaced(each) : JSON.stringify(each);
      const parts = compact(json, Math.max(size, json.length >>> 9));
      expect(parts.toString()).toBe(compact(json).toString());
      expect(stringifyJson(parts.value)).toBe(stringifyJson(parseJson(json)));
    }),
    { numRuns: 60 },
  );
});

test("bytes that are no UTF-8 are read as everywhere else", () => {
  const bytes = Buffer.concat([Buffer.from('["'), Buffer.alloc(3 * LONG, 0xff), Buffer.from('é",1]')]);
  expect(compact(bytes).value).toEqual(JSON.parse(bytes.toString()));
});

test("of a name that is there twice the last value counts", () => {
  expect(compact('{"a":[1],"b":2,"a":{"c":3}}').value).toEqual({ a: { c: 3 }, b: 2 });
});

test.each([
  "01",
  "1.",
  "-",
  "+1",
  "1e",
  "1e+",
  ".5",
  "1.e5",
  "0x1",
  "- 1",
  "1 2",
  "NaN",
  "Infinity",
  "nul",
  "truee",
  "\u00a01",
])("%s is no number or word of JSON, wherever it is cut", (token) => {
  for (const size of [1, 2, 100]) expect(() => compact(`[${token}]`, size)).toThrow(SyntaxError);
});

test("what is nested deeper than anybody reads is refused", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(compact(nested(20_000)).bytes).toBe(40_000);
  expect(() => compact(nested(20_001))).toThrow(/deeply/);
});

test("any bytes between quotes become what a decoder makes of them, wherever they are cut", () => {
  const byte = fc.oneof(
    fc.integer({ min: 0x20, max: 0xff }),
    fc.constantFrom(0xe2, 0x82, 0xf0, 0x9f, 0xed, 0xa0, 0x80),
  );
  const bytes = fc.array(byte, { maxLength: 40 });
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 9 }), (each, size) => {
      const inner = Buffer.from(each).filter((one) => one !== 0x22 && one !== 0x5c);
      const json = Buffer.concat([Buffer.from('["'), inner, Buffer.from('"]')]);
      expect(compact(json, size).toString()).toBe(json.toString());
    }),
    { numRuns: 300 },
  );
});

test("it counts as many bytes as results are measured by", () => {
  const value = rows(4_000);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  expect(compact(JSON.stringify(value)).countedBytes / bytes).toBeCloseTo(0.91, 1);
});
