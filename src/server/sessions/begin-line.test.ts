import { availableParallelism } from "node:os";
import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { BeginLine } from "./begin-line.ts";

const MOST = 2 * Math.max(2, availableParallelism());

/** A line, and the clients that have begun so far. */
function stand(count: number): { readonly line: BeginLine; readonly begun: number[]; readonly all: Promise<unknown> } {
  const line = new BeginLine();
  const begun: number[] = [];
  const begin = async (index: number): Promise<void> => {
    await line.turn();
    begun.push(index);
  };
  return { line, begun, all: Promise.all(Array.from({ length: count }, (_, index) => begin(index))) };
}

test("a client that is alone begins at once, and of many each begins in a turn of its own", async () => {
  const { begun, all } = stand(3);
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual([0]);
  await all;
  expect(begun).toEqual([0, 1, 2]);
});

test("nobody begins while calls keep all processors busy, and the first does when one of them ends", async () => {
  const { line, begun, all } = stand(1);
  await all;
  const ends = Array.from({ length: MOST }, () => line.enter());
  const begin = line.turn().then(() => begun.push(1));
  for (let times = 0; times < 5; times += 1) await turn();
  expect(begun).toEqual([0]);
  ends[0]?.();
  await begin;
  expect(begun).toEqual([0, 1]);
});

test("clients on the way to their first call count a quarter of one, until it has been answered", async () => {
  const { line } = stand(0);
  const [first] = await Promise.all(Array.from({ length: 4 * MOST }, () => line.turn()));
  const begun: number[] = [];
  const begin = line.turn().then(() => begun.push(1));
  for (let times = 0; times < 5; times += 1) await turn();
  expect(begun).toEqual([]);
  first?.();
  await begin;
  expect(begun).toEqual([1]);
});

test("clients that call nothing hold nobody up", async () => {
  const { line } = stand(0);
  for (let count = 0; count < 4 * MOST; count += 1) await line.turn();
  await expect(line.turn()).resolves.toBeTypeOf("function");
});

test("calls that wait for something else hold nobody up", async () => {
  const { line } = stand(0);
  for (let count = 0; count < MOST; count += 1) line.enter();
  await expect(line.turn()).resolves.toBeTypeOf("function");
});

test("nobody stands back for long, however many calls begin meanwhile", async () => {
  const { line } = stand(0);
  for (let count = 0; count < MOST; count += 1) line.enter();
  const busy = setInterval(() => line.enter(), 10);
  try {
    await expect(Promise.all([line.turn(), line.turn(), line.turn()])).resolves.toHaveLength(3);
  } finally {
    clearInterval(busy);
  }
});

test("one that has stood back for as long as it may goes on without a turn, before those who may wait longer", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout", "setImmediate"] });
  onTestFinished(() => void vi.useRealTimers());
  const { line } = stand(0);
  for (let count = 0; count < MOST; count += 1) line.enter();
  const longer = line.turn(60_000);
  const shorter = line.turn(20);
  await vi.advanceTimersByTimeAsync(20);
  await expect(shorter).resolves.toBeUndefined();
  await vi.advanceTimersByTimeAsync(200);
  await expect(longer).resolves.toBeTypeOf("function");
});
