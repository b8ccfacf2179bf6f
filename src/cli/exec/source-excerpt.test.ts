import { expect, test } from "vitest";
import { sourceExcerpt } from "./source-excerpt.ts";

test("the caret stands below the column, also after tabs", () => {
  expect(sourceExcerpt("a\n\tfoo(bar)", 2, 6)).toBe("  2 | \tfoo(bar)\n    | \t    ^");
});

test("a column far to the right of a long line is still shown", () => {
  const excerpt = sourceExcerpt(`${"x".repeat(1000)}!`, 1, 1001);
  const [line = "", caret = ""] = excerpt.split("\n");
  expect(line[caret.indexOf("^")]).toBe("!");
  expect(line.length).toBeLessThan(200);
});

test("a line that the program does not have shows nothing", () => {
  expect(sourceExcerpt("a", 7)).toBe("");
});
