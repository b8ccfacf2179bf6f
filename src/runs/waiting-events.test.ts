import { expect, test } from "vitest";
import type { ExecutionEvent } from "./events.ts";
import { WaitingEvents } from "./waiting-events.ts";

const runId = "run_1";

function print(text: string, stream: "stdout" | "stderr" = "stdout"): ExecutionEvent {
  return { type: "output", runId, stream, text };
}

function callOf(callId: number, text = ""): ExecutionEvent {
  return { type: "tool_call_start", runId, callId, tool: "host__add", arguments: { text } };
}

function progressOf(callId: number, progress: number): ExecutionEvent {
  return { type: "tool_call_progress", runId, callId, tool: "host__add", progress };
}

async function takeAll(waiting: WaitingEvents): Promise<ExecutionEvent[]> {
  waiting.fail("end");
  const events: ExecutionEvent[] = [];
  try {
    for (;;) {
      const event = await waiting.take();
      if (event !== undefined) events.push(event);
    }
  } catch {
    return events;
  }
}

test("output that waits is joined, and stays between what came before and after it", async () => {
  const waiting = new WaitingEvents();
  for (const event of [print("a"), print("b"), print("c", "stderr"), callOf(1), print("d", "stderr"), print("e")]) {
    waiting.add(event);
  }
  expect(await takeAll(waiting)).toEqual([
    print("ab"),
    print("c", "stderr"),
    callOf(1),
    print("d", "stderr"),
    print("e"),
  ]);
});

test("output is not joined to what was read already", async () => {
  const waiting = new WaitingEvents();
  waiting.add(print("a"));
  expect(await waiting.take()).toEqual(print("a"));
  waiting.add(print("b"));
  expect(await waiting.take()).toEqual(print("b"));
});

test("of the progress of each call only the newest waits", async () => {
  const waiting = new WaitingEvents();
  for (let done = 1; done <= 1_000; done++) for (const callId of [1, 2]) waiting.add(progressOf(callId, done));
  expect(await takeAll(waiting)).toEqual([progressOf(1, 1_000), progressOf(2, 1_000)]);
});

test("calls wait without their arguments once very many wait already, and with them when those were read", async () => {
  const waiting = new WaitingEvents();
  const text = "x".repeat(1024 * 1024);
  for (let callId = 1; callId <= 20; callId++) waiting.add(callOf(callId, text));
  const first = await waiting.take();
  waiting.add(callOf(21, text));
  const events = [first, ...(await takeAll(waiting))];
  const kept = events.flatMap((event) =>
    event?.type === "tool_call_start" && "text" in event.arguments ? [event.callId] : [],
  );
  expect(events).toHaveLength(21);
  expect(kept).toEqual([...Array.from({ length: 15 }, (_, index) => index + 1), 21]);
});

test("a reader that waits is given what comes, and told when it has failed", async () => {
  const waiting = new WaitingEvents();
  const next = waiting.take();
  waiting.add(callOf(1));
  expect(await next).toEqual(callOf(1));
  const last = waiting.take();
  waiting.fail(new Error("broken"));
  await expect(last).rejects.toThrow("broken");
});
