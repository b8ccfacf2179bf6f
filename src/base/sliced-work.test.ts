import { expect, test } from "vitest";
import { SlicedWork } from "./sliced-work.ts";

function countTo(limit: number): { readonly work: SlicedWork<number>; readonly steps: () => number } {
  let steps = 0;
  const work = new SlicedWork(function* count(): Generator<void, number> {
    for (let index = 0; index < limit; index++) {
      steps += 1;
      const end = performance.now() + 0.5;
      while (performance.now() < end);
      yield;
    }
    return steps;
  });
  return { work, steps: () => steps };
}

test("others get their turn while work is done in slices", async () => {
  const { work } = countTo(100);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  expect(await work.soon()).toBe(100);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});

test("who needs the result at once takes over what was begun, and nothing is done twice", async () => {
  const { work, steps } = countTo(100);
  const later = work.soon();
  expect(steps()).toBeLessThan(100);
  expect(work.now()).toBe(100);
  expect(await later).toBe(100);
  expect(await work.soon()).toBe(100);
  expect(steps()).toBe(100);
});

test("work that nobody waits for any more ends with the reason, and what others wait for is done sooner", async () => {
  const { work, steps } = countTo(10_000);
  const stop = new AbortController();
  const given = work.soon(stop.signal).catch((thrown: unknown) => String(thrown));
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort("over");
  expect(await given).toBe("over");
  const done = steps();
  await new Promise((resolve) => setImmediate(resolve));
  expect(steps()).toBe(done);
  expect(done).toBeLessThan(10_000);
});
