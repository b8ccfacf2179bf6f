import { expect, test } from "vitest";
import { BackOff } from "./back-off.ts";

test("waiting doubles from a quarter of a second, and ends at about thirty seconds", () => {
  const backOff = new BackOff();
  expect(backOff.waitMs).toBe(0);
  for (const expectedMs of [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    backOff.fail(0);
    expect(backOff.waitMs).toBeGreaterThan(expectedMs * 0.79);
    expect(backOff.waitMs).toBeLessThan(expectedMs * 1.21);
  }
});

test("after five failures in a row only a demand is worth an attempt, and a long life starts afresh", () => {
  const backOff = new BackOff();
  const tries = Array.from({ length: 6 }, () => {
    backOff.fail(100);
    return backOff.retriesByItself;
  });
  expect(tries).toEqual([true, true, true, true, false, false]);
  backOff.fail(60_000);
  expect(backOff.retriesByItself).toBe(true);
  expect(backOff.waitMs).toBeLessThan(310);
});
