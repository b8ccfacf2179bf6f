import { expect, it } from "vitest";
import { wildcard } from "./wildcard.ts";

it.each([
  ["*", "", true],
  ["*", "anything", true],
  ["read_file", "read_file", true],
  ["read_file", "read_files", false],
  ["read_*", "read_", true],
  ["*_file", "read_file", true],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["ab*ba", "aba", false],
  ["a**a", "aa", true],
  ["a.c", "abc", false],
  ["", "", true],
  ["", "a", false],
])("the pattern %j fits the name %j: %j", (pattern, name, fits) => {
  expect(wildcard(pattern)(name)).toBe(fits);
});

it("stays linear for a hostile pattern", { retry: 2 }, () => {
  const started = performance.now();
  expect(wildcard(`${"*a".repeat(2_000)}b`)("a".repeat(10_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
