import { expect, test } from "vitest";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { CellHost } from "../../engines/engine.ts";
import { type ContractBench, type RecordedCell, recordingHost, textOf, VALUE } from "./contract-bench.ts";

/** Declares the tests of what programs give, print and fail with. */
export function describeContractValues(bench: ContractBench): void {
  test("a program's value comes back as JSON", async () => {
    expect(await bench.valueOf(bench.programs.value)).toEqual(VALUE);
  });

  test("a program without a value gives null", async () => {
    expect(await bench.valueOf(bench.programs.noValue)).toBeNull();
  });

  test("output arrives by stream, in order, and is counted", async () => {
    const { outcome, recorded } = await bench.runOnce(bench.cell(bench.programs.prints));
    expect(textOf(recorded, "stdout")).toBe("one\nthree\n");
    expect(textOf(recorded, "stderr")).toBe("two\n");
    expect(outcome.output).toEqual({ bytesKept: 14, bytesDropped: 0 });
  });

  test("an uncaught error ends the cell with its message and line", async () => {
    const { outcome } = await bench.runOnce(bench.cell(bench.programs.raises.source));
    expect(outcome).toMatchObject({ kind: "failed", fault: { code: "runtime_error", message: "broken" } });
    expect(outcome.kind === "failed" && outcome.fault.frames[0]?.line).toBe(bench.programs.raises.line);
  });

  test("a program that does not parse says where", async () => {
    const { outcome } = await bench.runOnce(bench.cell(bench.programs.syntaxError.source));
    expect(outcome).toMatchObject({ kind: "failed", fault: { code: "syntax_error" } });
    expect(outcome.kind === "failed" && outcome.fault.frames[0]?.line).toBe(bench.programs.syntaxError.line);
  });

  test("namespaces can be imported", async () => {
    expect(await bench.valueOf(bench.programs.importsTools)).toEqual({ text: "imported" });
  });

  test("a module that does not exist is an unknown tool", async () => {
    const { outcome } = await bench.runOnce(bench.cell(bench.programs.importsUnknown));
    expect(outcome).toMatchObject({ kind: "failed", fault: { code: "unknown_tool" } });
  });

  test("a value beyond its limit stops the cell and says how large it is", async () => {
    const { outcome } = await bench.runOnce(bench.cell(bench.programs.largeValue, { valueBytes: 1000 }));
    expect(outcome).toMatchObject({ kind: "stopped", code: "result_too_large" });
    expect(outcome.kind === "stopped" && outcome.message).toMatch(/500\d|1000/);
  });

  test("output beyond its limit is dropped and counted to the byte", async () => {
    const { outcome, recorded } = await bench.runOnce(bench.cell(bench.programs.floodsOutput, { logBytes: 10_000 }));
    expect(outcome.kind).toBe("finished");
    expect(outcome.output.bytesKept).toBeLessThanOrEqual(10_000);
    expect(outcome.output.bytesKept + outcome.output.bytesDropped).toBe(100_000);
    expect(Buffer.byteLength(textOf(recorded, "stdout"))).toBe(outcome.output.bytesKept);
  });

  test("output arrives before the end, also from a program that never yields", async () => {
    const controller = new AbortController();
    const recorded: RecordedCell = { calls: [], output: [] };
    const host: CellHost = {
      ...recordingHost(recorded, controller.signal),
      output: ({ stream, text }) => {
        recorded.output.push({ stream, text });
        controller.abort(new CodemodeError("cancelled", "Seen enough."));
      },
    };
    const outcome = await bench.withSession((session) => session.run(bench.cell(bench.programs.printsThenLoops), host));
    expect(textOf(recorded, "stdout")).toBe("before\n");
    expect(outcome).toMatchObject({ kind: "stopped", code: "cancelled", message: "Seen enough." });
  });
}
