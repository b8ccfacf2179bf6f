/** Has a thousand programs wait for an approval, and prints what the process holds for each of them as JSON. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCodemode, defineTool } from "codemode";
import type { Measurement } from "./report.ts";

const RUNS = 1_000;
const AT_ONCE = 16;

const stateDir = mkdtempSync(join(tmpdir(), "codemode-bench-"));
const send = defineTool({ name: "send", description: "Sends.", inputSchema: { type: "object" }, execute: () => 1 });
const codemode = createCodemode({ tools: { host: [send] }, policy: { preset: "ask-writes" }, stateDir });
const { executor } = codemode;

/** Runs so many programs, one after the other. */
const run = async (count: number, code: (index: number) => string): Promise<void> => {
  const next = [...Array.from({ length: count }).keys()].values();
  // Each is quiet for a moment before it is parked, so many wait for that at once.
  const lane = async (): Promise<void> => {
    for (const index of next) await executor.execute(code(index), { typeCheck: false });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
};
const held = (): { readonly heap: number; readonly resident: number } => {
  for (let round = 0; round < 4; round += 1) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
};

const waiting = (index: number): string => `await host.send({ index: ${index} })`;
await run(200, waiting);
const before = held();
await run(RUNS, waiting);
const after = held();
const { total } = await executor.runs.list({ status: "suspended" });
assert.equal(total, RUNS + 200);
const perRun = (bytes: number): number => Math.max(0, bytes) / RUNS / 1024;
const row = (name: string, kilobytes: number, promise?: number): Measurement => ({
  name,
  median: kilobytes,
  p95: kilobytes,
  least: kilobytes,
  samples: RUNS,
  unit: "KB",
  ...(promise === undefined ? {} : { promise }),
});
// What is compiled meanwhile counts too; the sandbox of a run that is not parked takes megabytes.
console.log(
  JSON.stringify([
    row("heap for one parked run", perRun(after.heap - before.heap), 4),
    row("resident memory for one parked run", perRun(after.resident - before.resident)),
  ]),
);
await codemode.close();
rmSync(stateDir, { recursive: true, force: true });
