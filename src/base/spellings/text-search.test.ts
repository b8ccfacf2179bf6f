import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SlicedWork } from "../sliced-work.ts";
import { isLetter, type SoughtTexts, TextSearch } from "./text-search.ts";

function found(text: string, sought: SoughtTexts): readonly string[] {
  const search = new SlicedWork(() => TextSearch.of(sought)).now();
  const all: string[] = [];
  search.replace(text, (each) => String(all.push(each)));
  return all;
}

/** The same, place by place and text by text. */
function foundSlowly(text: string, { anywhere, alone }: SoughtTexts): readonly string[] {
  const few = new Set(alone);
  const mayStand = (each: string, at: number): boolean =>
    !few.has(each) || (!isLetter(text.charAt(at - 1)) && !isLetter(text.charAt(at + each.length)));
  const all: string[] = [];
  for (let at = 0; at < text.length;) {
    const here = [...anywhere, ...few].filter((each) => text.startsWith(each, at) && mayStand(each, at));
    const longest = here.reduce((one, other) => (other.length > one.length ? other : one), "");
    if (longest !== "") all.push(longest);
    at += Math.max(1, longest.length);
  }
  return all;
}

function texts(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const letter = fc.constantFrom("a", "b", "-", " ", "é", "\ud83d", "\u{1f600}", "\0");
  return fc.array(letter, { minLength, maxLength }).map((letters) => letters.join(""));
}

test("what is found is the longest at each place, in order, whatever the lengths", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(texts(2, 9), texts(40, 60)), { maxLength: 10 }),
      fc.array(texts(2, 7), { maxLength: 3 }),
      fc.array(fc.oneof(texts(0, 30), fc.nat(9)), { maxLength: 12 }),
      (anywhere, alone, parts) => {
        const all = [...anywhere, ...alone];
        const text = parts.map((part) => (typeof part === "string" ? part : (all[part] ?? ""))).join("");
        expect(found(text, { anywhere, alone })).toEqual(foundSlowly(text, { anywhere, alone }));
      },
    ),
    { numRuns: 1_000 },
  );
});

test("thousands of texts are found, of any length, and made ready in steps", () => {
  const anywhere = Array.from({ length: 5_000 }, (_, index) => `${index}-${"value".repeat(1 + (index % 20))}`);
  const text = anywhere.join("\n");
  expect(found(text, { anywhere, alone: [] })).toEqual(anywhere);
  expect([...TextSearch.of({ anywhere, alone: [] })].length).toBeGreaterThan(15);
});
