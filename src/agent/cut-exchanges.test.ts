import { expect, test } from "vitest";
import { cutExchanges, type Exchange } from "./cut-exchanges.ts";

const exchange = (length: number, contextTokens = 0): Exchange => ({
  messages: [{ role: "user", content: "x".repeat(length) }],
  contextTokens,
});

test("what fits stays as it is", () => {
  const exchanges = [exchange(100, 50), exchange(100, 100)];
  expect(cutExchanges(exchanges, 100)).toEqual({ kept: exchanges, dropped: 0 });
  expect(cutExchanges([], 1)).toEqual({ kept: [], dropped: 0 });
});

test("the oldest go until the rest fits by the provider's own count", () => {
  const { kept, dropped } = cutExchanges([exchange(1_000, 300), exchange(1_000, 600), exchange(1_000, 900)], 650);
  expect(dropped).toBe(1);
  expect(kept).toHaveLength(2);
  expect(kept.at(-1)?.contextTokens).toBeCloseTo(600, -1);
  expect(cutExchanges(kept, 650).dropped).toBe(0);
});

test("the last one stays however long it is, and lengths decide where nobody has counted", () => {
  expect(cutExchanges([exchange(10), exchange(100_000)], 100)).toMatchObject({ dropped: 1 });
  expect(cutExchanges([exchange(4_000), exchange(40)], 100)).toMatchObject({ dropped: 1 });
  expect(cutExchanges([exchange(40), exchange(40)], 100)).toMatchObject({ dropped: 0 });
});
