import { expect, test } from "vitest";
import { csvRows } from "./csv-rows.ts";

const ALL = { offset: 0, limit: 100 };

test.each([
  [
    "plain fields",
    "a,b\n1,2\n3,4\n",
    [
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ],
  ],
  ["windows line ends and a byte order mark", "\ufeffa,b\r\n1,2\r\n", [{ a: "1", b: "2" }]],
  ["commas, line ends and quotes inside quotes", 'a,b\n"1,\n2","say ""hi"""', [{ a: "1,\n2", b: 'say "hi"' }]],
  [
    "missing and empty fields",
    "a,b,c\n1\n,,3\n1,2,",
    [
      { a: "1", b: "", c: "" },
      { a: "", b: "", c: "3" },
      { a: "1", b: "2", c: "" },
    ],
  ],
  ["a quote that never ends", 'a\n"x', [{ a: "x" }]],
  ["nothing", "", []],
  ["names alone", "a,b\n", []],
])("rows of %s", (_, text, rows) => {
  expect(csvRows(text, ALL)).toEqual(rows);
});

test("a part of the rows", () => {
  const text = `n\n${Array.from({ length: 100 }, (_, number) => number).join("\n")}`;
  expect(csvRows(text, { offset: 40, limit: 2 })).toEqual([{ n: "40" }, { n: "41" }]);
});
