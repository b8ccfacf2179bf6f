import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeModeExecutor } from "../../host/executor.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { ToolRegistry } from "../../sources/tool-registry.ts";

let folder: string;
let registry: ToolRegistry;
const calls: [string, unknown][] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-parking-"));
  registry = new ToolRegistry();
  const tool = (name: string, readOnlyHint: boolean) =>
    defineTool({
      name,
      description: name,
      inputSchema: { type: "object" },
      annotations: { readOnlyHint },
      execute: (args) => {
        calls.push([name, args]);
        return { name, ...args };
      },
    });
  let counted = 0;
  const count = defineTool({
    name: "count",
    description: "count",
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
    execute: () => (counted += 1),
  });
  const dawdle = defineTool({
    name: "dawdle",
    description: "dawdle",
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
    execute: () => sleep(3_000, "late"),
  });
  registry.addTools("host", [tool("look", true), tool("write", false), count, dawdle]);
});

afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (directory = folder): CodeModeExecutor =>
  new CodeModeExecutor(registry, { policy: { preset: "ask-writes" }, store: { directory } });

const PROGRAMS = {
  typescript: `
    const drawn = [Math.random(), Date.now(), crypto.randomUUID()];
    console.log("begun", ...drawn);
    const seen = await host.look({ n: 1 });
    const ends = await Promise.all([
      host.write({ n: 2 }).then(({ n }) => n, ({ code, message }) => [code, message]),
      host.write({ n: 3 }).then(({ n }) => n),
    ]);
    ({ seen: seen.n, ends, drawn, more: Math.random() })`,
  python: `
import asyncio, random, time, uuid
drawn = [random.random(), time.time(), str(uuid.uuid4())]
print("begun", *drawn)
seen = await host.look(n=1)
async def write(n):
    try:
        return (await host.write(n=n))["n"]
    except ToolError as error:
        return [error.code, str(error)]
ends = await asyncio.gather(write(2), write(3))
{"seen": seen["n"], "ends": ends, "drawn": drawn, "more": random.random()}`,
};

test.each(["typescript", "python"] as const)(
  "a %s program parks when only people can go on, and another executor goes on with what they decided",
  async (language) => {
    const before = calls.length;
    const first = open();
    const parked = await first.execute(PROGRAMS[language], { language, timeoutMs: 80_000 });
    expect(parked).toMatchObject({ status: "suspended", success: false, error: null });
    expect(parked.pending).toMatchObject([
      { callId: 2, tool: "host__write", arguments: { n: 2 }, kind: "approval", foreseen: false },
      { callId: 3, tool: "host__write", arguments: { n: 3 }, kind: "approval", foreseen: false },
    ]);
    expect(parked.toolCalls).toMatchObject([{ tool: "host__look", status: "ok" }]);
    expect((await first.runs.resume(parked.runId)).pending).toHaveLength(2);
    await first.close();

    await using second = open();
    expect((await second.runs.list({ status: "suspended" })).runs).toMatchObject([{ runId: parked.runId, pending: 2 }]);
    const half = await second.runs.decide(parked.runId, [{ callId: 2, decision: "deny", reason: "not today" }]);
    expect(half).toMatchObject({ status: "suspended", pending: [{ callId: 3 }] });
    expect((await second.runs.get(parked.runId)).pending).toMatchObject([{ callId: 3 }]);
    await expect(second.runs.decide(parked.runId, [{ callId: 2, decision: "approve" }])).rejects.toMatchObject({
      code: "invalid_arguments",
    });
    const heard: string[] = [];
    const done = await second.runs.decide(
      parked.runId,
      [{ callId: "all", decision: "approve", arguments: { n: 33 } }],
      { hooks: { onOutput: ({ text }) => heard.push(text) } },
    );
    expect(done).toMatchObject({
      status: "completed",
      stdout: parked.stdout,
      value: { seen: 1, ends: [["policy_denied", "host__write was denied: not today"], 33] },
      toolCalls: [{ status: "ok" }, { status: "denied" }, { status: "ok" }],
    });
    expect(heard).toEqual([]);
    expect(calls.slice(before)).toEqual([
      ["look", { n: 1 }],
      ["write", { n: 33 }],
    ]);
    await expect(second.runs.resume(parked.runId)).rejects.toMatchObject({ code: "invalid_arguments" });
    await expect(second.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }])).rejects.toMatchObject({
      code: "invalid_arguments",
    });
  },
  90_000,
);

test("an approval of a foreseen call does not cover a call with other arguments", async () => {
  const before = calls.length;
  await using executor = open(join(folder, "foreseen"));
  const program = `
    await host.write({ n: 1 });
    await host.write({ n: await host.count() * 100 });
    await host.write({ n: 5 })`;
  const parked = await executor.execute(program);
  expect(parked.pending).toMatchObject([
    { callId: 1, arguments: { n: 1 }, foreseen: false },
    { callId: 3, arguments: { n: 100 }, foreseen: true },
    { callId: 4, arguments: { n: 5 }, foreseen: true },
  ]);
  const again = await executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(again).toMatchObject({
    status: "suspended",
    pending: [{ callId: 3, arguments: { n: 200 }, foreseen: false }],
  });
  const done = await executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(done).toMatchObject({ status: "completed", value: { n: 5 } });
  expect(calls.slice(before)).toEqual([
    ["write", { n: 1 }],
    ["write", { n: 200 }],
    ["write", { n: 5 }],
  ]);
});

const AHEAD_IN_SESSION = {
  typescript: {
    before: [
      `let list = ["a", "b"]; let made = 0; const pick = (n) => list[n]; console.log("once")`,
      `list.push("c"); throw new Error("left")`,
    ],
    program: `for (let n = 0; n < list.length; n++) { await host.write({ n: pick(n) }); made += 1; console.log("made", made); } list = []; made`,
    after: `[list.length, made]`,
  },
  python: {
    before: [
      `values = ["a", "b"]\nmade = 0\ndef pick(n):\n    return values[n]\nprint("once")`,
      `values.append("c")\nraise ValueError("left")`,
    ],
    program: `for n in range(len(values)):\n    await host.write(n=pick(n))\n    made += 1\n    print("made", made)\nvalues = []\nmade`,
    after: `[len(values), made]`,
  },
} as const;

test.each(["typescript", "python"] as const)(
  "a program in %s is looked ahead for with a copy of the variables of its session, which stay as they are",
  async (language) => {
    const before = calls.length;
    const cells = AHEAD_IN_SESSION[language];
    await using executor = open(join(folder, `ahead-${language}`));
    const run = (code: string) => executor.execute(code, { language, sessionId: "s" });
    for (const code of cells.before) await run(code);
    const parked = await run(cells.program);
    expect(parked).toMatchObject({ status: "suspended", stdout: "", toolCalls: [] });
    expect(parked.pending.map(({ arguments: args, foreseen }) => [args, foreseen])).toEqual([
      [{ n: "a" }, false],
      [{ n: "b" }, true],
      [{ n: "c" }, true],
    ]);
    expect(calls.length).toBe(before);
    const done = await executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
    expect(done).toMatchObject({ status: "completed", value: 3, stdout: "made 1\nmade 2\nmade 3\n" });
    expect(await run(cells.after)).toMatchObject({ status: "completed", value: [0, 3], notes: [] });
    expect(calls.slice(before).map(([, args]) => args)).toEqual([{ n: "a" }, { n: "b" }, { n: "c" }]);
  },
  60_000,
);

test("a program that does not follow its journal is stopped before anything is done", async () => {
  let greeting = "one";
  const own = new ToolRegistry();
  const made: unknown[] = [];
  own.addTools("host", [
    defineTool({
      name: "write",
      description: "w",
      inputSchema: { type: "object" },
      execute: (args) => void made.push(args),
    }),
  ]);
  await using executor = new CodeModeExecutor(own, {
    policy: { preset: "ask-writes" },
    store: { directory: join(folder, "diverging") },
  });
  const program = `await host.write({ text: (await codemode.describe("host__write")).description, greeting: "${greeting}" })`;
  const parked = await executor.execute(program);
  expect(parked.pending).toHaveLength(1);
  greeting = "two";
  const { default: Database } = await import("libsql");
  const database = new Database(join(folder, "diverging", "state.db"));
  database.prepare("UPDATE events SET body = replace(body, 'one', ?) WHERE type = 'start'").run(greeting);
  database.close();
  const resumed = await executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(resumed).toMatchObject({ status: "failed", error: { code: "internal" } });
  expect(resumed.error?.message).toContain("did not follow its journal: call 1 was host__write(");
  expect(made).toEqual([]);
  await own.close();
});

test("where nothing is kept a call that needs an approval is refused in the program", async () => {
  await using executor = new CodeModeExecutor(registry, { policy: { preset: "ask-writes" } });
  const run = await executor.execute("await host.write({}).catch(({ code }) => code)");
  expect(run).toMatchObject({ status: "completed", value: "approval_required", pending: [] });
});

test.each([
  [
    "typescript",
    `import { sleep } from "codemode";
     const first = await Promise.race([host.write({ n: 1 }).then(() => "written"), sleep(2_500).then(() => "late")]);
     await host.dawdle({});
     first`,
  ],
  [
    "python",
    `import asyncio
try:
    async with asyncio.timeout(2.5):
        await host.write(n=1)
        first = "written"
except TimeoutError:
    first = "late"
await host.dawdle()
first`,
  ],
] as const)(
  "looking ahead and waiting for somebody take none of the time of a program in %s",
  async (language, code) => {
    const directory = join(folder, `time-${language}`);
    const parked = await inAnother(directory, (executor) => executor.execute(code, { language }));
    expect(parked).toMatchObject({ status: "suspended", pending: [{ callId: 1 }] });
    const done = await inAnother(directory, (executor) =>
      executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]),
    );
    expect(done).toMatchObject({ status: "completed", value: "written" });
  },
  60_000,
);

test("an approval holds for integers beyond those of JSON, and they are the ones that are sent", async () => {
  const directory = join(folder, "integers");
  const code = "const { n } = await host.write({ n: 9007199254740993n }); String(n)";
  const parked = await inAnother(directory, (executor) => executor.execute(code));
  const done = await inAnother(directory, (executor) =>
    executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]),
  );
  expect(done).toMatchObject({ status: "completed", value: "9007199254740993" });
});

test("what is decided has to fit what waits", async () => {
  const directory = join(folder, "fitting");
  await using executor = open(directory);
  const { runId } = await executor.execute("await host.write({ n: 1 })");
  const decide = (...decisions: Parameters<typeof executor.runs.decide>[1]) =>
    executor.runs.decide(runId, decisions).catch((error: unknown) => error);
  expect(await decide()).toMatchObject({ message: "No decision was given." });
  expect(await decide({ callId: 7, decision: "deny" })).toMatchObject({
    message: expect.stringContaining("Call 7 of the run"),
    details: { hint: "These wait: 1 (host__write)." },
  });
  const approve = { callId: 1, decision: "approve" } as const;
  const deny = { callId: 1, decision: "deny" } as const;
  expect(await decide(approve, deny)).toMatchObject({ message: "Call 1 is decided twice." });
  expect(await executor.runs.resume(runId)).toMatchObject({ status: "suspended", pending: [{ callId: 1 }] });
  await executor.runs.cancel(runId);
  expect(await decide(approve)).toMatchObject({ message: `The run ${runId} has ended (cancelled).` });
});

async function inAnother<T>(directory: string, use: (executor: CodeModeExecutor) => Promise<T>): Promise<T> {
  await using executor = open(directory);
  return await use(executor);
}
