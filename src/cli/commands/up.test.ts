import { existsSync, readdirSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type CliOptions, type CliRun, documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { filesystemServer, stubbornServer } from "../__fixtures__/stdio-servers.ts";

const state = z.object({
  up: z.boolean(),
  pid: z.number().optional(),
  commands: z.number().optional(),
  servers: z.array(z.object({ name: z.string(), status: z.string(), tools: z.number() })).optional(),
});

let folder: Awaited<ReturnType<typeof testFolder>>;
const cli = (args: readonly string[], options: CliOptions = {}): Promise<CliRun> =>
  runCli(args, { cwd: folder.path, ...options });
const status = async (options: CliOptions = {}): Promise<z.infer<typeof state>> =>
  documentOf(await cli(["status", "--json"], options), state);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

beforeAll(async () => {
  // A check of types gives up on a machine that is busy, and then says so.
  folder = await testFolder({
    typeCheck: false,
    mcpServers: { paper: { ...stubbornServer(), env: { WORD: "${UP_TEST_WORD:-none}" } } },
  });
});

afterAll(async () => {
  await cli(["down"]);
  await folder[Symbol.asyncDispose]();
});

/** The same command lines with and without a background process. */
const LINES: readonly (readonly [what: string, args: readonly string[], options?: CliOptions])[] = [
  ["output on both streams", ["exec", "-e", "console.log('out'); console.error('oops'); 3"]],
  ["a syntax error", ["exec", "-e", "1 +"]],
  ["a failed call", ["exec", "-e", "await paper.refuse({})"]],
  ["no program at all", ["exec"]],
  ["a file, by its relative path", ["exec", "three.py", "--", "x"]],
  ["arguments that are piped in", ["call", "paper__echo", "-"], { input: '{ "text": "piped" }' }],
  ["a call that fails, as JSON", ["call", "paper__refuse", "--json"]],
  ["a description, as JSON", ["describe", "paper__refuse", "--json"]],
  ["colours that were asked for", ["exec", "-e", "nope()"], { env: { FORCE_COLOR: "1" } }],
];

test("with a background process every command prints the same and ends the same", async () => {
  await writeFile(join(folder.path, "three.py"), "import sys\nprint(sys.argv[1:])\n1 + 2\n");
  const outcome = ({ stdout, stderr, status: code }: CliRun): object => ({
    stdout,
    stderr: stderr.replace(/[\d.]+ m?s/g, "TIME"),
    code,
  });
  const run = (): Promise<readonly object[]> =>
    Promise.all(LINES.map(async ([what, args, options]) => ({ what, ...outcome(await cli(args, options)) })));
  // A repeated test finds the process that the first attempt started.
  await cli(["down"]);
  const before = await run();
  expect(await status()).toEqual({ up: false });
  const started = await cli(["up"]);
  expect(started).toMatchObject({ status: 0, stderr: "" });
  const after = await run();
  expect(after).toEqual(before);
  const kept = join(folder.path, ".codemode");
  const socket = readdirSync(kept).find((name) => name.endsWith(".sock")) ?? "";
  expect(statSync(join(kept, socket)).mode & 0o777).toBe(0o600);
  const { up, commands, servers } = await status();
  expect({ up, commands, servers }).toEqual({
    up: true,
    commands: LINES.length,
    servers: [{ name: "paper", status: "ready", tools: 2 }],
  });
}, 120_000);

test("two commands of one session see each other's variables", async () => {
  await cli(["exec", "--session", "s", "-e", "let n = 40"]);
  const run = await cli(["exec", "--session", "s", "-e", "n += 2; n"]);
  expect(run.stdout).toBe("42\n");
});

test("a run in the background is a process of its own", async () => {
  const { commands } = await status();
  const started = await cli(["exec", "--background", "-e", "7"]);
  expect(started).toMatchObject({ status: 0, stdout: expect.stringMatching(/^run_\w+\n$/) });
  expect((await status()).commands).toBe(commands);
  const events = await cli(["runs", "tail", started.stdout.trim()]);
  expect(events.stdout).toContain('"type":"end"');
});

test("Ctrl-C cancels what the background process runs, and the process stays", async () => {
  const { pid } = await status();
  const run = await cli(["exec", "-e", "console.log('on it'); for (;;) {}"], {
    onStarted: (child) => void child.stdout?.once("data", () => child.kill("SIGINT")),
  });
  expect(run).toMatchObject({ status: 1, stdout: "on it\n" });
  expect(run.stderr).toContain("cancelled");
  expect((await status()).pid).toBe(pid);
});

test("a changed configuration is used by the next command", async () => {
  const { pid } = await status();
  await writeFile(
    join(folder.path, "codemode.json"),
    JSON.stringify({
      typeCheck: false,
      mcpServers: {
        paper: { ...stubbornServer(), env: { WORD: "${UP_TEST_WORD:-none}" } },
        files: filesystemServer(folder.path),
      },
    }),
  );
  const run = await cli(["exec", "-e", "(await files.list_allowed_directories({})).length > 0"]);
  expect(run.stdout).toBe("true\n");
  const after = await status();
  expect(after.pid).toBe(pid);
  expect(after.servers?.map(({ name }) => name)).toEqual(["paper", "files"]);
});

test("a command whose variables have other values runs by itself", async () => {
  const { commands } = await status();
  const run = await cli(["exec", "-e", "1 + 1"], { env: { UP_TEST_WORD: "other" } });
  expect(run.stdout).toBe("2\n");
  expect((await status()).commands).toBe(commands);
});

test("a process that dies in the middle of a command is reported, and the next command runs without it", async () => {
  const { pid } = await status();
  if (pid === undefined) throw new Error("no background process answered");
  const code = "console.log('on it'); await new Promise(() => setTimeout(() => {}, 60_000))";
  const run = await cli(["exec", "--timeout", "60", "-e", code], {
    onStarted: (child) => void child.stdout?.once("data", () => process.kill(pid, "SIGKILL")),
  });
  expect(run).toMatchObject({ status: 1, stdout: "on it\n" });
  expect(run.stderr).toContain("The background process ended while the command ran.");
  expect((await cli(["exec", "-e", "1 + 1"])).stdout).toBe("2\n");
  expect(await status()).toEqual({ up: false });
});

test("a program that down interrupts is parked, and its command says how to go on with it", async () => {
  await cli(["up"]);
  const code = "console.log('on it'); await new Promise(() => setTimeout(() => {}, 60_000))";
  const run = await cli(["exec", "--timeout", "60", "-e", code], {
    onStarted: (child) => void child.stdout?.once("data", () => void cli(["down"])),
  });
  expect(run).toMatchObject({ status: 3, stdout: "on it\n" });
  expect(run.stderr).toMatch(/hint: codemode runs resume run_\w+ goes on with it\.\n$/);
});

test("down leaves no process and no socket, also of servers that would rather stay", async () => {
  await cli(["up"]);
  await cli(["call", "paper__echo", '{ "text": "hi" }']);
  const { pid = 0 } = await status();
  const again = await cli(["up"]);
  expect(again.stdout).toContain(`There is already process ${pid}`);
  const down = await cli(["down", "--json"]);
  expect(documentOf(down)).toEqual({ ended: true, pid });
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(readdirSync(join(folder.path, ".codemode")).filter((name) => name.endsWith(".sock"))).toEqual([]);
  expect(documentOf(await cli(["down", "--json"]))).toEqual({ ended: false, pid: null });
});

test("a process that nobody uses ends by itself", async () => {
  const up = documentOf(await cli(["up", "--idle", "2", "--json"]), state);
  await expect.poll(() => isAlive(up.pid ?? 0), { timeout: 25_000 }).toBe(false);
  expect(existsSync(join(folder.path, ".codemode", "state.db"))).toBe(true);
});

test("a configuration that is wrong is reported by `up` with the reason", async () => {
  await using own = await testFolder({ limits: { timeMs: "soon" } });
  const run = await runCli(["up"], { cwd: own.path });
  expect(run.status).toBe(2);
  expect(run.stderr).toContain("limits.timeMs");
});

test.skipIf(process.platform === "win32")(
  "a folder that cannot hold the state is said to be that, with what to do",
  async () => {
    await using own = await testFolder({});
    await writeFile(join(own.path, ".codemode"), "a file where the folder should be");
    const { status: ended, stdout } = await runCli(["up", "--json"], { cwd: own.path });
    const { error }: Readonly<Record<string, unknown>> = JSON.parse(stdout);
    expect(error).toEqual({
      code: "config_error",
      message: expect.stringMatching(/\.codemode.* cannot be used: a part of its path is not a folder\.$/),
      hint: expect.stringMatching(/write access and free space.*"stateDir"/),
    });
    expect(ended).toBe(2);
  },
);
