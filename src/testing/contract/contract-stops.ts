import { expect, test } from "vitest";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { CellHost } from "../../engines/engine.ts";
import { type ContractBench, type RecordedCell, recordingHost, VALUE } from "./contract-bench.ts";

/** Tolerance of a stop beyond its limit. */
const GRACE_MS = 250;

/** Declares the tests of programs that do not end by themselves. */
export function describeContractStops(bench: ContractBench): void {
  const endless = ["loopsForever", "loopsAfterCall", "loopsCatchingAll", "hangs"] as const;
  test.each(endless)("a program that %s is stopped in time, and the next run works", async (which) => {
    const session = await bench.open();
    const opened = performance.now();
    const outcome = await session.run(
      bench.cell(bench.programs[which], { timeMs: 300 }),
      recordingHost({ calls: [], output: [] }),
    );
    const elapsed = performance.now() - opened;
    expect(outcome).toMatchObject({ kind: "stopped", code: "time_limit" });
    expect(elapsed).toBeGreaterThanOrEqual(290);
    expect(elapsed).toBeLessThan(300 + GRACE_MS);
    expect(session.lost).toBe(true);
    await expect(
      session.run(bench.cell(bench.programs.value), recordingHost({ calls: [], output: [] })),
    ).rejects.toMatchObject({
      code: "sandbox_lost",
    });
    await session.close();
    expect(await bench.valueOf(bench.programs.value)).toEqual(VALUE);
  });

  test("a program that needs too much memory is stopped, and the next run works", async () => {
    const { outcome } = await bench.runOnce(bench.cell(bench.programs.growsForever));
    expect(outcome).toMatchObject({ kind: "stopped", code: "memory_limit" });
    expect(await bench.valueOf(bench.programs.value)).toEqual(VALUE);
  });

  test("an abort stops a waiting program with the code of its reason", async () => {
    const controller = new AbortController();
    const recorded: RecordedCell = { calls: [], output: [] };
    const host: CellHost = {
      ...recordingHost(recorded, controller.signal),
      call: () => {
        controller.abort(new CodemodeError("call_limit", "Enough calls."));
        return new Promise(() => undefined);
      },
    };
    let elapsed = 0;
    const outcome = await bench.withSession(async (session) => {
      const start = performance.now();
      const stopped = await session.run(bench.cell(bench.programs.hangs), host);
      elapsed = performance.now() - start;
      return stopped;
    });
    expect(outcome).toMatchObject({ kind: "stopped", code: "call_limit", message: "Enough calls." });
    expect(elapsed).toBeLessThan(1000 + GRACE_MS);
    expect(await bench.valueOf(bench.programs.value)).toEqual(VALUE);
  });

  test("a cell whose signal is aborted beforehand does not run", async () => {
    const recorded: RecordedCell = { calls: [], output: [] };
    const outcome = await bench.withSession((session) =>
      session.run(bench.cell(bench.programs.prints), recordingHost(recorded, AbortSignal.abort())),
    );
    expect(outcome).toMatchObject({ kind: "stopped", code: "cancelled" });
    expect(recorded.output).toEqual([]);
  });
}
