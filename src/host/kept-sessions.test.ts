import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineTool } from "../sources/functions/define-tool.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import type { ExecutorOptions } from "./executor-options.ts";
import { CodeModeExecutor } from "./executor.ts";

let folder: string;
let registry: ToolRegistry;
const written: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-kept-"));
  registry = new ToolRegistry();
  registry.addTools("host", [
    defineTool({
      name: "write",
      description: "Writes.",
      inputSchema: { type: "object" },
      execute: (args) => ({ number: written.push(args) }),
    }),
  ]);
});

afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const CELLS = {
  typescript: [
    `let seen = [Math.random(), Date.now()]; console.log("once"); const first = (await host.write({ n: 1 })).number; seen`,
    `let total = first + 10; throw new Error("on the way")`,
    `[seen, total]`,
  ],
  python: [
    `import random, time\nseen = [random.random(), time.time()]\nprint("once")\nfirst = (await host.write(n=1))["number"]\nseen`,
    `total = first + 10\nraise ValueError("on the way")`,
    `[seen, total]`,
  ],
} as const;

test.each(["typescript", "python"] as const)(
  "a session in %s has its variables in another process, and nothing is done twice",
  async (language) => {
    const before = written.length;
    const directory = join(folder, language);
    const [first, second, third] = CELLS[language];
    const seen = await inAnother(directory, (executor) => executor.execute(first, { language, sessionId: "s" }));
    const failed = await inAnother(directory, (executor) => executor.execute(second, { language, sessionId: "s" }));
    expect(failed).toMatchObject({ status: "failed", error: { code: "runtime_error" }, stdout: "" });
    const last = await inAnother(directory, (executor) => executor.execute(third, { language, sessionId: "s" }));
    expect(last).toMatchObject({
      status: "completed",
      value: [seen.value, before + 11],
      stdout: "",
      notes: [],
      toolCalls: [],
    });
    expect(written).toHaveLength(before + 1);
  },
  60_000,
);

test("a session that was cleared, or stopped with its sandbox, begins empty elsewhere too", async () => {
  const directory = join(folder, "cleared");
  const look = (): ReturnType<CodeModeExecutor["execute"]> =>
    inAnother(directory, (executor) => executor.execute("typeof n", { sessionId: "s" }));
  await inAnother(directory, async (executor) => {
    await executor.execute("let n = 1", { sessionId: "s" });
    await executor.clearState("s");
  });
  expect(await look()).toMatchObject({ value: "undefined", notes: [] });
  await inAnother(directory, (executor) => executor.execute("let n = 2", { sessionId: "s" }));
  expect(await look()).toMatchObject({ value: "number" });
  const stopped = await inAnother(directory, (executor) =>
    executor.execute("while (true) {}", { sessionId: "s", timeoutMs: 200 }),
  );
  const after = await look();
  expect(after.value).toBe("undefined");
  expect(after.notes).toEqual([
    `The session "s" begins empty: the run ${stopped.runId} was stopped, and its sandbox with it.`,
  ]);
});

test("a run of a session that is parked holds the session, and goes on with its variables", async () => {
  const directory = join(folder, "parked");
  const policy = { preset: "ask-writes" } as const;
  await inAnother(directory, (executor) => executor.execute("let n = 41", { sessionId: "s" }));
  const parked = await inAnother(
    directory,
    (executor) => executor.execute("const { number } = await host.write({ n }); number > 0 && ++n", { sessionId: "s" }),
    { policy },
  );
  expect(parked).toMatchObject({ status: "suspended", pending: [{ arguments: { n: 41 } }] });
  const refused = await inAnother(directory, (executor) => executor.execute("n", { sessionId: "s" }));
  expect(refused.error).toMatchObject({ code: "busy", message: expect.stringContaining(parked.runId) });
  const done = await inAnother(
    directory,
    (executor) => executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]),
    { policy },
  );
  expect(done).toMatchObject({ status: "completed", value: 42 });
  const value = await inAnother(directory, async (executor) => (await executor.execute("n", { sessionId: "s" })).value);
  expect(value).toBe(42);
});

test.each(["typescript", "python"] as const)(
  "a session in %s whose parked run another process has ended has its variables here, those of the other language too",
  async (language) => {
    const directory = join(folder, `elsewhere-${language}`);
    const policy = { preset: "ask-writes" } as const;
    const other = language === "python" ? "typescript" : "python";
    const cells = {
      typescript: ["globalThis.base = 40;", "globalThis.n = base + 1; await host.write({ n });", "[base, n]"],
      python: ["base = 40", "n = base + 1\nawait host.write(n=n)", "[base, n]"],
    };
    const [first, second, third] = cells[language];
    await inAnother(
      directory,
      async (executor) => {
        const run = (program = "", by = language) => executor.execute(program, { language: by, sessionId: "s" });
        await run(first);
        await run(cells[other][0], other);
        const parked = await run(second);
        expect(parked.status).toBe("suspended");
        const decide = (elsewhere: CodeModeExecutor) =>
          elsewhere.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
        expect(await inAnother(directory, decide, { policy })).toMatchObject({ status: "completed" });
        expect(await run(third)).toMatchObject({ value: [40, 41], notes: [] });
        expect(await run("base", other)).toMatchObject({ value: 40, notes: [] });
      },
      { policy },
    );
  },
  60_000,
);

test("a parked run of a session that was forgotten since goes on with its variables, and the session begins empty", async () => {
  const directory = join(folder, "forgotten");
  const policy = { preset: "ask-writes" } as const;
  const runId = await inAnother(
    directory,
    async (executor) => {
      await executor.execute("let n = 1", { sessionId: "s" });
      await executor.clearState("s");
      await executor.execute("let n = 41", { sessionId: "s" });
      const parked = await executor.execute("await host.write({ n }); typeof m + ++n", { sessionId: "s" });
      await executor.clearState("s");
      return parked.runId;
    },
    { policy },
  );
  const done = await inAnother(
    directory,
    (executor) => executor.runs.decide(runId, [{ callId: "all", decision: "approve" }]),
    { policy },
  );
  expect(done).toMatchObject({ status: "completed", value: "undefined42", notes: [] });
  const value = await inAnother(
    directory,
    async (executor) => (await executor.execute("typeof n", { sessionId: "s" })).value,
  );
  expect(value).toBe("undefined");
});

test("where runs are kept in memory, a run of a session that somebody was asked about has the variables from before it", async () => {
  await using executor = new CodeModeExecutor(registry, {
    policy: { preset: "ask-writes" },
    onApproval: async () => [{ callId: "all", decision: "approve" }],
  });
  await executor.execute("let n = 41", { sessionId: "s" });
  const asked = await executor.execute("await host.write({ n }); ++n", { sessionId: "s" });
  expect(asked).toMatchObject({ status: "completed", value: 42 });
  expect(await executor.execute("n", { sessionId: "s" })).toMatchObject({ value: 42 });
});

/** Uses an executor that has nothing from earlier ones but the state directory, as a new process has. */
async function inAnother<T>(
  directory: string,
  use: (executor: CodeModeExecutor) => Promise<T>,
  options: Pick<ExecutorOptions, "policy"> = {},
): Promise<T> {
  await using executor = new CodeModeExecutor(registry, { ...options, store: { directory } });
  return await use(executor);
}
