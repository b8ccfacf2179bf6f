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

test("secrets of any kind are taken out as of one text, however many there are and whatever stands beside them", () => {
  const letter = fc.constantFrom("a", "1", "-", "©", "é", "😀");
  const secret = fc.array(letter, { minLength: 4, maxLength: 12 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (values, places, size) => {
        const secrets = new SecretFilter();
        secrets.add(values);
        const pieces = [...values, ...secrets.spellings(), "a", "é", " ", "😀", "y".repeat(70_000)];
        const text = places.map((place) => pieces[place % pieces.length]).join("");
        const expected = secrets.text(text);
        const found = cleaned(secrets, stored(text, Math.max(size, text.length >> 7)));
        expect(found.toString() === expected).toBe(true);
        expect(found).toMatchObject({ characters: expected.length, bytes: Buffer.byteLength(expected) });
        for (const piece of found.pieces) expect(Buffer.from(piece.toString()).equals(piece)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

test("a secret of 20,000 characters and the last of 10,000 are found, in pieces of any size", () => {
  const secrets = new SecretFilter();
  const long = Array.from({ length: 2_000 }, (_, at) => `${at}€😀`.padEnd(10, "é")).join("");
  secrets.add([long, ...Array.from({ length: 9_999 }, (_, at) => `token-${at}-of-many`)]);
  const text = `a ${long} b token-9998-of-many ${long.slice(0, 9_000)} ${"x".repeat(200_000)}token-0-of-many`;
  const expected = secrets.text(text);
  for (const size of [11, 5_000, 100_000]) expect(cleaned(secrets, stored(text, size)).toString()).toBe(expected);
});

test("a text is written over where secrets are taken out of it, and its pieces may share their bytes", () => {
  const secrets = new SecretFilter();
  secrets.add(["a-secret-longer-than-its-mark", "\nsecret", "\nsecrets of several\nlines"]);
  const lines = stored("a-secret-longer-than-its-mark, ".repeat(9_000), 50_000);
  const memory = new Set(lines.pieces.map(({ buffer }) => buffer));
  const expected = secrets.text(lines.toString());
  const found = cleaned(secrets, lines);
  expect(found.toString()).toBe(expected);
  expect(found.pieces.every(({ buffer }) => memory.has(buffer))).toBe(true);
  const newline = Buffer.from("\n");
  const words = ["secret", "a", "secrets of several", "lines", "secret", "b"];
  const joined = new LargeText(
    words.flatMap((word) => [newline, Buffer.from(word)]),
    words.join("\n").length + 1,
  );
  expect(cleaned(secrets, joined).toString()).toBe(secrets.text(`\n${words.join("\n")}`));
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
