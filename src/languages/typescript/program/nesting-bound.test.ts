import { expect, test } from "vitest";
import { nestingBound } from "./nesting-bound.ts";

test("brackets inside texts and comments do not count, those in templates do", () => {
  const bound = nestingBound('f(\'((((\', "[[\\"["); // (((\n/* {{{ */ `((${g([1])}((`');
  expect(bound).toMatchObject({ brackets: 4, parentheses: 1 });
});

test.each([
  ["a regular expression with a quote", "x = /'/; ((((("],
  ["a regular expression with a backtick", "x = /`/; ((((( `"],
  ["an unfinished text", "x = '((\n(("],
  ["another end of a line in a comment", "// \u2028(((("],
  ["a first line for a shell", "#! `\n(((("],
  ["an escaped name", "\\u0061 = 1"],
])("%s leaves the depth open", (_title, code) => {
  expect(nestingBound(code)).toBeUndefined();
});

test("every operator, word and bracket that may nest counts", () => {
  expect(nestingBound("if (!a) new new B")).toEqual({ brackets: 1, parentheses: 1, operators: 2, words: 3 });
});
