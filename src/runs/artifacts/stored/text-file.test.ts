import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { LargeText } from "../../../base/steps/large-text.ts";
import { linesOf } from "../artifact-part.ts";
import { TextFile } from "./text-file.ts";

const folder = mkdtempSync(join(tmpdir(), "text-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines of many lengths, with characters of one to four bytes at every place where a piece may end. */
const text = Array.from(
  { length: 60_000 },
  (_, number) => `${number} ${"äb€😀".repeat(number % 9)}${number % 5 === 0 ? "\r" : ""}`,
).join("\n");
const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
const path = join(folder, "text.txt");
writeFileSync(path, text);

test.each([0, 1, 8_000, 333_333, 900_001, text.length - 5, text.length, text.length + 10])(
  "a range from character %i on is that of the whole text, up to the last whole character",
  async (offset) => {
    const range = { offset, limit: 5_000, unit: "utf16" } as const;
    const wanted = text.slice(offset, offset + 5_000).replace(/[\ud800-\udbff]$/, "");
    expect(await new TextFile(path).range(range)).toEqual({ text: wanted, total: text.length });
  },
);

test.each([0, 1, 8_000, 333_333, 800_001, 10_000_000])(
  "a range from code point %i on is that of the text",
  async (offset) => {
    const points = Array.from(text);
    const range = { offset, limit: 5_000, unit: "codePoints" } as const;
    const wanted = points.slice(offset, offset + 5_000).join("");
    expect(await new TextFile(path).range(range)).toEqual({ text: wanted, total: points.length });
  },
);

test.each([1, 2, 3, 77_777])(
  "ranges of %i that follow one another are the whole text, of whole characters",
  async (limit) => {
    const start = limit < 10 ? text.lastIndexOf("\n", text.length - 400) : 0;
    const file = new TextFile(path);
    let read = "";
    while (start + read.length < text.length) {
      const part = await file.range({ offset: start + read.length, limit, unit: "utf16" });
      expect(part.text).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
      read += part.text;
    }
    expect(read === text.slice(start)).toBe(true);
  },
);

test.each([
  [0, 3],
  [1, 2],
  [17_000, 5],
  [31_111, 1],
  [59_998, 10],
  [60_000, 5],
  [70_000, 5],
  [0, 60_000],
])("lines from %i on, %i at a time, are those of the whole text", async (offset, limit) => {
  const file = new TextFile(path);
  for (const _ of [1, 2]) expect(await file.lines(offset, limit)).toEqual(lines.slice(offset, offset + limit));
});

test("the last line is empty where the text ends with a line end, and an empty file is one empty line", async () => {
  const short = join(folder, "short.txt");
  writeFileSync(short, "a\r\nb\n");
  expect(await new TextFile(short).lines(0, 10)).toEqual(["a", "b", ""]);
  writeFileSync(short, "");
  expect(await new TextFile(short).lines(0, 10)).toEqual([""]);
});

test("a line longer than may be in memory is refused with the way to read it", async () => {
  const long = join(folder, "long.txt");
  writeFileSync(long, "x".repeat(17 * 1024 * 1024));
  await expect(new TextFile(long).lines(0, 1)).rejects.toMatchObject({
    code: "result_too_large",
    details: { hint: expect.stringContaining("offset") },
  });
});

test("of millions of empty lines no more are given than there is room for, and passing them lets other work go on", async () => {
  const file = new TextFile(new LargeText([Buffer.from("\n".repeat(20_000_000))], 20_000_000));
  await expect(file.lines(0, 1e9)).rejects.toMatchObject({ code: "result_too_large" });
  const whole = new SlicedWork(() => linesOf("\n".repeat(3_000_000), 0, 1e9));
  expect(() => whole.now()).toThrow("These lines have more than");
  const other = new TextFile(new LargeText([Buffer.from("\n".repeat(20_000_000))], 20_000_000));
  let turns = 0;
  let isPassing = true;
  const count = (): void => {
    turns += 1;
    if (isPassing) setImmediate(count);
  };
  setImmediate(count);
  expect(await other.lines(19_999_998, 5)).toEqual(["", "", ""]);
  isPassing = false;
  expect(turns).toBeGreaterThan(5);
});
