import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SlicedWork } from "../sliced-work.ts";
import { compactJson } from "./compact-json.ts";
import type { LargeText } from "./large-text.ts";
import { textsOfContent } from "./texts-of-content.ts";

function read(json: string, size: number): LargeText | undefined {
  const bytes = Buffer.from(json);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(Buffer.from(bytes.subarray(at, at + size)));
  const list = new SlicedWork(() => compactJson(parts)).now();
  return new SlicedWork(() => textsOfContent(list)).now();
}

const text = fc
  .array(fc.constantFrom("a", '"', "\\", "\n", "é", "€", "😀", "[", "]", "{", "}", ",", "x".repeat(9_000)), {
    maxLength: 9,
  })
  .map((parts) => parts.join(""));

test("the texts of a list are joined by line ends, wherever its bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 70_000 }), (texts, size) => {
      const content = texts.map((each, at) => ({
        type: "text",
        text: each,
        ...(at % 3 === 0 ? { _meta: { at: [{}] } } : {}),
      }));
      const json = JSON.stringify(content);
      const expected = texts.join("\n");
      const found = read(json, Math.max(size, json.length >> 9));
      expect(found?.toString() === expected).toBe(true);
      expect(found).toMatchObject({ characters: expected.length, bytes: Buffer.byteLength(expected) });
      for (const piece of found?.pieces ?? []) expect(Buffer.from(piece.toString()).equals(piece)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["an image", '[{"type":"text","text":"a"},{"type":"image","data":"AA"}]'],
  ["a text without its type", '[{"text":"a"}]'],
  ["a text that is none", '[{"type":"text","text":1}]'],
  ["nothing", '[{"type":"text","text":"a"},null]'],
  ["one item that is no list", '{"type":"text","text":"a"}'],
])("a list with %s is left as it is", (_, json) => {
  expect(read(json, 7)).toBeUndefined();
});
