import { expect, test } from "vitest";
import { createNameFilter } from "./name-filter.ts";

test.each([
  ["read_file", "read_file", true],
  ["read_file", "read_files", false],
  ["read_*", "read_file", true],
  ["read_*", "xread_file", false],
  ["*_file", "read_file", true],
  ["*a*b*", "xxaxxbxx", true],
  ["*a*b*", "xxbxxaxx", false],
  ["a*a", "a", false],
  ["ab*bc", "abc", false],
  ["*", "", true],
  ["a.c", "abc", false],
])("the pattern %s on %s gives %s", (pattern, name, passes) => {
  expect(createNameFilter({ allow: [pattern] })(name)).toBe(passes);
  expect(createNameFilter({ deny: [pattern] })(name)).toBe(!passes);
});

test("a pattern of many stars takes no time on a long name", { retry: 2 }, () => {
  const passes = createNameFilter({ allow: [`${"*a".repeat(50)}*b`] });
  const begun = performance.now();
  expect(passes("a".repeat(100_000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(100);
});
