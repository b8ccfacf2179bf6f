import { array, constantFrom, integer, oneof, sample, tuple } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";

let codemode: Codemode;
beforeAll(async () => {
  codemode = createCodemode({ tools: {} });
  await codemode.executor.setup();
});
afterAll(() => codemode.close());

const SETTINGS: readonly (readonly [string | undefined, Intl.CollatorOptions | undefined])[] = [
  [undefined, undefined],
  ["en-US", { sensitivity: "base" }],
  ["de", { sensitivity: "accent" }],
  [undefined, { numeric: true }],
  ["fr", { numeric: true, sensitivity: "case" }],
  ["sv", undefined],
  ["da", undefined],
  ["cs", { sensitivity: "base" }],
  ["en", { caseFirst: "upper" }],
  ["en", { ignorePunctuation: true }],
];

const character = oneof(
  { weight: 5, arbitrary: constantFrom(..."a A b B z Z 0 1 9".split(" ")) },
  { weight: 3, arbitrary: integer({ min: 0, max: 127 }).map((code) => String.fromCodePoint(code)) },
  { weight: 1, arbitrary: constantFrom(..."ä é ß Ø ł ñ 中 🙂".split(" ")) },
);
const texts = oneof(
  array(character, { maxLength: 8 }).map((each) => each.join("")),
  constantFrom("chata", "cesta", "aalborg", "zebra", "0", "00", "x1", "x01", "x0001a", "1.10", "1.9", "9".repeat(300)),
);

test("texts are compared as Node compares them", async () => {
  const pairs = sample(tuple(texts, texts), { numRuns: 1500, seed: 7 });
  const program = `const pairs = ${JSON.stringify(pairs)} as [string, string][];
const settings = ${JSON.stringify(SETTINGS.map(([locale, options]) => [locale ?? null, options ?? null]))} as any[];
return settings.map(([locale, options]) => {
  const given: [any, any] = [locale ?? undefined, options ?? undefined];
  const { compare } = new Intl.Collator(...given);
  return pairs.map(([a, b]) => [a.localeCompare(b, ...given), compare(a, b)]);
});`;
  const { value } = await codemode.executor.execute(program);
  const wanted = SETTINGS.map(([locale, options]) => {
    const { compare } = new Intl.Collator(locale === undefined ? "en-US" : [locale, "en-US"], options);
    return pairs.map(([a, b]) => [compare(a, b), compare(a, b)]);
  });
  expect(value).toEqual(wanted);
});
