import { expect, test } from "vitest";
import { onAbort } from "./deadline.ts";

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
