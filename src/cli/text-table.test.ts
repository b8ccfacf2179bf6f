import { expect, test } from "vitest";
import { textTable } from "./text-table.ts";

const columns = [{ title: "NAME" }, { title: "N", align: "right" as const }, { title: "WHY" }];

test("columns are aligned and lines carry no trailing spaces", () => {
  expect(
    textTable(
      [
        ["a", "10", "because"],
        ["long name", "5", ""],
      ],
      { columns },
    ),
  ).toBe("NAME        N  WHY\na          10  because\nlong name   5\n");
});

test("the last column gives way to the width", () => {
  const table = textTable([["a", "1", "a very long reason indeed"]], { columns, width: 20 });
  expect(table).toBe("NAME  N  WHY\na     1  a very lon…\n");
});

test("a cell cannot break its line nor steer the terminal", () => {
  expect(textTable([["a\nb", "1", "\u001B[31mred\u0007"]], { columns })).toContain("a b   1  red\n");
});

test("no rows give no table", () => {
  expect(textTable([], { columns })).toBe("");
});
