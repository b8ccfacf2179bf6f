import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SlicedWork } from "../sliced-work.ts";
import { ByteSearch } from "./byte-search.ts";
import { type SoughtTexts, TextSearch } from "./text-search.ts";

interface Found {
  readonly index: number;
  readonly length: number;
}

function foundInText(text: string, sought: SoughtTexts): readonly Found[] {
  const search = new SlicedWork(() => TextSearch.of(sought)).now();
  const all: Found[] = [];
  for (let found = search.next(text); found !== undefined; found = search.next(text, found.index + found.length))
    all.push({ index: found.index, length: found.length });
  return all;
}

function foundInBytes(text: string, sought: SoughtTexts): readonly Found[] {
  const search = new SlicedWork(() => ByteSearch.of(sought)).now();
  const bytes = Buffer.from(text);
  const all: Found[] = [];
  for (let at = 0; ;) {
    const found = search.next(bytes, at, bytes.length);
    if (found === undefined) return all;
    const index = bytes.toString("utf8", 0, found.from).length;
    expect(found.characters).toBe(bytes.toString("utf8", found.from, found.to).length);
    all.push({ index, length: found.characters });
    at = found.to;
  }
}

/** Texts of few letters of every length in UTF-8, so that many are in each other. */
function texts(most: number): fc.Arbitrary<string> {
  const letter = fc.constantFrom("a", "b", "1", " ", "-", "©", "ª", "é", "€", "😀");
  return fc.array(letter, { minLength: 1, maxLength: most }).map((letters) => letters.join(""));
}

test("in bytes the same is found as in their text: the longest at each place, and some only where they stand alone", () => {
  fc.assert(
    fc.property(
      fc.record({
        anywhere: fc.array(texts(9), { maxLength: 12 }),
        alone: fc.array(texts(4), { minLength: 1, maxLength: 6 }),
      }),
      texts(200),
      fc.integer({ min: 0, max: 3 }),
      (sought, text, repeats) => {
        const inside = `${text}${sought.anywhere.join(text.slice(0, 3)).repeat(repeats)}`;
        expect(foundInBytes(inside, sought)).toEqual(foundInText(inside, sought));
      },
    ),
    { numRuns: 1_000 },
  );
});

test("long texts that differ at their ends only are told apart", () => {
  const begin = "€".repeat(700);
  const sought = { anywhere: [`${begin}a`, `${begin}b-and-more`, begin.slice(0, 50), `${begin}b`], alone: [] };
  const text = `${begin}c ${begin}b-and-mor ${begin}b-and-more ${begin}a${begin}`;
  const found = foundInBytes(text, sought);
  expect(found).toEqual(foundInText(text, sought));
  expect(found.map(({ length }) => length)).toEqual([
    ...Array<number>(14).fill(50),
    701,
    710,
    701,
    ...Array<number>(14).fill(50),
  ]);
});

test("a text with half a character is in no bytes", () => {
  const sought = { anywhere: ["secret-\ud83d", "\ude00-secret"], alone: [] };
  expect(foundInBytes("secret-😀-secret", sought)).toEqual([]);
  expect(foundInBytes("secret-\ufffd", sought)).toEqual([]);
});
