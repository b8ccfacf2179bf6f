import { expect, test } from "vitest";
import { CallBudget } from "./call-budget.ts";

function budgetOf(toolCalls: number, concurrentCalls: number): { budget: CallBudget; exhausted: () => number } {
  let count = 0;
  const budget = new CallBudget({ toolCalls, concurrentCalls, onExhausted: () => (count += 1) });
  return { budget, exhausted: () => count };
}

/** Makes a call in its turn. */
async function make<Value>(budget: CallBudget, call: () => Promise<Value>): Promise<Value> {
  const turn = budget.enter();
  if (turn !== undefined) await turn;
  try {
    return await call();
  } finally {
    budget.leave();
  }
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
      make(budget, async () => {
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

test.each([
  [1, [3, 1, 4]],
  [2, [1, 5, 2, 7]],
  [16, [40, 3, 60]],
])("with %i places calls keep their order from one burst to the next", async (places, bursts) => {
  const { budget } = budgetOf(1_000, places);
  const order: string[] = [];
  let active = 0;
  let most = 0;
  const call = (name: string) => async (): Promise<void> => {
    order.push(name);
    active += 1;
    most = Math.max(most, active);
    // Each holds its place for another time, and every third fails.
    for (let turn = 1 + (order.length % 3); turn > 0; turn -= 1) await Promise.resolve();
    active -= 1;
    if (order.length % 3 === 0) throw new Error(name);
    // What comes while others wait stands behind them.
    if (name.endsWith(".0")) late.push(make(budget, call(`${name} late`)));
  };
  const late: Promise<unknown>[] = [];
  const made: string[] = [];
  for (const [burst, size] of bursts.entries()) {
    const names = Array.from({ length: size }, (_, index) => `${burst}.${index}`);
    made.push(...names);
    await Promise.allSettled(names.map((name) => make(budget, call(name))));
    await Promise.allSettled(late);
  }
  expect(order.filter((name) => !name.endsWith("late"))).toEqual(made);
  expect(most).toBe(Math.min(places, Math.max(...bursts)));
  expect(active).toBe(0);
});

test("a call that fails gives its place to the next", async () => {
  const { budget } = budgetOf(2, 1);
  const failing = make(budget, () => Promise.reject(new Error("no")));
  const next = make(budget, () => Promise.resolve("done"));
  await expect(failing).rejects.toThrow("no");
  await expect(next).resolves.toBe("done");
});

test("replies that are not taken hold the places of calls and of other requests, until they are", async () => {
  const { budget } = budgetOf(100, 2);
  const [one, two] = [budget.hold(), budget.hold(20 * 1024 * 1024)];
  const done: string[] = [];
  const waiting = [
    make(budget, async () => void done.push("call")),
    budget.serve(async () => void done.push("request")),
    make(budget, async () => void done.push("call")),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  one();
  one();
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  two();
  await Promise.all(waiting);
  expect(done.toSorted()).toEqual(["call", "call", "request"]);
});

test("the end of the budget is announced only when the accepted calls are done", async () => {
  const { budget, exhausted } = budgetOf(1, 1);
  expect(budget.accept()).toBe(true);
  const { promise, resolve } = deferred();
  const call = make(budget, () => promise);
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
