import { expect, test } from "vitest";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { LargeText } from "../../../base/steps/large-text.ts";
import { CsvFile } from "./csv-file.ts";
import { csvRows } from "./csv-rows.ts";

const ALL = { offset: 0, limit: 100 };

const rowsOf = (text: string, range: typeof ALL, mostCharacters = Infinity): Record<string, string>[] =>
  new SlicedWork(() => csvRows(text, range, mostCharacters)).now();

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
  expect(rowsOf(text, ALL)).toEqual(rows);
});

test("rows that repeat more names than may be given are refused, with what fits", async () => {
  const text = `${"a,".repeat(1_000)}\n${"\n".repeat(1_000)}`;
  const refusal = "Only 24 of these rows have less than 100000 bytes.";
  expect(() => rowsOf(text, { offset: 0, limit: 1_000 }, 100_000)).toThrow(refusal);
  expect(rowsOf(text, { offset: 0, limit: 20 }, 100_000)).toHaveLength(20);
  const escaped = `${"\0".repeat(600)}\n${"\n".repeat(1_000)}`;
  expect(() => rowsOf(escaped, { offset: 0, limit: 1_000 }, 100_000)).toThrow("Only 27 of these rows");
  const wide = `${"a,".repeat(200_000)}\n${"\n".repeat(200_000)}`;
  const file = new CsvFile(new LargeText([Buffer.from(wide)], wide.length));
  await expect(file.rows(0, 1e9)).rejects.toMatchObject({ code: "result_too_large" });
});

test("a part of the rows", () => {
  const text = `n\n${Array.from({ length: 100 }, (_, number) => number).join("\n")}`;
  expect(rowsOf(text, { offset: 40, limit: 2 })).toEqual([{ n: "40" }, { n: "41" }]);
});

/** CSV in which every record has another form of field and of line end. */
function csvOf(count: number): string {
  const ends = ["\n", "\r\n", "\r"];
  const line = (number: number): string =>
    `${number},"a, ""${number}""\r\nb",${"é".repeat(number % 7)}x"y${ends[number % 3]}`;
  return `\ufeff"n",text,more\r\n${Array.from({ length: count }, (_, number) => line(number)).join("")}last`;
}

test.each([1, 7, 65_536])("CSV in pieces of %i bytes has the rows that it has as one text", async (size) => {
  const text = csvOf(size === 1 ? 300 : 9_000);
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const file = new CsvFile(new LargeText(pieces, text.length));
  const all = rowsOf(text, { offset: 0, limit: 1_000_000 });
  for (const offset of [0, 1, 250, 8_500, 0, all.length - 1, all.length, 10_000])
    expect(await file.rows(offset, 5)).toEqual(all.slice(offset, offset + 5));
});

test.each(["", "a,b", "a,b\n", 'a\n"x', "a\r1\r", "a\n\n\n1"])("rows of the CSV %j in pieces", async (text) => {
  const file = new CsvFile(new LargeText([Buffer.from(text)], text.length));
  expect(await file.rows(0, 10)).toEqual(rowsOf(text, ALL));
});

test("rows that are very long are refused", async () => {
  const text = `a\n${"x".repeat(17_000_000)}\n1\n`;
  const file = new CsvFile(new LargeText([Buffer.from(text)], text.length));
  await expect(file.rows(0, 1)).rejects.toMatchObject({ code: "result_too_large" });
  expect(await file.rows(1, 1)).toEqual([{ a: "1" }]);
});

test("a line of very many fields is refused, with how to read it", async () => {
  const text = `a\n${",".repeat(60_000)}\n`;
  expect(() => rowsOf(text, ALL)).toThrow("more than 50000 fields");
  const file = new CsvFile(new LargeText([Buffer.from(text)], text.length));
  await expect(file.rows(0, 1)).rejects.toMatchObject({
    code: "result_too_large",
    details: { hint: expect.stringContaining("lines") },
  });
});

test("a field of a million quotes is read in steps, and is what it says", () => {
  const work = csvRows(`a\n"${'""'.repeat(1_000_000)}x""y"z,\n`, ALL, Infinity);
  let steps = 0;
  let next = work.next();
  for (; next.done !== true; next = work.next()) steps += 1;
  expect(steps).toBeGreaterThan(400);
  expect(next.value).toEqual([{ a: `${'"'.repeat(1_000_000)}x"yz` }]);
});
