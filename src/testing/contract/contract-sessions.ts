import { expect, test } from "vitest";
import type { CellHost, CellOutcome } from "../../engines/engine.ts";
import { type ContractBench, recordingHost, VALUE } from "./contract-bench.ts";

/** Declares the tests of the sandboxes of an engine: what they keep, and how they end. */
export function describeContractSessions(bench: ContractBench): void {
  test("a session keeps globals between cells", async () => {
    const outcome = await bench.withSession(async (session) => {
      const host = recordingHost({ calls: [], output: [] });
      await session.run(bench.cell(bench.programs.setsCounter, {}, ["counter"]), host);
      return session.run(bench.cell(bench.programs.readsCounter), host);
    });
    expect(outcome).toMatchObject({ kind: "finished", valueJson: "42" });
  });

  test("sessions see nothing of each other, at the same time or one after the other", async () => {
    const host = recordingHost({ calls: [], output: [] });
    await bench.withSession(async (first) => {
      await first.run(bench.cell(bench.programs.setsCounter, {}, ["counter"]), host);
      const beside = await bench.withSession((second) => second.run(bench.cell(bench.programs.lacksCounter), host));
      expect(beside).toMatchObject({ kind: "finished", valueJson: "true" });
    });
    for (let round = 0; round < 2; round += 1) expect(await bench.valueOf(bench.programs.lacksCounter)).toBe(true);
  });

  test("a failed cell leaves the session usable", async () => {
    const outcome = await bench.withSession(async (session) => {
      const host = recordingHost({ calls: [], output: [] });
      await session.run(bench.cell(bench.programs.setsCounter, {}, ["counter"]), host);
      expect(await session.run(bench.cell(bench.programs.raises.source), host)).toMatchObject({ kind: "failed" });
      expect(session.lost).toBe(false);
      return session.run(bench.cell(bench.programs.readsCounter), host);
    });
    expect(outcome).toMatchObject({ kind: "finished", valueJson: "42" });
  });

  test("closing the session ends its running cell as cancelled", async () => {
    const session = await bench.open();
    const reached = new Promise<void>((resolve) => {
      const host: CellHost = {
        call: () => {
          resolve();
          return new Promise(() => undefined);
        },
        output: () => undefined,
      };
      running = session.run(bench.cell(bench.programs.hangs), host);
    });
    await reached;
    await session.close();
    expect(await running).toMatchObject({ kind: "stopped", code: "cancelled" });
  });
  let running: Promise<CellOutcome>;

  test("a second cell at the same time is refused as busy", async () => {
    const session = await bench.open();
    const first = session.run(bench.cell(bench.programs.hangs), recordingHost({ calls: [], output: [] }));
    await expect(
      session.run(bench.cell(bench.programs.value), recordingHost({ calls: [], output: [] })),
    ).rejects.toMatchObject({
      code: "busy",
    });
    await session.close();
    await first;
  });

  test("a sandbox that is killed from outside is reported lost, and the next run works", async () => {
    const session = await bench.open();
    const host: CellHost = {
      call: async () => {
        await bench.kill();
        return new Promise(() => undefined);
      },
      output: () => undefined,
    };
    const outcome = await session.run(bench.cell(bench.programs.hangs), host);
    expect(outcome).toMatchObject({ kind: "stopped", code: "sandbox_lost" });
    expect(session.lost).toBe(true);
    await session.close();
    expect(await bench.valueOf(bench.programs.value)).toEqual(VALUE);
  });

  test("many programs at once each get their own answer", async () => {
    const values = await Promise.all(Array.from({ length: 8 }, () => bench.valueOf(bench.programs.callsInSequence)));
    expect(values).toEqual(Array.from({ length: 8 }, () => 190));
  });
}
