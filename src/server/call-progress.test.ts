import { getEventListeners } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { CALLER_GONE } from "../runs/run-clock.ts";
import { createCallProgress, untilEnding } from "./call-progress.ts";

interface Report {
  readonly progress: number;
  readonly message: string;
}

afterEach(() => vi.useRealTimers());

function watch() {
  vi.useFakeTimers();
  const reports: Report[] = [];
  const notify: Parameters<typeof createCallProgress>[0]["notify"] = async ({ params = {} }) => {
    reports.push({ progress: Number(params["progress"]), message: String(params["message"]) });
  };
  // oxlint-disable-next-line no-underscore-dangle -- the protocol's own name
  const progress = createCallProgress({ _meta: { progressToken: "t" }, notify });
  if (progress === undefined) throw new Error("no progress");
  return { reports, progress };
}

test("a run in which nothing happens is reported every 15 s at the latest, with growing numbers", async () => {
  const { reports, progress } = watch();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reports.length).toBeGreaterThanOrEqual(4);
  expect(reports.map(({ progress: value }) => value)).toEqual(
    [...new Set(reports.map(({ progress: value }) => value))].sort((a, b) => a - b),
  );
  expect(reports.at(-1)?.progress).toBeLessThan(0.01);
  expect(reports[0]?.message).toMatch(/^running for \d+ s$/);
  await progress.end();
  await vi.advanceTimersByTimeAsync(60_000);
  const { length } = reports;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reports).toHaveLength(length);
});

test("a report of the run itself delays the sign of life and keeps its own number", async () => {
  const { reports, progress } = watch();
  await vi.advanceTimersByTimeAsync(9_000);
  progress.hear({ type: "tool_call_end", runId: "r", callId: 1, tool: "a__b", status: "ok", durationMs: 1 });
  await vi.advanceTimersByTimeAsync(9_000);
  expect(reports.map(({ progress: value }) => value)).toEqual([1]);
  await progress.end();
});

/** A request of a client, which it may take back. */
function requested(): { readonly context: Parameters<typeof untilEnding>[0]; readonly takeBack: AbortController } {
  const takeBack = new AbortController();
  const mcpReq = { signal: takeBack.signal, envelope: undefined };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of the context is read
  return { context: { mcpReq } as unknown as Parameters<typeof untilEnding>[0], takeBack };
}

test("requests that were answered leave nothing behind at a connection that goes on", async () => {
  const connection = new AbortController();
  const endings: AbortSignal[] = [];
  for (let count = 0; count < 30; count += 1) {
    const answer = async (ending: AbortSignal): Promise<number> => {
      endings.push(ending);
      if (count % 3 === 0) throw new Error("failed");
      return count;
    };
    await untilEnding(requested().context, connection.signal, answer).catch(() => {});
  }
  expect(getEventListeners(connection.signal, "abort").length).toBeLessThanOrEqual(1);
  connection.abort();
  expect(endings.filter(({ aborted }) => aborted)).toEqual([]);
});

test.each([
  ["the connection ends", (connection: AbortController) => connection.abort("over"), CALLER_GONE],
  ["the client takes it back", (_: AbortController, takeBack: AbortController) => takeBack.abort("no more"), "no more"],
])("a request that is being answered ends when %s", async (_, end, reason) => {
  const [connection, { context, takeBack }] = [new AbortController(), requested()];
  const answered = untilEnding(context, connection.signal, async (ending) => {
    const ended = new Promise((resolve) => ending.addEventListener("abort", () => resolve(ending.reason)));
    end(connection, takeBack);
    return ended;
  });
  expect(await answered).toBe(reason);
});

test("a request that comes after the end of its connection ends at once", async () => {
  const connection = new AbortController();
  connection.abort();
  const { context } = requested();
  expect(await untilEnding(context, connection.signal, async ({ aborted }) => aborted)).toBe(true);
});
