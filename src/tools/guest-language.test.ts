import { expect, test } from "vitest";
import { withKnownLanguage } from "./guest-language.ts";

test.each([
  ["ts", "typescript"],
  ["JavaScript", "typescript"],
  ["TypeScript", "typescript"],
  [" js ", "typescript"],
  ["node", "typescript"],
  ["py", "python"],
  ["Python", "python"],
  ["python3", "python"],
  ["ruby", "ruby"],
  ["", ""],
  [null, null],
  [5, 5],
])("the language %j is %j to a schema", (language, known) => {
  expect(withKnownLanguage({ code: "1", language })).toEqual({ code: "1", language: known });
});

test("arguments without a language are handed on untouched", () => {
  const args = { code: "1" };
  expect(withKnownLanguage(args)).toBe(args);
});
