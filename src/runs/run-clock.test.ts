import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { CALLER_GONE, RunClock } from "./run-clock.ts";

test("one signal of a caller ends any number of runs, and hears of no listener more for it", () => {
  const caller = new AbortController();
  const clocks = Array.from({ length: 50 }, () => new RunClock(undefined, caller.signal));
  expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
  clocks[0]?.end(clocks[0].timeUp());
  caller.abort();
  expect(clocks.map(({ signal }) => signal.reason.code)).toEqual(["time_limit", ...Array(49).fill("cancelled")]);
  expect(new RunClock(undefined, caller.signal).signal.aborted).toBe(true);
});

test("a caller who has gone without taking the run back is heard once", () => {
  const caller = new AbortController();
  let gone = 0;
  const clock = new RunClock(undefined, caller.signal, () => void (gone += 1));
  caller.abort(CALLER_GONE);
  expect([gone, clock.signal.aborted]).toEqual([1, false]);
});
