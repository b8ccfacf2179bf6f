import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { CodeModeExecutor } from "../../host/executor.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { ToolRegistry } from "../../sources/tool-registry.ts";
import type { StoreSettings } from "./run-log.ts";
import { newId } from "./run-turns.ts";

let folder: string;
let registry: ToolRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-log-"));
  registry = new ToolRegistry();
  const inputSchema = { type: "object" } as const;
  registry.addTools("host", [
    defineTool({ name: "echo", description: "Echoes.", inputSchema, execute: (args) => args }),
    defineTool({
      name: "remove_state",
      description: "Removes a folder.",
      inputSchema,
      execute: async ({ path }) => rm(String(path), { recursive: true, force: true }),
    }),
  ]);
});

afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const CALL = "(await host.echo({ a: 1 })).a";

test.each([
  ["is a file", "", /cannot be used/],
  ["holds a database that is none", "x".repeat(5_000), /not a database.*Move this file away/s],
  ["is of a newer version", "newer", /version 99.*Update codemode/s],
])("where the state %s programs run with a note, and it stays unchanged", async (name, content, note) => {
  const directory = join(folder, name);
  const file = content === "" ? directory : join(directory, "state.db");
  if (content === "newer") {
    await makeStore(directory);
    const database = new Libsql(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
  } else {
    if (content !== "") await mkdir(directory);
    await writeFile(file, content);
  }
  const before = await readFile(file);
  await using executor = open({ directory });
  const run = await executor.execute(CALL);
  expect(run).toMatchObject({ status: "completed", value: 1, notes: [expect.stringMatching(note)] });
  expect(await readFile(file)).toEqual(before);
  await expect(executor.runs.list()).rejects.toMatchObject({ code: "config_error" });
});

test("a state directory that is removed while a program runs is noted, and the next run starts a new one", async () => {
  const directory = join(folder, "removed");
  await using executor = open({ directory });
  const lost = await executor.execute(`await host.remove_state({ path: ${JSON.stringify(directory)} }); 1`);
  expect(lost).toMatchObject({ status: "completed", notes: [expect.stringContaining("was removed")] });
  const { runId } = await executor.execute(CALL);
  expect((await executor.runs.list()).runs).toMatchObject([{ runId, toolCalls: 1 }]);
});

test("without a state directory runs are kept in memory, and no folder is made", async () => {
  const [before, place] = [process.cwd(), join(folder, "working")];
  await mkdir(place);
  process.chdir(place);
  onTestFinished(() => process.chdir(before));
  await using executor = open({});
  const { runId } = await executor.execute(CALL);
  expect(await executor.runs.get(runId)).toMatchObject({ status: "completed", value: 1 });
  expect(await readdir(place)).toEqual([]);
});

test("nothing is kept where the journal is none", async () => {
  await using executor = open({ journal: "none" });
  expect(await executor.execute(CALL)).toMatchObject({ value: 1, notes: [] });
  expect(await executor.history()).toEqual([]);
  await expect(executor.runs.list()).rejects.toMatchObject({ code: "config_error" });
});

test("a call is in the journal before it is made", async () => {
  await using executor = open({ directory: join(folder, "before") });
  const seen: unknown[] = [];
  registry.addTools("watch", [
    defineTool({
      name: "look",
      description: "Looks at the journal.",
      inputSchema: { type: "object" },
      execute: async () => {
        const [runId = ""] = executor.running();
        const { events } = await executor.runs.get(runId);
        seen.push(...events.map(({ type, callId }) => [type, callId]));
        return null;
      },
    }),
  ]);
  await executor.execute("console.log(1); await watch.look({})");
  expect(seen).toEqual([
    ["start", undefined],
    ["wait", undefined],
    ["output", undefined],
    ["call", 1],
  ]);
});

test("the result of a call is in the journal before the next call is made, and also while the program only works on", async () => {
  await using executor = open({ directory: join(folder, "results") });
  const seen: unknown[] = [];
  registry.addTools("results", [
    defineTool({
      name: "look",
      description: "Looks at the journal.",
      inputSchema: { type: "object" },
      execute: async () => {
        const [runId = ""] = executor.running();
        const { events } = await executor.runs.get(runId);
        seen.push(
          events.filter(({ type }) => type === "call" || type === "result").map(({ type, callId }) => [type, callId]),
        );
        return null;
      },
    }),
  ]);
  const together =
    "await Promise.all([host.echo({}), host.echo({})]); await codemode.sleep(50); await results.look({})";
  const { runId } = await executor.execute(together);
  expect(seen).toEqual([
    [
      ["call", 1],
      ["call", 2],
      ["result", 1],
      ["result", 2],
      ["call", 3],
    ],
  ]);
  expect((await executor.runs.get(runId)).events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
    "1 start",
    "2 wait",
    "3 call",
    "4 call",
    "5 result",
    "6 result",
    "7 wait",
    "8 answer",
    "9 call",
    "10 result",
    "11 end",
  ]);
  expect(await executor.runs.verify()).toMatchObject({ ok: true, lines: 6 });
});

test("a single call of the host and what the policy refuses are recorded like those of a program", async () => {
  await using executor = new CodeModeExecutor(registry, {
    policy: { rules: [{ tools: "host__remove_state", decision: "deny" }] },
    store: { directory: join(folder, "calls") },
  });
  await executor.callTool("host__echo", { a: 2 });
  await executor.execute("await host.remove_state({}).catch(() => 0)");
  const { runs } = await executor.runs.list();
  const [program = "", call = ""] = runs.map(({ runId }) => runId);
  expect((await executor.runs.get(call)).events).toMatchObject([
    { type: "start" },
    { type: "call", callId: 1, arguments: { a: 2 } },
    { type: "result", status: "ok", value: { a: 2 } },
    { type: "end", status: "completed" },
  ]);
  expect((await executor.runs.get(program)).toolCalls).toMatchObject([{ status: "denied" }]);
  const audit = await readFile(join(folder, "calls", "audit.jsonl"), "utf8");
  const lines = audit
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { n: 1, kind: "decision", outcome: "allow", tool: "host__echo", runId: call },
    { n: 2, kind: "call", outcome: "ok" },
    { n: 3, kind: "decision", outcome: "deny", tool: "host__remove_state", runId: program },
    { n: 4, kind: "call", outcome: "denied" },
  ]);
  expect(await executor.runs.verify()).toMatchObject({ ok: true, lines: 4 });
});

test("waiting ends with the run, or after the time that was given", async () => {
  await using executor = open({});
  const running = executor.execute("await new Promise((resolve) => setTimeout(resolve, 25_000))");
  const [runId = ""] = executor.running();
  await expect.poll(async () => (await executor.runs.list()).total).toBe(1);
  expect(await executor.runs.wait(runId, { timeoutMs: 1 })).toMatchObject({ status: "running" });
  const waiting = executor.runs.wait(runId);
  expect(await executor.runs.cancel(runId)).toBe(true);
  expect(await waiting).toMatchObject({ status: "cancelled" });
  await running;
  expect(await executor.runs.cancel(runId)).toBe(false);
});

async function makeStore(directory: string): Promise<void> {
  await using executor = open({ directory });
  await executor.execute("1");
}

function open(store: StoreSettings & { readonly directory?: string }): CodeModeExecutor {
  return new CodeModeExecutor(registry, { store });
}

test("ids of runs of one second lie together, and no two are the same", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const ids = Array.from({ length: 1_000 }, () => newId("run"));
  expect(new Set(ids).size).toBe(1_000);
  expect(new Set(ids.map((id) => id.slice(0, 7))).size).toBe(1);
  expect(ids.filter((id) => !/^run_[0-9a-f]{20}$/.test(id))).toEqual([]);
  vi.setSystemTime(1_700_000_001_000);
  expect(newId("run").slice(0, 7)).not.toBe(ids[0]?.slice(0, 7));
});
