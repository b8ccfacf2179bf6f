import { expect, test } from "vitest";
import { Platform } from "./platform.ts";

const platform = new Platform();
/* oxlint-disable-next-line max-params -- the four lines of a question */
const ask = (kind: string, method: string, setup: unknown = [[], {}], args: unknown = []): string =>
  platform.answer([kind, method, JSON.stringify(setup), JSON.stringify(args)].join("\n"));

test.each([
  ["a class that is not one of Intl's", "Function", "format"],
  ["the constructor of an object", "constructor", "constructor"],
  ["a prototype", "__proto__", "toString"],
  ["a method of every object", "NumberFormat", "constructor"],
  ["a method that is not offered", "NumberFormat", "__defineGetter__"],
  ["a method of another class", "Collator", "format"],
  ["a member of Intl that is not asked for so", "Intl", "constructor"],
  ["an address with a method of its own", "URL", "createObjectURL"],
  ["a digest that is not offered", "Digest", "constructor"],
])("%s is refused with a TypeError", (_, kind, method) => {
  expect(ask(kind, method)).toMatch(/^!TypeError\n/);
});

test("what is no question is answered with an error", () => {
  for (const text of ["", "NumberFormat", "NumberFormat\nformat\n{\n[", "\n\n\n\n\n", "x".repeat(300_000)])
    expect(platform.answer(text)).toMatch(/^!\w+Error\n/);
});

test("answers are plain data", () => {
  expect(ask("NumberFormat", "format", [["de"], {}], ["n1234.5"])).toBe('="1.234,5"');
  expect(ask("NumberFormat", "formatToParts", [[], {}], ["n1"])).toBe('=[{"type":"integer","value":"1"}]');
  expect(ask("Segmenter", "segment", [[], { granularity: "word" }], ["ta b"])).toBe(
    '={"starts":[0,1,2],"words":"101"}',
  );
});

test("a program that asks for no locale and no time zone gets the same ones on every machine", () => {
  const before = process.env["TZ"];
  process.env["TZ"] = "Asia/Tokyo";
  try {
    expect(ask("DateTimeFormat", "resolvedOptions")).toMatch(/"locale":"en-US".*"timeZone":"UTC"/);
    expect(ask("NumberFormat", "resolvedOptions", [["xx"], {}])).toContain('"locale":"en-US"');
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
});

test("a number as text keeps its digits, and one that would be written without end does not", () => {
  const digits = "1".repeat(30);
  expect(ask("NumberFormat", "format", [[], { useGrouping: false }], [`s${digits}`])).toBe(`="${digits}"`);
  expect(ask("NumberFormat", "format", [[], {}], ["s1e100000000"])).toBe('="∞"');
});

test("thousands of different formatters take little memory", () => {
  const before = process.memoryUsage().rss;
  for (let index = 0; index < 4000; index += 1) {
    const setup = [
      ["de", "fr", "en"],
      {
        minimumIntegerDigits: (index % 21) + 1,
        unit: "day",
        style: "unit",
        currency: `A${String.fromCharCode(65 + (index % 26))}${String.fromCharCode(65 + (index % 25))}`,
      },
    ];
    expect(ask("NumberFormat", "format", setup, ["n1"])).toMatch(/^=/);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});
