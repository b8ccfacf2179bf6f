import { expect, test, vi } from "vitest";
import { CallTurns } from "./call-turns.ts";

const request = { name: "server__tool", timeoutMs: 60_000, signal: undefined };

test("so many calls are made at a time, the others in their order, and then it is idle", async () => {
  let idle = 0;
  const turns = new CallTurns(2, () => (idle += 1));
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const calls = [0, 1, 2].map((index) =>
    turns.take(request, () => {
      begun.push(index);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[0]?.();
  await calls[0];
  await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
  expect(turns.isIdle).toBe(false);
  for (const end of ends) end();
  await Promise.all(calls);
  expect({ idle, isIdle: turns.isIdle }).toEqual({ idle: 1, isIdle: true });
});

test("time in the queue counts, and a cancelled call leaves it", async () => {
  const turns = new CallTurns(1, () => {});
  let end: () => void = () => {};
  const first = turns.take(request, () => new Promise<void>((resolve) => (end = resolve)));
  const cancel = new AbortController();
  const cancelled = turns.take({ ...request, signal: cancel.signal }, () => Promise.resolve());
  await expect(turns.take({ ...request, timeoutMs: 5 }, () => Promise.resolve())).rejects.toMatchObject({
    code: "tool_timeout",
    message: "server__tool did not answer within 5 ms.",
  });
  cancel.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "cancelled", details: { tool: "server__tool" } });
  end();
  await first;
  expect(await turns.take(request, (leftMs) => Promise.resolve(leftMs))).toBeGreaterThan(59_000);
});
