import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SecretFilter } from "../secret-filter.ts";
import { SlicedWork } from "../sliced-work.ts";
import { compactJson } from "./compact-json.ts";
import { LargeText } from "./large-text.ts";

const SECRETS = ["hunter2-hunter2", "p4ss", "überlang€😀-secret", "hunter2-hunter2-longer"];

/** A text stored in pieces, each of whole characters and of about some size. */
function stored(text: string, size: number): LargeText {
  const letters = Array.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < letters.length; at += size) pieces.push(Buffer.from(letters.slice(at, at + size).join("")));
  return new LargeText(pieces, text.length);
}

function filter(): SecretFilter {
  const secrets = new SecretFilter();
  secrets.add(SECRETS);
  return secrets;
}

const cleaned = (secrets: SecretFilter, text: LargeText): LargeText => new SlicedWork(() => secrets.large(text)).now();

test("wherever pieces and windows cut a text, its secrets are taken out as of one text", () => {
  const encoded = Buffer.from("x" + SECRETS[0]).toString("base64");
  const part = fc.constantFrom(
    ...SECRETS,
    encoded,
    "p4s",
    "hunter2-",
    "a",
    " ",
    "é",
    "😀",
    "z".repeat(16_380),
    "€".repeat(5_461),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), fc.integer({ min: 1, max: 40_000 }), (parts, size) => {
      const text = parts.join("");
      const expected = filter().text(text);
      const found = cleaned(filter(), stored(text, Math.max(size, text.length >> 7)));
      expect(found.toString() === expected).toBe(true);
      expect(found).toMatchObject({ characters: expected.length, bytes: Buffer.byteLength(expected) });
    }),
    { numRuns: 200 },
  );
});

test("a text without any is handed on uncopied", () => {
  const text = stored("no secret here, ".repeat(20_000), 50_000);
  const found = cleaned(filter(), text);
  expect(found.toString()).toBe(text.toString());
  const memory = new Set(text.pieces.map(({ buffer }) => buffer));
  expect(found.pieces.every(({ buffer }) => memory.has(buffer))).toBe(true);
  expect(cleaned(new SecretFilter(), text)).toBe(text);
});

test("secrets are taken out of JSON that was compacted, whatever letters the ends of its pieces fall on", () => {
  const json = JSON.stringify(Array.from({ length: 300 }, (_, at) => `${"x".repeat(at % 7)}€😀 p4ss`));
  const bytes = Buffer.from(json);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 17) parts.push(Buffer.from(bytes.subarray(at, at + 17)));
  const compacted = new SlicedWork(() => compactJson(parts)).now();
  // What would be half a letter at the end of a piece is read over and over.
  for (const piece of compacted.pieces) expect(Buffer.from(piece.toString()).equals(piece)).toBe(true);
  expect(cleaned(filter(), compacted).toString()).toBe(filter().text(json));
});
