import { expect, test } from "vitest";
import { ValidationBudget, ValidationOverrun } from "./validation-budget.ts";

/** Keeps the processor busy, as another process does that takes it. */
function hold(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("time that other processes take between two steps does not count", () => {
  const budget = new ValidationBudget();
  const work = (): void => {
    for (let step = 0; step < 512; step += 1) budget.step();
    hold(60);
    for (let step = 0; step < 512; step += 1) budget.step();
    budget.attempt(() => true);
  };
  expect(work).not.toThrow();
});

test("work that was stopped for want of a processor is tried again with more time, and only what it took counts", () => {
  const budget = new ValidationBudget();
  const limits: number[] = [];
  const starved = (timeoutMs: number): true | undefined => (limits.push(timeoutMs) % 3 === 0 ? true : undefined);
  for (let pattern = 0; pattern < 20; pattern += 1) budget.attempt(starved);
  expect(limits).toHaveLength(60);
  expect(limits[2]).toBeGreaterThan(limits[0] ?? 0);
});

test("work without end is given up, by its steps or by its attempts", () => {
  const budget = new ValidationBudget();
  const endless = (): void => {
    for (;;) budget.step();
  };
  expect(endless).toThrow(ValidationOverrun);
  budget.start();
  expect(() => budget.attempt(() => undefined)).toThrow(ValidationOverrun);
});
