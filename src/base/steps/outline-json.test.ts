import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SlicedWork } from "../sliced-work.ts";
import { LargeText } from "./large-text.ts";
import { outlineJson } from "./outline-json.ts";

/** The outline of the JSON of a value, in pieces of some size. */
function outlined(json: string, size: number): unknown {
  const bytes = Buffer.from(json);
  const count = Math.ceil(bytes.length / size);
  const pieces = Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  return new SlicedWork(() => outlineJson(new LargeText(pieces, json.length))).now();
}

test("what is short is the value itself, wherever it is cut", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 40 }), (value, size) => {
      const json = JSON.stringify(value);
      expect(JSON.stringify(outlined(json, size))).toBe(JSON.stringify(JSON.parse(json)));
    }),
  );
});

test.each([1, 7, 64, 65_536])(
  "of what is long the first members and what stands behind it are there: pieces of %i",
  (size) => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, name: `"row" ${id}\\`, tags: ["a", "]"] }));
    const text = '\\u00e9"\u{1f600}€'.repeat(1_000);
    const keys = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`key ${at}`, at]));
    const value = { rows, text, keys, more: { total: 5_000 } };
    const found = Object(outlined(JSON.stringify(value), size));
    expect(Object.keys(found)).toEqual(["rows", "text", "keys", "more"]);
    expect(found.rows).toEqual(rows.slice(0, 200));
    expect(found.more).toEqual({ total: 5_000 });
    expect(Object.keys(found.keys)).toHaveLength(200);
    expect(found.text.length).toBeGreaterThan(80);
    expect(text.startsWith(found.text)).toBe(true);
  },
);

test("lists in lists take no more than a part of it", () => {
  const lists = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => "some words of a text"));
  const found = Object(outlined(JSON.stringify({ lists, last: 1 }), 65_536));
  expect(found.last).toBe(1);
  expect(JSON.stringify(found).length).toBeLessThan(600_000);
});
