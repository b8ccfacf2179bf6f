import { afterEach, expect, test, vi } from "vitest";
import { createCallProgress } from "./call-progress.ts";

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
