import { expect, test } from "vitest";
import { CodemodeError } from "../base/codemode-error.ts";
import type { ExecutionEvent, ExecutionHooks } from "./events.ts";
import { toListeners } from "./hooks.ts";
import { RunEvents } from "./run-events.ts";

/** Arguments that count how often they are copied. */
function countedArguments(): { readonly given: object; readonly copies: () => number } {
  let copies = 0;
  const given = {
    toJSON: () => {
      copies += 1;
      return { a: 1 };
    },
  };
  return { given, copies: () => copies };
}

test("arguments are copied only where somebody hears of starts, and once for all of them", () => {
  const { given, copies } = countedArguments();
  new RunEvents("run_1", []).callStart(1, "host__add", given);
  new RunEvents("run_1", toListeners({ hooks: { onToolCallEnd: () => {} } })).callStart(1, "host__add", given);
  expect(copies()).toBe(0);
  const hooks = { onToolCallStart: (): void => {} };
  new RunEvents("run_1", toListeners({ hooks: [hooks, hooks] })).callStart(1, "host__add", given);
  expect(copies()).toBe(1);
});

test.each([
  ["a list", [1]],
  ["nothing", undefined],
  ["what JSON cannot hold", { big: 1n }],
])("%s is told as no arguments", (_what, args) => {
  const heard: ExecutionEvent[] = [];
  new RunEvents("run_1", [(event) => heard.push(event)]).callStart(1, "host__add", args);
  expect(heard).toMatchObject([{ arguments: {} }]);
});

test("what a server tells before a call or after its end is left out, and so is a second end", () => {
  const heard: string[] = [];
  const events = new RunEvents("run_1", [({ type }) => heard.push(type)]);
  const failed = new CodemodeError("tool_error", "no");
  events.callProgress(1, "host__add", { progress: 1 });
  events.callStart(1, "host__add", {});
  events.callProgress(1, "host__add", { progress: 2 });
  for (let times = 0; times < 2; times++)
    events.callEnd(1, { tool: "host__add", status: "error", durationMs: 1 }, failed);
  events.callProgress(1, "host__add", { progress: 3 });
  expect(heard).toEqual(["tool_call_start", "tool_call_progress", "tool_call_end"]);
});

test("hooks keep their object", () => {
  class Counter implements ExecutionHooks {
    count = 0;
    onOutput(): void {
      this.count += 1;
    }
  }
  const counter = new Counter();
  new RunEvents("run_1", toListeners({ hooks: counter })).output({ stream: "stdout", text: "x" });
  expect(counter.count).toBe(1);
});

test("of a very long message only the beginning is told", () => {
  const heard: ExecutionEvent[] = [];
  const events = new RunEvents("run_1", [(event) => heard.push(event)]);
  const message = "x".repeat(1_000_000);
  events.callStart(1, "host__add", {});
  events.callProgress(1, "host__add", { progress: 1, message });
  const call = { tool: "host__add", status: "error", durationMs: 1 } as const;
  events.callEnd(1, call, new CodemodeError("tool_error", message));
  const told = `${"x".repeat(10_000)}… (990000 more characters)`;
  expect(heard.slice(1)).toMatchObject([{ message: told }, { error: { message: told } }]);
});
