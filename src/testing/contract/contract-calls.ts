import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { LargeText } from "../../base/steps/large-text.ts";
import {
  type Cell,
  type CellHost,
  type CellOutcome,
  type HostCall,
  type HostReply,
  type Repeatable,
  WAIT,
} from "../../engines/engine.ts";
import { answer, type ContractBench, type RecordedCell, recordingHost, textOf } from "./contract-bench.ts";

/** Declares the tests of calls of the host. */
export function describeContractCalls(bench: ContractBench): void {
  test("a call reaches the host with its target and arguments, and its reply comes back unchanged", async () => {
    const { outcome, recorded } = await bench.runOnce(bench.cell(bench.programs.callsEcho));
    const text = 'hä\n"quoted" 😀';
    expect(recorded.calls.map((call) => call.target)).toEqual(["tools__echo"]);
    expect(JSON.parse(recorded.calls[0]?.argumentsJson ?? "")).toEqual({ text });
    expect(outcome.kind === "finished" && JSON.parse(outcome.valueJson)).toEqual({ text });
  });

  test.each([
    ["a value", '{"text":"hä\\n\\"quoted\\" 😀"}'],
    ["integers beyond 2^53", '{"text":"é","n":[12345678901234567890,1]}'],
    ["digits in a text", '{"text":"12345678901234567890 €"}'],
    ["a text alone", JSON.stringify('hä\n\t"quoted" \\u0041 \\\\ 😀 \b\f\r/')],
    ["a text alone with sequences where letters would do", '"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\/"'],
    ["a text alone with half a character", '"a\\ud83d b\\ude00"'],
    ["a text alone with a null character", '"a\\u0000b"'],
    ["a text alone with the name of a null character", '"a\\\\u0000b"'],
    ["an empty text", '""'],
  ])("a reply that is kept as bytes comes back like any other: %s", async (_title, json) => {
    const bytes = Buffer.from(json);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));
    const host = (valueJson: string | LargeText): CellHost => ({
      ...recordingHost({ calls: [], output: [] }),
      call: () => Promise.resolve({ ok: true, valueJson }),
    });
    const cell = bench.cell(bench.programs.callsEcho);
    const outcome = (valueJson: string | LargeText): Promise<CellOutcome> =>
      bench.withSession((session) => session.run(cell, host(valueJson)));
    const whole = await outcome(json);
    expect(whole.kind).toBe("finished");
    expect(await outcome(new LargeText(pieces, json.length))).toEqual(whole);
  });

  test("calls one after the other each get their own reply", async () => {
    const { outcome, recorded } = await bench.runOnce(bench.cell(bench.programs.callsInSequence));
    expect(outcome).toMatchObject({ kind: "finished", valueJson: "190" });
    expect(recorded.calls).toHaveLength(20);
  });

  test("calls made at once all reach the host before any is answered, and each gets its own reply", async () => {
    const recorded: RecordedCell = { calls: [], output: [] };
    let release: () => void;
    const allCalled = new Promise<void>((resolve) => {
      release = resolve;
    });
    const host: CellHost = {
      ...recordingHost(recorded),
      async call(call) {
        recorded.calls.push(call);
        if (recorded.calls.length === 20) release();
        await allCalled;
        return answer(call);
      },
    };
    const outcome = await bench.withSession((session) => session.run(bench.cell(bench.programs.callsInParallel), host));
    expect(outcome.kind === "finished" && JSON.parse(outcome.valueJson)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test("a failed call raises an error with its code, message and tool, which the program can catch", async () => {
    expect(await bench.valueOf(bench.programs.catchesCallError)).toEqual({
      code: "tool_error",
      message: "disk full",
      tool: "tools__fail",
    });
  });

  test("an uncaught call error ends the cell with its code, at the line of the call", async () => {
    const { outcome } = await bench.runOnce(bench.cell(bench.programs.callErrorUncaught.source));
    expect(outcome).toMatchObject({
      kind: "failed",
      fault: {
        name: "ToolError",
        code: "tool_error",
        message: "disk full",
        tool: "tools__fail",
        hint: "Free some space.",
      },
    });
    expect(outcome.kind === "failed" && outcome.fault.frames[0]?.line).toBe(bench.programs.callErrorUncaught.line);
  });

  test("a reply that comes after the end of its cell harms nothing", async () => {
    const late = new Promise<HostReply>((resolve) => {
      answerLate = () => resolve({ ok: true, valueJson: "1" });
    });
    const outcome = await bench.withSession(async (session) => {
      const host: CellHost = { call: () => late, output: () => undefined };
      await session.run(bench.cell(bench.programs.leavesCallBehind), host);
      answerLate();
      await late;
      return session.run(bench.cell(bench.programs.value), recordingHost({ calls: [], output: [] }));
    });
    expect(outcome).toMatchObject({ kind: "finished" });
  });
  let answerLate: () => void;

  test("a repeatable program does the same again when it receives the same again, whenever that comes", async () => {
    const start = { wallMs: Date.now(), runningMs: Date.now() - 1_000 };
    const repeatable: Repeatable = { seed: [11, 22, 33, 44], start, timeMs: 20_000 };
    const program: Cell = { ...bench.cell(bench.programs.seesTimeAndChance), isAlone: true, repeatable };
    const turns: RecordedTurns = { calls: [], replies: [] };
    const first: RecordedCell = { calls: [], output: [] };
    const outcome = await bench.withSession((session) => session.run(program, unsteadyHost(turns, first)));
    expect(outcome).toMatchObject({ kind: "finished" });
    expect(turns.calls.length).toBeGreaterThan(20);
    const { calls, replies } = turns;
    for (let round = 0; round < 2; round += 1) {
      const again: RecordedCell = { calls: [], output: [] };
      const repeated = await bench.withSession((session) =>
        session.run(program, repeatingHost(turns, again.calls, again)),
      );
      expect(again.calls).toEqual(calls);
      expect(repeated).toEqual(outcome);
      expect(textOf(again, "stdout")).toBe(textOf(first, "stdout"));
    }
    expect(replies.length).toBeGreaterThan(20);
  });
}

/** What a repeatable cell asked for and received, in order. */
interface RecordedTurns {
  readonly calls: HostCall[];
  readonly replies: { readonly call: number; readonly reply: HostReply }[];
}

/** Answers at random times, and notes the order. */
function unsteadyHost(turns: RecordedTurns, recorded: RecordedCell): CellHost {
  return {
    output: ({ stream, text }) => void recorded.output.push({ stream, text }),
    async call(call) {
      const number = turns.calls.push(call);
      const isWait = call.target === WAIT;
      const until = isWait ? Number(call.argumentsJson) : 0;
      await sleep(isWait ? Math.max(0, until - Date.now()) : Math.random() * 40);
      const nowMs = Math.max(until, Date.now());
      const turn = { number: turns.replies.length + 1, wallMs: nowMs + 1_000, runningMs: nowMs };
      const reply = isWait ? { ok: true as const, valueJson: "null", turn } : { ...(await answer(call)), turn };
      turns.replies.push({ call: number, reply });
      return reply;
    },
  };
}

/** Gives the same replies again, sooner and in another order. */
function repeatingHost({ replies }: RecordedTurns, calls: HostCall[], recorded: RecordedCell): CellHost {
  return {
    output: ({ stream, text }) => void recorded.output.push({ stream, text }),
    async call(call) {
      const number = calls.push(call);
      await sleep(Math.random() * 3);
      return replies.find((each) => each.call === number)?.reply ?? new Promise(() => undefined);
    },
  };
}
