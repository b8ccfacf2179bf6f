import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SandboxEngine } from "../engines/engine.ts";
import { CodeModeExecutor } from "../host/executor.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import type { ExecutionResult } from "./result.ts";

const LIMIT_MS = 1_000;
const ROOM_MS = 250;

let added = 0;
let folder: string;
let registry: ToolRegistry;
let executor: CodeModeExecutor;
const leaving = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-time-"));
  await writeFile(
    join(folder, "endless.ts"),
    "/** Never ends. */\nexport function endless(): void {\n  for (;;);\n}\n",
  );
  await writeFile(
    join(folder, "asks.ts"),
    '/** Asks a server. */\nimport { anything } from "generated/servers/silent";\nexport async function asks(): Promise<unknown> {\n  return anything({});\n}\n',
  );
  await writeFile(join(folder, "quick.ts"), "/** Ends. */\nexport function quick(): number {\n  return 1;\n}\n");
  registry = new ToolRegistry();
  registry.addTools("host", [
    defineTool({
      name: "hang",
      description: "Never answers.",
      inputSchema: { type: "object" },
      execute: () => new Promise(() => {}),
    }),
  ]);
  addSilent("silent");
  executor = new CodeModeExecutor(registry, { skills: { directories: [folder] } });
  await executor.setup();
  await executor.skills.list();
});

afterAll(async () => {
  leaving.abort();
  await executor.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

function addSilent(name: string): void {
  const command = process.execPath;
  registry.addServer({ name, transport: "stdio", command, args: ["-e", "setInterval(() => {}, 1000)"] });
}

const limited = { timeoutMs: LIMIT_MS, typeCheck: false };
const run = (code: string): Promise<ExecutionResult> => executor.execute(code, limited);

/** Runs programs that hold what another one then waits for, until the tests are over; resolves when they hold it. */
async function occupy(count: number, sessionId?: string): Promise<void> {
  const session = sessionId === undefined ? {} : { sessionId };
  await Promise.all(
    Array.from({ length: count }, () => {
      return new Promise<void>((resolve) => {
        const hooks = { onToolCallStart: () => resolve() };
        void executor.execute("await host.hang({})", { ...session, hooks, signal: leaving.signal });
      });
    }),
  );
}

/** Takes all 16 places of a holder, of which the session of another test may have one. */
async function occupyAll(): Promise<void> {
  const held = occupy(15);
  void occupy(1);
  await held;
}

interface Wait {
  readonly what: string;
  readonly start: () => Promise<ExecutionResult>;
  readonly named: string;
  readonly before?: () => Promise<void>;
}

const waits: readonly Wait[] = [
  { what: "a server", start: () => run("await silent.anything({})"), named: 'the server "silent"' },
  {
    what: "a search, which asks all servers",
    // A search waits for a server once: another attempt needs another one.
    before: async () => addSilent(`silent_${++added}`),
    start: () => run('await codemode.search("x")'),
    named: "codemode.search",
  },
  {
    what: "a tool that may still come",
    start: () => run('await codemode.callTool("silent__a", {})'),
    named: '"silent"',
  },
  { what: "a tool", start: () => run("await host.hang({})"), named: "host__hang" },
  {
    what: "one tool twice",
    start: () => run("await Promise.all([host.hang({}), host.hang({})])"),
    named: "waiting for host__hang.",
  },
  { what: "nothing", start: () => run("for (;;);"), named: `ran longer than ${LIMIT_MS} ms` },
  {
    what: "a skill it runs",
    start: () => run('import { run_skill } from "generated/skills";\nawait run_skill("endless")'),
    named: 'the skill "endless"',
  },
  {
    what: "a skill that is run by itself",
    start: () => executor.runSkill("endless", {}, limited),
    named: 'the skill "endless"',
  },
  {
    what: "a server a skill needs",
    start: () => executor.runSkill("asks", {}, limited),
    named: 'the server "silent"',
  },
  {
    what: "a skill of a server",
    start: () => executor.runSkill("silent/x", { scriptName: "a" }, limited),
    named: 'the skill "silent/x"',
  },
  {
    what: "a session in use",
    before: () => occupy(1, "busy"),
    start: () => executor.execute("1", { ...limited, sessionId: "busy" }),
    named: 'the session "busy"',
  },
  { what: "a place in line", before: occupyAll, start: () => run("1"), named: "a sandbox" },
];

test.each(waits)(
  "a run that waits for $what ends at its time limit and names it",
  { retry: 2 },
  async ({ before, start, named }) => {
    // A busy machine takes long to replace a sandbox that was stopped, and that is a wait too.
    await executor.execute('import { run_skill } from "generated/skills";\nawait run_skill("quick")', {
      typeCheck: false,
    });
    await before?.();
    const begun = performance.now();
    const { error, status } = await start();
    expect(performance.now() - begun).toBeLessThan(LIMIT_MS + ROOM_MS);
    expect(error).toMatchObject({ code: "time_limit", message: expect.stringContaining(named) });
    expect(status).toBe("failed");
  },
);

test("what a first program needs starts while its servers connect, and for the first program alone", async () => {
  const warmed: (number | undefined)[] = [];
  const stop = new AbortController();
  const engine: SandboxEngine = {
    name: "counted",
    language: "typescript",
    warm: async (sandboxes) => {
      warmed.push(sandboxes);
      stop.abort();
    },
    open: () => Promise.reject(new Error("Nothing runs here.")),
    close: async () => {},
  };
  await using first = new CodeModeExecutor(registry, { engines: { typescript: engine } });
  const asking = "await silent.anything({})";
  await first.execute("1", { typeCheck: false });
  expect(warmed).toEqual([]);
  await first.execute(asking, { typeCheck: false, signal: stop.signal });
  await first.execute(asking, limited);
  expect(warmed).toEqual([1]);
});

test("a sandbox that never starts ends a run at its time limit, and is ended if it starts later", async () => {
  let start = (): void => {};
  let closed = 0;
  const engine: SandboxEngine = {
    name: "late",
    language: "typescript",
    warm: async () => {},
    open: () =>
      new Promise((resolve) => {
        start = () =>
          resolve({
            lost: false,
            run: () => Promise.reject(new Error("Nothing runs here.")),
            close: async () => {
              closed += 1;
            },
          });
      }),
    close: async () => {},
  };
  await using late = new CodeModeExecutor(registry, { engines: { typescript: engine } });
  const { error } = await late.execute("1", limited);
  expect(error).toMatchObject({ code: "time_limit", message: expect.stringContaining("a sandbox") });
  start();
  await expect.poll(() => closed).toBe(1);
});
