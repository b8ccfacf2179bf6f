import { queryObjects } from "node:v8";
import { expect, test } from "vitest";
import { aborter, onAbort, untilAborted } from "./deadline.ts";

test("listeners are called once when the signal is aborted, and not those that stopped listening", () => {
  const controller = new AbortController();
  const called: string[] = [];
  onAbort(controller.signal, () => called.push("first"));
  const stop = onAbort(controller.signal, () => called.push("second"));
  onAbort(controller.signal, () => called.push("third"));
  stop();
  controller.abort();
  expect(called).toEqual(["first", "third"]);
});

test("a signal that is aborted already calls its listener at once", () => {
  const called: string[] = [];
  onAbort(AbortSignal.abort(), () => called.push("late"));
  expect(called).toEqual(["late"]);
});

test("the way to stop says whether the listener was still to be called", () => {
  const controller = new AbortController();
  const stops = [onAbort(controller.signal, () => {}), onAbort(controller.signal, () => {})] as const;
  expect([stops[0](), stops[0]()]).toEqual([true, false]);
  controller.abort();
  expect([stops[1](), onAbort(controller.signal, () => {})()]).toEqual([false, false]);
});

test("what aborts a signal calls those that listen to it, the platform's listeners first, and each once", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = aborter(controller);
  const called: string[] = [];
  onAbort(signal, () => called.push(String(signal.reason)));
  onAbort(signal, () => called.push("stopped"))();
  signal.addEventListener("abort", () => called.push("platform"));
  abort("over");
  abort("over again");
  onAbort(signal, () => called.push("late"));
  expect(called).toEqual(["platform", "over", "late"]);
});

const never = AbortSignal.any([]);

test.each([
  ["work that is done", async () => 1, never, 1],
  ["work that fails", async () => Promise.reject(new Error("no")), never, new Error("no")],
  ["work after its signal", async () => 1, AbortSignal.abort(new Error("gone")), new Error("gone")],
  ["work that never ends", () => new Promise(() => {}), AbortSignal.timeout(1), expect.any(DOMException)],
])("a wait is over once: for %s", async (...[, work, signal, outcome]) => {
  let over = 0;
  const ended: unknown = await untilAborted<unknown>(work(), signal, () => (over += 1)).catch((thrown) => thrown);
  await Promise.resolve();
  expect([ended, over]).toEqual([outcome, 1]);
});

test("a signal that goes on keeps nothing of a wait that is over", async () => {
  class Kept {
    readonly name = "kept";
  }
  const { signal } = new AbortController();
  const wait = async (): Promise<void> => {
    const kept = new Kept();
    await untilAborted(Promise.resolve(), signal, () => void kept);
  };
  await wait();
  expect(queryObjects(Kept, { format: "count" })).toBe(0);
  expect(signal.aborted).toBe(false);
});
