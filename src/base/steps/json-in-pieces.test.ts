import { expect, test } from "vitest";
import { SlicedWork } from "../sliced-work.ts";
import { stringifyJson } from "../exact-json.ts";
import { escapedInPieces, jsonInPieces, writtenInPieces } from "./json-in-pieces.ts";
import { jsonBytes } from "./json-bytes.ts";
import { largeItem, LargeText, lengthOf } from "./large-text.ts";

const LONG = `"€😀\\\n${"x".repeat(50_000)}`;

/** A part of content whose text is stored in pieces. */
function item(part: Readonly<Record<string, unknown>>, key: string): object {
  const text = String(part[key]);
  const letters = Array.from(text);
  const pieces = [letters.slice(0, 9_000), letters.slice(9_000)].map((each) => Buffer.from(each.join("")));
  return largeItem(new LargeText(pieces, text.length), part, key);
}

test.each([
  [
    "an image and a text",
    [item({ type: "image", data: "QUJD".repeat(9_000), mimeType: "image/png" }, "data"), { type: "text", text: LONG }],
  ],
  ["a text that is escaped", [item({ type: "text", text: LONG, annotations: { priority: 1 } }, "text")]],
  [
    "a resource among others",
    [
      { type: "resource", resource: item({ uri: "a:b", blob: "QUJD".repeat(9_000) }, "blob") },
      item({ type: "text", text: LONG }, "text"),
    ],
  ],
  ["nothing large", [{ type: "image", data: "QUJD" }, null, 1]],
])("%s are written as JSON has them", (_what, content) => {
  const found = new SlicedWork(() => jsonInPieces(content)).now();
  const expected = JSON.stringify(content);
  expect(found.toString()).toBe(expected);
  expect(found).toMatchObject({ characters: expected.length, bytes: Buffer.byteLength(expected) });
  expect(jsonBytes(content)).toBe(jsonBytes(JSON.parse(expected)));
});

test.each([
  ["base64", "QUJD".repeat(50_000)],
  ["letters of all lengths", "aé€😀".repeat(20_000)],
])("what is not escaped is not copied: %s", (_what, text) => {
  const data = Buffer.from(text);
  const content = [largeItem(new LargeText([data], text.length), { type: "image", data: "" }, "data")];
  const { pieces, characters } = new SlicedWork(() => jsonInPieces(content)).now();
  expect(characters).toBe(JSON.stringify(content).length);
  const uncopied = pieces.filter(({ buffer }) => buffer === data.buffer);
  expect(uncopied.reduce((sum, { length }) => sum + length, 0)).toBe(data.length);
});

test.each([
  ["letters of all lengths", "aé€😀".repeat(30_000)],
  [
    "every character that is escaped",
    `${String.fromCharCode(...Array.from({ length: 130 }, (_, code) => code))}é`.repeat(900),
  ],
])("a text that is kept as bytes is written as JSON has it: %s", (_what, text) => {
  const bytes = Buffer.from(text);
  const large = new LargeText([bytes.subarray(0, 13), bytes.subarray(13)], text.length);
  const found = new SlicedWork(() => escapedInPieces(large)).now();
  expect(found.toString()).toBe(JSON.stringify(text));
  expect(found.characters).toBe(JSON.stringify(text).length);
});

test("a value whose JSON is long is written as bytes, and any other as a text", () => {
  const rows = Array.from({ length: 30_000 }, (_, id) => ({ id, name: `row ${id} “é😀”`, big: 2n ** 70n }));
  const long = new SlicedWork(() => writtenInPieces(rows)).now();
  expect(long).toBeInstanceOf(LargeText);
  expect(String(long)).toBe(stringifyJson(rows));
  expect(long.toString().length).toBe(lengthOf(long));
  expect(new SlicedWork(() => writtenInPieces(rows.slice(0, 5_000))).now()).toBe(stringifyJson(rows.slice(0, 5_000)));
});

test.each([
  ["12345678901234567", true],
  ["123456789012345", false],
  ["1e+400", true],
])("whether digits may be a long integer, here %s, does not depend on where pieces end", (digits, may) => {
  const json = Buffer.from(`{"a":[${digits}]}`);
  for (let size = 1; size <= json.length; size += 1) {
    const pieces = Array.from({ length: Math.ceil(json.length / size) }, (_, at) =>
      json.subarray(at * size, (at + 1) * size),
    );
    const large = new LargeText(pieces, json.length);
    expect([size, large.mayHoldLongIntegers(), large.includes(digits)]).toEqual([size, may, true]);
  }
});

test("what is escaped of a text takes no memory until it is read, and is the same each time", () => {
  const text = `"line"\n${"é\\".repeat(40_000)}`;
  const bytes = Buffer.from(text);
  const json = new SlicedWork(() => escapedInPieces(new LargeText([bytes], text.length))).now();
  const whole = Buffer.alloc(json.bytes);
  json.copyTo(whole, 0);
  const again = Buffer.concat([...json]);
  const [first, second] = [json.pieces[1], json.pieces[1]];
  expect([String(whole), String(again), json.head.slice(0, 9)]).toEqual([
    JSON.stringify(text),
    JSON.stringify(text),
    String.raw`"\"line\"`,
  ]);
  expect(first === second).toBe(false);
});
