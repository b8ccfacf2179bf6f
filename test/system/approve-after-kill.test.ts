import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentOf, runCli } from "../../src/cli/__fixtures__/run-cli.ts";

// A process dies by SIGKILL while its run is parked, and another one approves the calls and goes on.

let folder: string;
const index = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
const server = join(import.meta.dirname, "../kills/server.mjs");
const gatedServer = join(import.meta.dirname, "../server/gated-server.mjs");
const CLI = join(import.meta.dirname, "../../dist/cli.js");

/** Says how its run is parked, and stays alive with it. */
const HOLDER = `
import { openCodemode } from ${JSON.stringify(index)};
const codemode = openCodemode({ file: "codemode.json" });
const [code, language, ...before] = process.argv.slice(2);
const session = before.length === 0 ? {} : { sessionId: "of " + code };
for (const each of before) await codemode.executor.execute(each, { language, ...session });
const { runId, pending } = await codemode.executor.execute(code, { language, ...session });
console.log(JSON.stringify({ runId, pending: pending.length }));
setInterval(() => {}, 1_000);
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-parked-"));
  writeFileSync(join(folder, "holder.mjs"), HOLDER);
  const bank = { command: process.execPath, args: [server, join(folder, "judge.jsonl")] };
  const settings = { mcpServers: { bank }, policy: { preset: "ask-writes" } };
  writeFileSync(join(folder, "codemode.json"), JSON.stringify(settings));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers that the bank was asked to pay, in their order. */
function paid(from: number): readonly number[] {
  const lines = readFileSync(join(folder, "judge.jsonl"), "utf8").trimEnd().split("\n");
  const calls = lines.map((line): { tool: string; n: number } => JSON.parse(line));
  return calls.filter(({ tool, n }) => tool === "pay" && n >= from && n < from + 50).map(({ n }) => n);
}

const SHAPES: readonly (readonly [shape: string, from: number, argv: readonly string[]])[] = [
  ["one after the other", 1_000, ["for (let n = 0; n < 50; n++) await bank.pay({ n: 1000 + n }); 50", "typescript"]],
  [
    "at the same time",
    2_000,
    ["(await Promise.all(Array.from({ length: 50 }, (_, n) => bank.pay({ n: 2000 + n })))).length", "typescript"],
  ],
  [
    "with reads between",
    3_000,
    ["for (let n = 0; n < 50; n++) await bank.pay({ n: (await bank.look({ n: 3000 + n })).n }); 50", "typescript"],
  ],
  [
    "of a session, one after the other,",
    4_000,
    [
      "for (let n = 0; n < 50; n++) { await bank.pay({ n: base + n }); made++; } made",
      "typescript",
      "let base = 0, made = 0",
      "base = 4000 + made",
    ],
  ],
  [
    "of a session in Python, with reads between,",
    5_000,
    [
      "for n in range(50):\n    await bank.pay(n=(await bank.look(n=base + n))['n'])\n    made += 1\nmade",
      "python",
      "base = made = 0",
      "base = 5000 + made",
    ],
  ],
  [
    "of a session in Python, at the same time,",
    6_000,
    ["import asyncio\nlen(await asyncio.gather(*[bank.pay(n=base + n) for n in range(50)]))", "python", "base = 6000"],
  ],
];

test.each(SHAPES)(
  "50 writes %s are approved by another process after a SIGKILL, each is made once, and a second approval changes nothing",
  async (_shape, from, argv) => {
    const holder = spawn(process.execPath, ["holder.mjs", ...argv], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(holder.stdout, "data");
    holder.kill("SIGKILL");
    const { runId, pending }: { runId: string; pending: number } = JSON.parse(String(line));
    expect(pending).toBe(50);
    const done = await runCli(["runs", "approve", runId, "--json"], { cwd: folder });
    expect(documentOf(done)).toMatchObject({ status: "completed", value: 50, pending: [] });
    const all = Array.from({ length: 50 }, (_each, n) => from + n);
    expect(paid(from).toSorted((a, b) => a - b)).toEqual(all);
    for (const command of ["approve", "deny", "resume"])
      expect((await runCli(["runs", command, runId], { cwd: folder })).status).toBe(2);
    expect(paid(from)).toHaveLength(50);
  },
  90_000,
);

test("a call that was approved and on its way when its process was killed is asked about, and not made twice", async () => {
  const notes = join(folder, "notes");
  const gated = { command: process.execPath, args: [gatedServer, notes, join(folder, "gate")] };
  const config = join(folder, "gated.json");
  writeFileSync(config, JSON.stringify({ mcpServers: { gated }, policy: { preset: "ask-writes" }, stateDir: "gated" }));
  writeFileSync(notes, "");
  const cli = (...args: string[]) => runCli([...args, "--json", "--config", config], { cwd: folder });
  const code = `await gated.send({ text: "money" }).catch((error) => error.code)`;
  const runId = String(documentOf(await cli("exec", "-e", code))["runId"]);
  const noted = once(watch(notes), "change");
  const approver = spawn(process.execPath, [CLI, "runs", "approve", runId, "--config", config], { cwd: folder });
  await noted;
  approver.kill("SIGKILL");
  await once(approver, "close");

  let resumed = documentOf(await cli("runs", "resume", runId));
  // The process that was killed holds its run for two seconds.
  while (JSON.stringify(resumed).includes('"busy"')) resumed = documentOf(await cli("runs", "resume", runId));
  expect(resumed).toMatchObject({ status: "suspended", pending: [{ callId: 1, kind: "in_doubt" }] });
  expect(documentOf(await cli("runs", "deny", runId))).toMatchObject({ status: "completed", value: "tool_error" });
  expect(readFileSync(notes, "utf8")).toBe("send money\n");
}, 90_000);
