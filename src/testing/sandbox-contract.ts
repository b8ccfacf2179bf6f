/* oxlint-disable max-lines -- one suite, so that every engine passes the whole of it */
import { defined } from "../base/defined.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CodemodeError } from "../base/codemode-error.ts";
import type {
  Cell,
  CellHost,
  CellLimits,
  CellOutcome,
  HostCall,
  HostReply,
  NamespaceTable,
  Repeatable,
  SandboxEngine,
  SandboxSession,
} from "../engines/engine.ts";
import { WAIT } from "../engines/engine.ts";

/** A program whose error is at a known line. */
export interface FailingProgram {
  readonly source: string;
  readonly line: number;
}

/** The same small programs in each language. The host functions are the namespace `tools`: echo, add, fail, hang. */
export interface ContractPrograms {
  /** Gives `{"answer": 42, "list": [1, "two", null, true]}`. */
  readonly value: string;
  /** Gives no value. */
  readonly noValue: string;
  /** Writes "one\n" to stdout, "two\n" to stderr, "three\n" to stdout. */
  readonly prints: string;
  /** Sets the session global `counter` to 41. */
  readonly setsCounter: string;
  /** Gives `counter + 1`. */
  readonly readsCounter: string;
  /** Returns true when there is no `counter`, or it has no value. */
  readonly lacksCounter: string;
  /** Calls echo with `{"text": "hä\n\"quoted\" 😀"}` and returns the reply. */
  readonly callsEcho: string;
  /** Adds 0..19 by 20 calls of add `{a, b}`, one after the other, and returns the sum. */
  readonly callsInSequence: string;
  /** Calls add `{a: i, b: 1}` for i = 0..19, all at once, and returns the list of replies in order. */
  readonly callsInParallel: string;
  /** Calls fail, catches the error and returns `{"code", "message", "tool"}` of it. */
  readonly catchesCallError: string;
  /** Calls fail and does not catch the error. */
  readonly callErrorUncaught: FailingProgram;
  /** Raises an error with the message "broken". */
  readonly raises: FailingProgram;
  readonly syntaxError: FailingProgram;
  /**
   * Imports echo from `generated.servers.tools` in the language's own way, calls it with `{"text": "imported"}`,
   * returns the reply.
   */
  readonly importsTools: string;
  /** Imports a module that does not exist. */
  readonly importsUnknown: string;
  readonly loopsForever: string;
  /** Loops forever after an awaited call of echo. */
  readonly loopsAfterCall: string;
  /** Loops forever, catching whatever can be caught, in a loop. */
  readonly loopsCatchingAll: string;
  /** Awaits a call of hang, which is never answered. */
  readonly hangs: string;
  /** Calls hang without waiting for it, then fails. */
  readonly leavesCallBehind: string;
  /** Holds on to ever more memory. */
  readonly growsForever: string;
  /** Gives a text of 5000 characters. */
  readonly largeValue: string;
  /** Writes 1000 lines of 99 characters to stdout. */
  readonly floodsOutput: string;
  /** Writes "before\n", then loops forever. */
  readonly printsThenLoops: string;
  /**
   * Prints times and random values, and how calls of add end that race with one another and with timers of 20 to 60 ms;
   * gives a list of such things.
   */
  readonly seesTimeAndChance: string;
}

/** Access of the suite to an engine: starting and harming it. */
export interface ContractEngine {
  readonly create: () => SandboxEngine;
  /** Kills whatever runs the engine's sandboxes, from outside. */
  readonly kill: (engine: SandboxEngine) => void | Promise<void>;
  /** Memory limit for a session, within which every program but `growsForever` runs. */
  readonly memoryBytes: number;
}

const TABLE: NamespaceTable = {
  version: "contract-1",
  namespaces: [
    {
      name: "tools",
      functions: [
        ["echo", "tools__echo"],
        ["add", "tools__add"],
        ["fail", "tools__fail"],
        ["hang", "tools__hang"],
      ],
    },
  ],
};

const LIMITS: CellLimits = { timeMs: 20_000, logBytes: 64 * 1024, valueBytes: 64 * 1024, argumentBytes: 64 * 1024 };
/** Tolerance of a stop beyond its limit. */
const GRACE_MS = 250;

interface RecordedCell {
  readonly calls: HostCall[];
  readonly output: { stream: string; text: string }[];
}

async function answer(call: HostCall): Promise<HostReply> {
  switch (call.target) {
    case "tools__echo":
      return { ok: true, valueJson: call.argumentsJson };
    case "tools__add": {
      const { a, b }: { a: number; b: number } = JSON.parse(call.argumentsJson);
      return { ok: true, valueJson: JSON.stringify(a + b) };
    }
    case "tools__hang":
      return new Promise(() => undefined);
    default:
      return {
        ok: false,
        error: { code: "tool_error", message: "disk full", tool: "tools__fail", hint: "Free some space." },
      };
  }
}

function recordingHost(recorded: RecordedCell, signal?: AbortSignal): CellHost {
  return {
    call(call) {
      recorded.calls.push(call);
      return answer(call);
    },
    output: ({ stream, text }) => void recorded.output.push({ stream, text }),
    ...defined({ signal }),
  };
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

function textOf(recorded: RecordedCell, stream: string): string {
  return recorded.output
    .filter((chunk) => chunk.stream === stream)
    .map((chunk) => chunk.text)
    .join("");
}

/**
 * Declares the tests every sandbox engine passes, whatever its language.
 *
 * Call it at the top level of a vitest file. The suite starts one engine with `setup.create` and closes it at the end.
 */
export function describeSandboxContract(name: string, setup: ContractEngine, programs: ContractPrograms): void {
  describe(`the sandbox contract: ${name}`, () => {
    let engine: SandboxEngine;
    beforeAll(async () => {
      engine = setup.create();
      await engine.warm();
    });
    afterAll(() => engine.close());

    const cell = (source: string, limits: Partial<CellLimits> = {}, globals: readonly string[] = []): Cell => ({
      source,
      filename: "cell",
      globals,
      namespaces: TABLE,
      limits: { ...LIMITS, ...limits },
    });

    async function withSession<result>(use: (session: SandboxSession) => Promise<result>): Promise<result> {
      const session = await engine.open({ memoryBytes: setup.memoryBytes });
      try {
        return await use(session);
      } finally {
        await session.close();
      }
    }

    async function runOnce(
      program: Cell,
      signal?: AbortSignal,
    ): Promise<{ outcome: CellOutcome; recorded: RecordedCell }> {
      const recorded: RecordedCell = { calls: [], output: [] };
      const outcome = await withSession((session) => session.run(program, recordingHost(recorded, signal)));
      return { outcome, recorded };
    }

    async function valueOf(source: string): Promise<unknown> {
      const { outcome } = await runOnce(cell(source));
      if (outcome.kind !== "finished") throw new Error(JSON.stringify(outcome));
      return JSON.parse(outcome.valueJson) as unknown;
    }

    async function expectNextRunWorks(): Promise<void> {
      expect(await valueOf(programs.value)).toEqual({ answer: 42, list: [1, "two", null, true] });
    }

    test("a program's value comes back as JSON", async () => {
      expect(await valueOf(programs.value)).toEqual({ answer: 42, list: [1, "two", null, true] });
    });

    test("a program without a value gives null", async () => {
      expect(await valueOf(programs.noValue)).toBeNull();
    });

    test("output arrives by stream, in order, and is counted", async () => {
      const { outcome, recorded } = await runOnce(cell(programs.prints));
      expect(textOf(recorded, "stdout")).toBe("one\nthree\n");
      expect(textOf(recorded, "stderr")).toBe("two\n");
      expect(outcome.output).toEqual({ bytesKept: 14, bytesDropped: 0 });
    });

    test("a session keeps globals between cells", async () => {
      const outcome = await withSession(async (session) => {
        const host = recordingHost({ calls: [], output: [] });
        await session.run(cell(programs.setsCounter, {}, ["counter"]), host);
        return session.run(cell(programs.readsCounter), host);
      });
      expect(outcome).toMatchObject({ kind: "finished", valueJson: "42" });
    });

    test("sessions see nothing of each other, at the same time or one after the other", async () => {
      const host = recordingHost({ calls: [], output: [] });
      await withSession(async (first) => {
        await first.run(cell(programs.setsCounter, {}, ["counter"]), host);
        const beside = await withSession((second) => second.run(cell(programs.lacksCounter), host));
        expect(beside).toMatchObject({ kind: "finished", valueJson: "true" });
      });
      for (let round = 0; round < 2; round += 1) expect(await valueOf(programs.lacksCounter)).toBe(true);
    });

    test("a failed cell leaves the session usable", async () => {
      const outcome = await withSession(async (session) => {
        const host = recordingHost({ calls: [], output: [] });
        await session.run(cell(programs.setsCounter, {}, ["counter"]), host);
        expect(await session.run(cell(programs.raises.source), host)).toMatchObject({ kind: "failed" });
        expect(session.lost).toBe(false);
        return session.run(cell(programs.readsCounter), host);
      });
      expect(outcome).toMatchObject({ kind: "finished", valueJson: "42" });
    });

    test("a call reaches the host with its target and arguments, and its reply comes back unchanged", async () => {
      const { outcome, recorded } = await runOnce(cell(programs.callsEcho));
      const text = 'hä\n"quoted" 😀';
      expect(recorded.calls.map((call) => call.target)).toEqual(["tools__echo"]);
      expect(JSON.parse(recorded.calls[0]?.argumentsJson ?? "")).toEqual({ text });
      expect(outcome.kind === "finished" && JSON.parse(outcome.valueJson)).toEqual({ text });
    });

    test("calls one after the other each get their own reply", async () => {
      const { outcome, recorded } = await runOnce(cell(programs.callsInSequence));
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
      const outcome = await withSession((session) => session.run(cell(programs.callsInParallel), host));
      expect(outcome.kind === "finished" && JSON.parse(outcome.valueJson)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    });

    test("a failed call raises an error with its code, message and tool, which the program can catch", async () => {
      expect(await valueOf(programs.catchesCallError)).toEqual({
        code: "tool_error",
        message: "disk full",
        tool: "tools__fail",
      });
    });

    test("an uncaught call error ends the cell with its code, at the line of the call", async () => {
      const { outcome } = await runOnce(cell(programs.callErrorUncaught.source));
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
      expect(outcome.kind === "failed" && outcome.fault.frames[0]?.line).toBe(programs.callErrorUncaught.line);
    });

    test("an uncaught error ends the cell with its message and line", async () => {
      const { outcome } = await runOnce(cell(programs.raises.source));
      expect(outcome).toMatchObject({ kind: "failed", fault: { code: "runtime_error", message: "broken" } });
      expect(outcome.kind === "failed" && outcome.fault.frames[0]?.line).toBe(programs.raises.line);
    });

    test("a program that does not parse says where", async () => {
      const { outcome } = await runOnce(cell(programs.syntaxError.source));
      expect(outcome).toMatchObject({ kind: "failed", fault: { code: "syntax_error" } });
      expect(outcome.kind === "failed" && outcome.fault.frames[0]?.line).toBe(programs.syntaxError.line);
    });

    test("namespaces can be imported", async () => {
      expect(await valueOf(programs.importsTools)).toEqual({ text: "imported" });
    });

    test("a module that does not exist is an unknown tool", async () => {
      const { outcome } = await runOnce(cell(programs.importsUnknown));
      expect(outcome).toMatchObject({ kind: "failed", fault: { code: "unknown_tool" } });
    });

    const endless = ["loopsForever", "loopsAfterCall", "loopsCatchingAll", "hangs"] as const;
    test.each(endless)("a program that %s is stopped in time, and the next run works", async (which) => {
      const session = await engine.open({ memoryBytes: setup.memoryBytes });
      const opened = performance.now();
      const outcome = await session.run(
        cell(programs[which], { timeMs: 300 }),
        recordingHost({ calls: [], output: [] }),
      );
      const elapsed = performance.now() - opened;
      expect(outcome).toMatchObject({ kind: "stopped", code: "time_limit" });
      expect(elapsed).toBeGreaterThanOrEqual(290);
      expect(elapsed).toBeLessThan(300 + GRACE_MS);
      expect(session.lost).toBe(true);
      await expect(session.run(cell(programs.value), recordingHost({ calls: [], output: [] }))).rejects.toMatchObject({
        code: "sandbox_lost",
      });
      await session.close();
      await expectNextRunWorks();
    });

    test("a program that needs too much memory is stopped, and the next run works", async () => {
      const { outcome } = await runOnce(cell(programs.growsForever));
      expect(outcome).toMatchObject({ kind: "stopped", code: "memory_limit" });
      await expectNextRunWorks();
    });

    test("a value beyond its limit stops the cell and says how large it is", async () => {
      const { outcome } = await runOnce(cell(programs.largeValue, { valueBytes: 1000 }));
      expect(outcome).toMatchObject({ kind: "stopped", code: "result_too_large" });
      expect(outcome.kind === "stopped" && outcome.message).toMatch(/500\d|1000/);
    });

    test("output beyond its limit is dropped and counted to the byte", async () => {
      const { outcome, recorded } = await runOnce(cell(programs.floodsOutput, { logBytes: 10_000 }));
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
      const outcome = await withSession((session) => session.run(cell(programs.printsThenLoops), host));
      expect(textOf(recorded, "stdout")).toBe("before\n");
      expect(outcome).toMatchObject({ kind: "stopped", code: "cancelled", message: "Seen enough." });
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
      const outcome = await withSession(async (session) => {
        const start = performance.now();
        const stopped = await session.run(cell(programs.hangs), host);
        elapsed = performance.now() - start;
        return stopped;
      });
      expect(outcome).toMatchObject({ kind: "stopped", code: "call_limit", message: "Enough calls." });
      expect(elapsed).toBeLessThan(1000 + GRACE_MS);
      await expectNextRunWorks();
    });

    test("a cell whose signal is aborted beforehand does not run", async () => {
      const recorded: RecordedCell = { calls: [], output: [] };
      const outcome = await withSession((session) =>
        session.run(cell(programs.prints), recordingHost(recorded, AbortSignal.abort())),
      );
      expect(outcome).toMatchObject({ kind: "stopped", code: "cancelled" });
      expect(recorded.output).toEqual([]);
    });

    test("closing the session ends its running cell as cancelled", async () => {
      const session = await engine.open({ memoryBytes: setup.memoryBytes });
      const reached = new Promise<void>((resolve) => {
        const host: CellHost = {
          call: () => {
            resolve();
            return new Promise(() => undefined);
          },
          output: () => undefined,
        };
        running = session.run(cell(programs.hangs), host);
      });
      await reached;
      await session.close();
      expect(await running).toMatchObject({ kind: "stopped", code: "cancelled" });
    });
    let running: Promise<CellOutcome>;

    test("a second cell at the same time is refused as busy", async () => {
      const session = await engine.open({ memoryBytes: setup.memoryBytes });
      const first = session.run(cell(programs.hangs), recordingHost({ calls: [], output: [] }));
      await expect(session.run(cell(programs.value), recordingHost({ calls: [], output: [] }))).rejects.toMatchObject({
        code: "busy",
      });
      await session.close();
      await first;
    });

    test("a reply that comes after the end of its cell harms nothing", async () => {
      const late = new Promise<HostReply>((resolve) => {
        answerLate = () => resolve({ ok: true, valueJson: "1" });
      });
      const outcome = await withSession(async (session) => {
        const host: CellHost = { call: () => late, output: () => undefined };
        await session.run(cell(programs.leavesCallBehind), host);
        answerLate();
        await late;
        return session.run(cell(programs.value), recordingHost({ calls: [], output: [] }));
      });
      expect(outcome).toMatchObject({ kind: "finished" });
    });
    let answerLate: () => void;

    test("a sandbox that is killed from outside is reported lost, and the next run works", async () => {
      const session = await engine.open({ memoryBytes: setup.memoryBytes });
      const host: CellHost = {
        call: async () => {
          await setup.kill(engine);
          return new Promise(() => undefined);
        },
        output: () => undefined,
      };
      const outcome = await session.run(cell(programs.hangs), host);
      expect(outcome).toMatchObject({ kind: "stopped", code: "sandbox_lost" });
      expect(session.lost).toBe(true);
      await session.close();
      await expectNextRunWorks();
    });

    test("a repeatable program does the same again when it receives the same again, whenever that comes", async () => {
      const start = { wallMs: Date.now(), runningMs: Date.now() - 1_000 };
      const repeatable: Repeatable = { seed: [11, 22, 33, 44], start, timeMs: 20_000 };
      const program: Cell = { ...cell(programs.seesTimeAndChance), isAlone: true, repeatable };
      const turns: RecordedTurns = { calls: [], replies: [] };
      const first: RecordedCell = { calls: [], output: [] };
      const outcome = await withSession((session) => session.run(program, unsteadyHost(turns, first)));
      expect(outcome).toMatchObject({ kind: "finished" });
      expect(turns.calls.length).toBeGreaterThan(20);
      const { calls, replies } = turns;
      for (let round = 0; round < 2; round += 1) {
        const again: RecordedCell = { calls: [], output: [] };
        const repeated = await withSession((session) => session.run(program, repeatingHost(turns, again.calls, again)));
        expect(again.calls).toEqual(calls);
        expect(repeated).toEqual(outcome);
        expect(textOf(again, "stdout")).toBe(textOf(first, "stdout"));
      }
      expect(replies.length).toBeGreaterThan(20);
    });

    test("many programs at once each get their own answer", async () => {
      const values = await Promise.all(Array.from({ length: 8 }, () => valueOf(programs.callsInSequence)));
      expect(values).toEqual(Array.from({ length: 8 }, () => 190));
    });
  });
}
