import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { PyodideEngine } from "../../src/engines/pyodide/pyodide-engine.ts";
import { createCodemode } from "../../src/host/create-codemode.ts";
import type { ExecutionEvent } from "../../src/runs/events.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const MB = 2 ** 20;
const inputSchema = { type: "object", properties: { a: { type: "number" } }, additionalProperties: false } as const;
const codemode = createCodemode({
  tools: {
    host: [
      defineTool({ name: "add", description: "", inputSchema, execute: () => 1 }),
      defineTool({ name: "hang", description: "", inputSchema, execute: () => new Promise(() => {}) }),
      defineTool({
        name: "slow",
        description: "",
        inputSchema,
        execute: () => new Promise((done) => setTimeout(() => done("slow"), 200)),
      }),
    ],
  },
  policy: { rules: [{ tools: "host__add", decision: "deny" }] },
});
const { executor } = codemode;
afterAll(() => codemode.close());

test("empty artifacts take room too", { timeout: 60_000 }, async () => {
  const code = 'for (let i = 0; i < 3000; i++) await codemode.artifacts.save("")';
  expect(await executor.execute(code, { typeCheck: false })).toMatchObject({ error: null });
  expect(executor.artifacts.list()).toHaveLength(1_000);
});

test("a run is recorded in memory up to a size, says so, and ends as it would", { timeout: 60_000 }, async () => {
  const text = "x".repeat(8 * MB);
  const long = defineTool({ name: "text", description: "", inputSchema: { type: "object" }, execute: () => text });
  await using own = createCodemode({ tools: { long: [long] } });
  const receive = (times: number): string =>
    `let sum = 0; for (let n = 0; n < ${times}; n++) sum += (await long.text({})).length; sum`;
  const few = await own.executor.execute(receive(3), { typeCheck: false, timeoutMs: 50_000 });
  expect(few).toMatchObject({ value: 3 * text.length, notes: [] });
  const many = await own.executor.execute(receive(12), { typeCheck: false, timeoutMs: 50_000 });
  expect(many).toMatchObject({ value: 12 * text.length, error: null });
  expect(many.notes.join()).toContain("more than the 64 MB that memory keeps of one");
});

test.each([
  ["unknown", 'codemode.callTool("host__nothing", {})'],
  ["wrong", 'host.add({ a: "text" })'],
  ["denied", "host.add({})"],
])("calls that are refused as %s count as calls, and the trace stays as long as the limit", async (_why, call) => {
  const run = await executor.execute(`for (;;) await ${call}.catch(() => 0)`, { typeCheck: false });
  expect(run).toMatchObject({ error: { code: "call_limit" } });
  expect(run.toolCalls.length).toBeLessThanOrEqual(501);
});

test("a hundred thousand calls at once leave a trace as long as the limit", { timeout: 60_000 }, async () => {
  const code = "for (let i = 0; i < 100_000; i++) host.add({}).catch(() => 0); await host.hang({})";
  const run = await executor.execute(code, { typeCheck: false, timeoutMs: 20_000 });
  expect(run.status).toBe("failed");
  expect(run.toolCalls.length).toBeLessThanOrEqual(501);
});

test.each([
  ["python", "x = []\nfor _ in range(5_000):\n    x = [x]\nx"],
  ["python", "x = {}\nfor _ in range(100_000):\n    x = {'a': x}\nx"],
  ["typescript", "let x = []; for (let i = 0; i < 5_000; i++) x = [x]; x"],
] as const)("a value of thousands of levels ends its run in %s: %s", { timeout: 60_000 }, async (language, code) => {
  const events: ExecutionEvent[] = [];
  const run = await executor.execute(code, {
    language,
    typeCheck: false,
    onEvent: (event) => void events.push(event),
  });
  expect(events.at(-1)?.type).toBe("run_end");
  expect(run.error?.code ?? "none").toMatch(/^(none|result_too_large)$/);
  expect(run.notes.join() + (run.error?.message ?? "")).toMatch(/nested|deep/);
});

test.each([2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER])(
  "a call's own time-out of %i ms does not make it shorter than asked",
  async (timeoutMs) => {
    const run = await executor.execute(`await codemode.callTool("host__slow", {}, { timeoutMs: ${timeoutMs} })`, {
      typeCheck: false,
    });
    expect(run).toMatchObject({ value: "slow", error: null });
  },
);

test("a call's own time-out cannot be longer than its server's", async () => {
  await using brief = createCodemode();
  const hang = defineTool({ name: "hang", description: "", inputSchema, execute: () => new Promise(() => {}) });
  brief.registry.addTools("host", [hang], { timeoutMs: 300 });
  const code = 'await codemode.callTool("host__hang", {}, { timeoutMs: 60000 })';
  const run = await brief.executor.execute(code, { typeCheck: false });
  expect(run.error).toMatchObject({ code: "tool_timeout", message: expect.stringContaining("300 ms") });
});

test.each([
  ["typescript", "for (;;) console.log('x')"],
  ["typescript", "for (;;) host.slow({}).catch(() => 0), await null"],
  ["python", "while True:\n    print('x')"],
  [
    "python",
    "import os\nfd = os.open('/dev/codemode', os.O_RDWR)\nframe = bytes([4, 0, 0, 0, 0, 1, 0, 0, 0, 120]) * 1000\nwhile True:\n    os.write(fd, frame)",
  ],
] as const)("a flood in %s ends at the time limit: %s", { timeout: 60_000 }, async (language, code) => {
  const options = { language, typeCheck: false, sessionId: "flood" };
  await executor.execute("1", options);
  const begun = performance.now();
  const run = await executor.execute(code, { ...options, timeoutMs: 1_000 });
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(run.error?.code).toMatch(/^(time_limit|call_limit|sandbox_lost)$/);
});

/** Python that writes messages to the sandbox's own pipe without reading any, as its library would not. */
const forged = (kind: number, payload: string): string =>
  [
    "import os, struct",
    "fd = os.open('/dev/codemode', os.O_RDWR)",
    `payload = ${JSON.stringify(payload)}.encode()`,
    `frames = b''.join(struct.pack('<BII', ${kind}, n, len(payload)) + payload for n in range(5_000))`,
    "while True:\n    os.write(fd, frames)",
  ].join("\n");

test.each([
  ["typescript", "searches", 'for (;;) { codemode.search("x").catch(() => 0); await null }'],
  ["python", "searches", forged(2, '"codemode:search"\n{"query":"x"}')],
  ["python", "requests that are none", forged(2, '"codemode:nothing"\n{}')],
  ["python", "skills by the name of a tool", forged(2, '"skills__none"\n{}')],
  ["python", "time zones", forged(2, '"python:time-zone"\n"Nowhere/At_all"')],
  ["python", "alarms", forged(3, "100000")],
] as const)(
  "a program in %s that asks for %s without end, and waits for no answer, is ended",
  { timeout: 60_000 },
  async (language, _what, code) => {
    const stateDir = mkdtempSync(join(tmpdir(), "codemode-counting-"));
    onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
    await using kept = createCodemode({ stateDir });
    await kept.executor.execute("1", { language });
    const before = process.memoryUsage().rss;
    const run = await kept.executor.execute(code, { language, typeCheck: false, timeoutMs: 20_000 });
    expect(run.error?.code).toMatch(/^(?:call_limit|sandbox_lost)$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MB);
    expect(await kept.executor.execute("1 + 1", { language })).toMatchObject({ value: 2 });
  },
);

test("artifacts that stand in the arguments of a call count together", { timeout: 60_000 }, async () => {
  const take = defineTool({ name: "take", description: "", inputSchema: { type: "object" }, execute: () => 1 });
  await using own = createCodemode({ tools: { own: [take] } });
  const call = (content: string, times: number): string =>
    `const { id } = await codemode.artifacts.save(${content}); await own.take({ all: Array(${times}).fill({ $artifact: id }) })`;
  for (const content of ['"x".repeat(3e6)', "Array(1e6).fill(1)"]) {
    expect(await own.executor.execute(call(content, 4), { typeCheck: false })).toMatchObject({ value: 1 });
    const { error } = await own.executor.execute(call(content, 400), { typeCheck: false });
    expect(error).toMatchObject({ code: "invalid_arguments", hint: expect.stringContaining("several calls") });
  }
});

/** Resident memory of a process and all below it. */
function residentBytes(pid: number): number {
  try {
    const below = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
    );
    const own = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096;
    return below.reduce((sum, each) => sum + residentBytes(each), own);
  } catch {
    return 0;
  }
}

test.skipIf(process.platform !== "linux").each([
  [
    "doubles bytes",
    "x = b'a' * (1 << 20)\nfor _ in range(40):\n    try:\n        x = x + x\n    except MemoryError:\n        pass\nlen(x) > 0",
  ],
  [
    "grows lists",
    "x = []\nfor _ in range(40):\n    try:\n        while True:\n            x.append(bytearray(1 << 20))\n    except MemoryError:\n        pass\nlen(x) > 0",
  ],
])(
  "a Python program that %s and catches MemoryError stays within its memory",
  { timeout: 120_000 },
  async (_what, source) => {
    const engine = new PyodideEngine({});
    onTestFinished(() => engine.close());
    const session = await engine.open({ memoryBytes: 512 * MB });
    const pid = session.pid ?? 0;
    const idle = residentBytes(pid);
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, residentBytes(pid))), 5);
    const limits = { timeMs: 60_000, logBytes: 1_000, valueBytes: 1_000, argumentBytes: 1_000 };
    const cell = { source, filename: "program", namespaces: { version: "1", namespaces: [] }, limits };
    const outcome = await session.run(cell, { call: async () => ({ ok: true, valueJson: "null" }), output: () => {} });
    clearInterval(timer);
    expect(["finished", "stopped"]).toContain(outcome.kind);
    expect(most).toBeGreaterThan(idle);
    expect(most - idle).toBeLessThan((512 + 64) * MB);
  },
);
