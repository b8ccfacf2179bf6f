import { expect, test } from "vitest";
import { costOf, readPrices } from "./token-prices.ts";
import { NO_USAGE } from "./token-usage.ts";

const usage = {
  ...NO_USAGE,
  inputTokens: 1_000_000,
  cacheReadTokens: 600_000,
  cacheWriteTokens: 100_000,
  outputTokens: 10_000,
};

test("a cost is what the person's prices make of each kind of token", () => {
  expect(costOf(usage, readPrices("3/15", {}))).toBeCloseTo(3 + 0.15);
  expect(costOf(usage, readPrices("3/15/0.3", {}))).toBeCloseTo(0.4 * 3 + 0.6 * 0.3 + 0.15);
  expect(costOf(usage, readPrices("3/15/.3/3.75", {}))).toBeCloseTo(0.3 * 3 + 0.6 * 0.3 + 0.1 * 3.75 + 0.15);
});

test("the option comes before the environment, and without both no cost is made up", () => {
  expect(readPrices("1/2", { CODEMODE_PRICE: "3/4" })).toMatchObject({ input: 1, output: 2 });
  expect(readPrices(undefined, { CODEMODE_PRICE: "3/4" })).toMatchObject({ input: 3, output: 4 });
  expect(costOf(usage, readPrices(undefined, {}))).toBeUndefined();
});

test("a cost of tokens that were not all reported is not known", () => {
  expect(costOf({ ...usage, isComplete: false }, readPrices("3/15", {}))).toBeUndefined();
});

test("what is no list of prices is refused, with the name of where it stands", () => {
  for (const text of ["3", "a/b", "3/-1", "1/2/3/4/5", "3/"]) expect(() => readPrices(text, {})).toThrow("--price");
  expect(() => readPrices(undefined, { CODEMODE_PRICE: "cheap" })).toThrow("CODEMODE_PRICE");
});
