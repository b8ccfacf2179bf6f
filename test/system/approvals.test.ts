import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CodemodeError } from "../../src/base/codemode-error.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import type { ExecutionEvent } from "../../src/runs/events.ts";
import type { CallDecision, PendingDecision } from "../../src/runs/result.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

let registry: ToolRegistry;
let executor: CodeModeExecutor;
/** Arguments that really reached the tool. */
let upstream: unknown[] = [];
let questions: (readonly PendingDecision[])[] = [];
let answer: (
  calls: readonly PendingDecision[],
) => readonly CallDecision[] | Promise<readonly CallDecision[]> = () => [];

beforeAll(async () => {
  registry = new ToolRegistry();
  const inputSchema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] } as const;
  registry.addTools("disk", [
    defineTool({
      name: "write",
      description: "Writes.",
      inputSchema,
      execute: ({ n }) => {
        upstream.push(n);
        return `wrote ${String(n)}`;
      },
    }),
    defineTool({
      name: "read",
      description: "Reads.",
      inputSchema,
      annotations: { readOnlyHint: true },
      execute: ({ n }) => `read ${String(n)}`,
    }),
  ]);
  executor = new CodeModeExecutor(registry, {
    policy: { preset: "ask-writes" },
    onApproval: async ({ calls }) => {
      questions.push(calls);
      return answer(calls);
    },
  });
  // The very first Python of a version makes an image.
  await executor.execute("1", { language: "python", timeoutMs: 100_000 });
}, 120_000);

afterAll(async () => {
  await executor.close();
  await registry.close();
});

beforeEach(() => {
  upstream = [];
  questions = [];
  answer = () => [{ callId: "all", decision: "approve" }];
});

const CATCHING = {
  typescript: "await disk.write({ n: 1 }).catch((error) => `${error.code}: ${error.message}`)",
  python:
    "from codemode import ToolError\ntry:\n    said = await disk.write(n=1)\nexcept ToolError as error:\n    said = f'{error.code}: {error}'\nsaid",
} as const;

test.each(["typescript", "python"] as const)("an approved call is made, in %s", async (language) => {
  const run = await executor.execute(CATCHING[language], { language });
  expect(run).toMatchObject({
    status: "completed",
    value: "wrote 1",
    toolCalls: [{ tool: "disk__write", status: "ok" }],
  });
  expect(questions).toEqual([
    [
      {
        callId: 1,
        tool: "disk__write",
        arguments: { n: 1 },
        kind: "approval",
        reason: expect.any(String),
        foreseen: false,
      },
    ],
  ]);
});

test.each(["typescript", "python"] as const)("a denied call can be caught with its reason, in %s", async (language) => {
  answer = () => [{ callId: 1, decision: "deny", reason: "not today" }];
  const run = await executor.execute(CATCHING[language], { language });
  expect(run).toMatchObject({ status: "completed", toolCalls: [{ tool: "disk__write", status: "denied" }] });
  expect(run.value).toBe("policy_denied: disk__write was denied: not today");
  expect(upstream).toEqual([]);
});

test("edited arguments are the ones sent, and are checked", async () => {
  answer = () => [{ callId: 1, decision: "approve", arguments: { n: 7 } }];
  expect((await executor.execute(CATCHING.typescript)).value).toBe("wrote 7");
  answer = () => [{ callId: 1, decision: "approve", arguments: { n: "seven" } }];
  expect((await executor.execute(CATCHING.typescript)).value).toMatch(/^invalid_arguments/);
  expect(upstream).toEqual([7]);
});

test("calls in parallel are one question", async () => {
  const code = "(await Promise.all([...Array(50).keys()].map((n) => disk.write({ n })))).length";
  expect((await executor.execute(code)).value).toBe(50);
  expect(questions.map((calls) => calls.length)).toEqual([50]);
  expect(upstream.toSorted((one, other) => Number(one) - Number(other))).toEqual([...Array(50).keys()]);
});

test("a listener hears one run, with each call once", async () => {
  const heard: string[] = [];
  const onEvent = (event: ExecutionEvent): void => {
    if (event.type !== "output") heard.push("tool" in event ? `${event.type} ${event.tool}` : event.type);
  };
  await executor.execute("await disk.read({ n: 1 }); await disk.write({ n: 1 })", { onEvent });
  expect(heard).toEqual([
    "run_start",
    "tool_call_start disk__read",
    "tool_call_end disk__read",
    "tool_call_start disk__write",
    "tool_call_end disk__write",
    "run_end",
  ]);
});

test("what is not decided leaves the run parked, and it can be decided later, once", async () => {
  answer = () => [];
  const parked = await executor.execute("await disk.write({ n: 1 })");
  expect(parked).toMatchObject({ status: "suspended", error: null, pending: [{ callId: 1, tool: "disk__write" }] });
  answer = () => [{ callId: "all", decision: "approve" }];
  const decided = await executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(decided).toMatchObject({ status: "completed", value: "wrote 1" });
  await expect(executor.runs.resume(parked.runId)).rejects.toMatchObject({ code: "invalid_arguments" });
  await expect(executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }])).rejects.toMatchObject({
    code: "invalid_arguments",
  });
  expect(upstream).toEqual([1]);
});

test("an approver that fails, or does not answer before its caller gives up, leaves the run parked with its end told", async () => {
  const ends: unknown[] = [];
  const onEvent = (event: ExecutionEvent): void => void (event.type === "run_end" && ends.push(event.type));
  const caller = new AbortController();
  answer = () => {
    if (questions.length === 1) throw new Error("the chat is down");
    caller.abort();
    return new Promise(() => {});
  };
  for (const note of ["Nobody decided: the chat is down", expect.stringContaining("aborted")]) {
    const run = await executor.execute("await disk.write({ n: 1 })", { onEvent, signal: caller.signal });
    expect(run).toMatchObject({ status: "suspended", pending: [{ callId: 1 }], notes: [note] });
  }
  expect([ends, upstream]).toEqual([["run_end", "run_end"], []]);
});

test("a call of a tool by itself is asked about in the same way", async () => {
  expect(await executor.callTool("disk__write", { n: 3 })).toBe("wrote 3");
  answer = () => [{ callId: 1, decision: "deny", reason: "no" }];
  await expect(executor.callTool("disk__write", { n: 4 })).rejects.toMatchObject({ code: "policy_denied" });
  answer = () => [];
  await expect(executor.callTool("disk__write", { n: 5 })).rejects.toMatchObject({ code: "approval_required" });
  expect([upstream, questions.length]).toEqual([[3], 3]);
});

test("questions and answers are events of the run and lines of the audit log", async () => {
  const { runId } = await executor.execute("await disk.write({ n: 1 })");
  const { events } = await executor.runs.get(runId);
  const decisions = events.filter(({ type }) => type === "decision").map(({ decision, by }) => ({ decision, by }));
  expect(decisions).toContainEqual({ decision: "ask", by: "policy" });
  expect(decisions).toContainEqual({ decision: "allow", by: "person" });
});

test("a call whose tool has changed since it was approved is asked about again", async () => {
  const kept = new ToolRegistry();
  const offer = (description: string): void => {
    const execute = (): string => description;
    kept.addTools("disk", [defineTool({ name: "wipe", description, inputSchema: { type: "object" }, execute })]);
  };
  offer("Wipes a file.");
  await using own = new CodeModeExecutor(kept, { policy: { preset: "ask-writes" } });
  const parked = await own.execute("await disk.wipe({})", { durable: true });
  expect(parked).toMatchObject({ status: "suspended", pending: [{ callId: 1 }] });
  expect(parked.pending[0]).not.toHaveProperty("definition");
  await kept.removeServer("disk");
  offer("Wipes the whole disk.");
  const asked = await own.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(asked).toMatchObject({ status: "suspended", pending: [{ callId: 1, tool: "disk__wipe" }] });
  const done = await own.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(done).toMatchObject({ status: "completed", value: "Wipes the whole disk." });
  await kept.close();
});

test.each([
  [1, /^invalid_arguments: .* has expired: nobody decided about its calls in time/],
  [60_000, /^completed$/],
])("an answer that comes when a run may have waited %i ms counts in that time only", async (expireMs, outcome) => {
  const before = upstream.length;
  await using own = new CodeModeExecutor(registry, {
    policy: { preset: "ask-writes" },
    approvals: { expireMs },
    onApproval: async () => {
      const asked = Date.now();
      while (Date.now() - asked < 20) await new Promise((resolve) => setImmediate(resolve));
      return [{ callId: "all", decision: "approve" }];
    },
  });
  const said = await own.execute("await disk.write({ n: 7 })").then(
    ({ status }) => status,
    (error: unknown) => (CodemodeError.is(error) ? `${error.code}: ${error.message}` : String(error)),
  );
  expect(said).toMatch(outcome);
  expect(upstream.length - before).toBe(said === "completed" ? 1 : 0);
});
