import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { stubbornServer } from "../__fixtures__/stdio-servers.ts";

const LISTED = z.strictObject({
  runs: z.array(z.looseObject({ runId: z.string(), session: z.string().nullable() })),
  total: z.number(),
});

let folder: Awaited<ReturnType<typeof testFolder>>;
let runId: string;

beforeAll(async () => {
  folder = await testFolder({
    mcpServers: { parrot: { ...stubbornServer(), env: { PARROT_TOKEN: "sesame-open-9" } } },
  });
  const code = `console.log("hi"); await Promise.all([parrot.echo({ text: "polly" }), parrot.echo({ text: "sesame-open-9" })])`;
  runId = String(documentOf(await cli(["exec", "-e", code, "--session", "s", "--json"]))["runId"]);
});

afterAll(() => folder[Symbol.asyncDispose]());

test("a run of another process is listed with its counts and times", async () => {
  expect(documentOf(await cli(["runs", "list", "--session", "s", "--json"]), LISTED)).toEqual({
    runs: [
      {
        runId,
        status: "completed",
        language: "typescript",
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        endedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        durationMs: expect.any(Number),
        toolCalls: 2,
        pending: 0,
        session: "s",
      },
    ],
    total: 1,
  });
});

test("a run is shown with its result, its program and its events in order, and no secret", async () => {
  const run = await cli(["runs", "show", runId, "--json"]);
  const { events, ...document } = documentOf(run);
  expect(document).toMatchObject({ runId, status: "completed", language: "typescript", session: "s", stdout: "hi\n" });
  expect(events).toMatchObject([
    { seq: 1, type: "start", session: "s" },
    { seq: 2, type: "wait", for: "begin" },
    { seq: 3, type: "output", stream: "stdout", text: "hi\n" },
    { seq: 4, type: "call", callId: 1, tool: "parrot__echo", arguments: { text: "polly" } },
    { seq: 5, type: "call", callId: 2, arguments: { text: "[secret]" } },
    { seq: 6, type: "result", status: "ok" },
    { seq: 7, type: "result", status: "ok" },
    { seq: 8, type: "end", status: "completed" },
  ]);
  const kept = await readFile(join(folder.path, ".codemode", "state.db"), "latin1");
  expect(run.stdout + kept).not.toContain("sesame-open-9");
});

test("for people calls stand as bars on one time axis", async () => {
  const run = await cli(["runs", "show", runId]);
  expect(run.stdout).toMatch(/^1 parrot__echo │ *█+ *│ \d+ ms\n2 parrot__echo │ *█+ *│ \d+ ms\n +0 +\d+ ms$/m);
});

test("export and tail give the events of a finished run and end", async () => {
  const [exported, tailed] = await Promise.all([cli(["runs", "export", runId]), cli(["runs", "tail", runId])]);
  const lines = tailed.stdout.trimEnd().split("\n");
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(documentOf(exported)["events"]);
});

test("an id that is not known is wrong usage", async () => {
  const run = await cli(["runs", "show", "run_0", "--json"]);
  expect(documentOf(run)).toMatchObject({ error: { message: "There is no run run_0." } });
  expect(run.status).toBe(2);
});

test("a run of another process is followed and cancelled, once", async () => {
  const child = spawn(
    process.execPath,
    [
      CLI,
      "exec",
      "-e",
      "console.log('on it'); await new Promise((r) => setTimeout(r, 25_000))",
      "--session",
      "slow",
      "--json",
    ],
    { cwd: folder.path },
  );
  await once(child, "spawn");
  let id = "";
  while (id === "") {
    const listed = documentOf(await cli(["runs", "list", "--status", "running", "--json"]), LISTED);
    id = listed.runs.find(({ session }) => session === "slow")?.runId ?? "";
  }
  const tailed = cli(["runs", "tail", id]);
  expect(documentOf(await cli(["runs", "cancel", id, "--json"]))).toEqual({ runId: id, status: "cancelled" });
  expect((await tailed).stdout).toMatch(/"type":"end".*"status":"cancelled"/);
  if (child.exitCode === null) await once(child, "close");
  expect(child.exitCode).toBe(1);
  expect((await cli(["runs", "cancel", id])).status).toBe(2);
});

test("a run whose process was killed is suspended, and can be cancelled", async () => {
  const child = spawn(
    process.execPath,
    [
      CLI,
      "exec",
      "-e",
      "await parrot.echo({ text: 'a' }); for (;;) await new Promise((r) => setTimeout(r, 50))",
      "--session",
      "dead",
    ],
    { cwd: folder.path },
  );
  let id = "";
  while (id === "") {
    const listed = documentOf(await cli(["runs", "list", "--session", "dead", "--json"]), LISTED);
    id = listed.runs[0]?.runId ?? "";
  }
  child.kill("SIGKILL");
  await once(child, "close");
  const { events: _, ...waited } = documentOf(await cli(["runs", "show", id, "--json"]));
  expect(["running", "suspended"]).toContain(waited["status"]);
  await cli(["runs", "tail", id]);
  expect(documentOf(await cli(["runs", "show", id, "--json"]))).toMatchObject({ status: "suspended", endedAt: null });
  const { stdout } = await cli(["runs", "show", id]);
  expect(stdout).toContain("before the end of the run was written");
  expect(stdout).toContain(`codemode runs resume ${id} goes on with it`);
  expect(documentOf(await cli(["runs", "cancel", id, "--json"]))).toEqual({ runId: id, status: "cancelled" });
});

test("pruning removes what is older than was asked", async () => {
  await using other = await testFolder();
  await runCli(["exec", "-e", "1"], { cwd: other.path });
  const prune = ["runs", "prune", "--json", "--older-than"];
  expect(documentOf(await runCli([...prune, "1"], { cwd: other.path }))).toEqual({ removed: 0 });
  expect(documentOf(await runCli([...prune, "0"], { cwd: other.path }))).toEqual({ removed: 1 });
});

test("verify finds a changed byte and a missing last line of the audit log", async () => {
  const file = join(folder.path, ".codemode", "audit.jsonl");
  // Replaces what a killed process may have written without counting it.
  await cli(["exec", "-e", "await parrot.echo({ text: 'after' })"]);
  const text = await readFile(file, "utf8");
  const lines = text.trimEnd().split("\n");
  const verify = async (): Promise<unknown> => documentOf(await cli(["runs", "verify", "--json"]));
  expect(await verify()).toMatchObject({ ok: true, line: null, lines: lines.length });
  await writeFile(file, text.replace('"outcome":"ok"', '"outcome":"no"'));
  const changed = lines.findIndex((line) => line.includes('"outcome":"ok"')) + 1;
  expect(await verify()).toMatchObject({ ok: false, line: changed });
  expect((await cli(["runs", "verify"])).status).toBe(1);
  await writeFile(file, `${lines.slice(0, -1).join("\n")}\n`);
  expect(await verify()).toMatchObject({ ok: false, line: lines.length });
  await rm(file);
  expect(await verify()).toMatchObject({ ok: false, line: 1, lines: 0 });
  await writeFile(file, text);
});

function cli(args: readonly string[]): ReturnType<typeof runCli> {
  return runCli(args, { cwd: folder.path });
}
