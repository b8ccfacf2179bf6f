import { expect, test } from "vitest";
import { BackOff } from "./back-off.ts";

test("waiting doubles from a quarter of a second and goes on at about a minute", () => {
  const backOff = new BackOff();
  expect(backOff.waitMs).toBe(0);
  for (const expectedMs of [250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
    backOff.fail(0);
    expect(backOff.waitMs).toBeGreaterThan(expectedMs * 0.79);
    expect(backOff.waitMs).toBeLessThan(expectedMs * 1.21);
  }
});

test("a demand is worth an attempt after a second at most, and a long life starts afresh", () => {
  const backOff = new BackOff();
  expect(backOff.pauseMs).toBe(0);
  for (let failures = 0; failures < 12; failures += 1) {
    backOff.fail(100);
    expect(backOff.pauseMs).toBeLessThanOrEqual(1_000);
  }
  backOff.fail(60_000);
  expect(backOff.waitMs).toBeLessThan(310);
});
