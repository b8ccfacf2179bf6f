import { expect, test } from "vitest";
import { CallBudget } from "./call-budget.ts";

function budgetOf(toolCalls: number, concurrentCalls: number): { budget: CallBudget; exhausted: () => number } {
  let count = 0;
  const budget = new CallBudget({ toolCalls, concurrentCalls, onExhausted: () => (count += 1) });
  return { budget, exhausted: () => count };
}

test("no more calls than the limit are accepted", () => {
  const { budget } = budgetOf(3, 16);
  expect(Array.from({ length: 5 }, () => budget.accept())).toEqual([true, true, true, false, false]);
});

test("at most the given number of calls happen at a time, in the order they came", async () => {
  const { budget } = budgetOf(100, 2);
  const order: number[] = [];
  let active = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      budget.run(async () => {
        order.push(index);
        active += 1;
        most = Math.max(most, active);
        await Promise.resolve();
        active -= 1;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 10 }, (_, index) => index));
});

test("a call that fails gives its place to the next", async () => {
  const { budget } = budgetOf(2, 1);
  const failing = budget.run(() => Promise.reject(new Error("no")));
  const next = budget.run(() => Promise.resolve("done"));
  await expect(failing).rejects.toThrow("no");
  await expect(next).resolves.toBe("done");
});

test("the end of the budget is announced only when the accepted calls are done", async () => {
  const { budget, exhausted } = budgetOf(1, 1);
  expect(budget.accept()).toBe(true);
  const { promise, resolve } = deferred();
  const call = budget.run(() => promise);
  expect(budget.accept()).toBe(false);
  expect(exhausted()).toBe(0);
  resolve();
  await call;
  expect(exhausted()).toBe(1);
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
