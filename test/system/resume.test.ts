import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import type { Policy } from "../../src/runs/decisions/policy.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import type { GuestLanguage } from "../../src/engines/engine.ts";

// A process dies by SIGKILL in the middle of a call, and this one goes on with its run.

let folder: string;
let victim: string;
const index = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;

/** Dies in the call whose `n` is 3, after its effect, which is a line in a file. */
const VICTIM = `
import { appendFileSync } from "node:fs";
import { createCodemode, defineTool } from ${JSON.stringify(index)};
const [stateDir, judge, language, code] = process.argv.slice(2);
const tool = (name, annotations) => defineTool({
  name, description: name, inputSchema: { type: "object" }, annotations,
  execute: ({ n }) => {
    appendFileSync(judge, name + " " + n + "\\n");
    if (n === 3) process.kill(process.pid, "SIGKILL");
    return { n, time: Date.now() };
  },
});
const codemode = createCodemode({ stateDir, tools: { host: [tool("look", { readOnlyHint: true }), tool("pay", {})] } });
console.log((await codemode.executor.execute(code, { language, timeoutMs: 80_000 })).error);
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-resume-"));
  victim = join(folder, "victim.mjs");
  await writeFile(victim, VICTIM);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Place {
  readonly stateDir: string;
  readonly judge: string;
}

/** Runs a program in a process that dies in it. */
async function die(language: GuestLanguage, code: string): Promise<Place> {
  const stateDir = await mkdtemp(join(folder, "state-"));
  const judge = join(stateDir, "judge.txt");
  const { signal, stdout, stderr } = spawnSync(process.execPath, [victim, stateDir, judge, language, code], {
    encoding: "utf8",
    timeout: 85_000,
  });
  expect([signal, stdout, stderr]).toEqual(["SIGKILL", "", ""]);
  return { stateDir, judge };
}

function open({ stateDir, judge }: Place, policy: Policy = {}): Codemode {
  const tool = (name: string, readOnlyHint: boolean) =>
    defineTool({
      name,
      description: name,
      inputSchema: { type: "object" },
      annotations: { readOnlyHint },
      execute: async ({ n }) => {
        await writeFile(judge, `${name} ${Number(n)} again\n`, { flag: "a" });
        return { n: Number(n), time: Date.now() };
      },
    });
  return createCodemode({ stateDir, policy, tools: { host: [tool("look", true), tool("pay", false)] } });
}

/** The run of a place, once its dead owner's claim is over. */
async function suspended({ executor }: Codemode): Promise<string> {
  const [run] = (await executor.runs.list()).runs;
  const runId = run?.runId ?? "";
  expect(await executor.runs.wait(runId, { timeoutMs: 10_000 })).toMatchObject({ status: "suspended", runId });
  return runId;
}

const linesOf = async ({ judge }: Place): Promise<string[]> => (await readFile(judge, "utf8")).trimEnd().split("\n");

const READING: Readonly<Record<GuestLanguage, string>> = {
  typescript: `
    console.log("begin");
    const all = await Promise.all([1, 2].map((n) => sleep(n * 20).then(() => host.look({ n }))));
    all.push(await host.look({ n: 3 }));
    console.log("end");
    [...all, await host.look({ n: 4 })].map(({ n }) => n)`,
  python: `
import asyncio
print("begin")
async def look(n):
    await asyncio.sleep(n * 0.02)
    return (await host.look(n=n))["n"]
seen = await asyncio.gather(look(1), look(2))
seen.append(await look(3))
print("end")
[*seen, (await host.look(n=4))["n"]]`,
};

test.each(["typescript", "python"] as const)(
  "a %s program goes on in another process: what was completed is not done again, what reads is",
  async (language) => {
    const place = await die(language, READING[language]);
    await using codemode = open(place);
    const runId = await suspended(codemode);
    const heard: string[] = [];
    const hooks = { onOutput: ({ text }: { readonly text: string }) => heard.push(text) };
    const result = await codemode.executor.runs.resume(runId, { hooks });
    expect(result).toMatchObject({ status: "completed", value: [1, 2, 3, 4], stdout: "begin\nend\n", runId });
    expect(heard.join("")).toBe("end\n");
    expect(await linesOf(place)).toEqual(["look 1", "look 2", "look 3", "look 3 again", "look 4 again"]);
    expect(result.toolCalls.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
  },
  90_000,
);

const PAYING = `
const done = [];
for (const n of [1, 2, 3, 4]) done.push(await host.pay({ n }).then((paid) => paid.n, ({ code }) => code));
done`;

test("a write in doubt waits for a person, who may have it sent, or say that it was done, or that it was not", async () => {
  const answers = [
    [{ decision: "approve" }, [1, 2, 3, 4], ["pay 1", "pay 2", "pay 3", "pay 3 again", "pay 4 again"]],
    [{ decision: "approve", value: { n: 33 } }, [1, 2, 33, 4], ["pay 1", "pay 2", "pay 3", "pay 4 again"]],
    [{ decision: "deny" }, [1, 2, "tool_error", 4], ["pay 1", "pay 2", "pay 3", "pay 4 again"]],
  ] as const;
  for (const [answer, value, lines] of answers) {
    const place = await die("typescript", PAYING);
    await using codemode = open(place);
    const runId = await suspended(codemode);
    const { runs } = codemode.executor;
    const parked = await runs.resume(runId);
    expect(parked).toMatchObject({ status: "suspended", toolCalls: [{}, {}, { status: "in_doubt" }] });
    expect(parked.pending).toMatchObject([{ callId: 3, tool: "host__pay", arguments: { n: 3 }, kind: "in_doubt" }]);
    const result = await runs.decide(runId, [{ callId: 3, ...answer }]);
    expect(result).toMatchObject({ status: "completed", value });
    expect(await linesOf(place)).toEqual(lines);
  }
});

test.each([
  ["fail", [1, 2, "tool_error", 4], ["pay 1", "pay 2", "pay 3", "pay 4 again"]],
  ["retry", [1, 2, 3, 4], ["pay 1", "pay 2", "pay 3", "pay 3 again", "pay 4 again"]],
] as const)("the policy decides about a write in doubt: %s", async (inDoubt, value, lines) => {
  const place = await die("typescript", PAYING);
  await using codemode = open(place, { inDoubt });
  const result = await codemode.executor.runs.resume(await suspended(codemode));
  expect(result).toMatchObject({ status: "completed", value });
  expect(await linesOf(place)).toEqual(lines);
});

test("a run that a living process holds is busy", async () => {
  const stateDir = await mkdtemp(join(folder, "busy-"));
  await using codemode = open({ stateDir, judge: join(stateDir, "judge.txt") });
  const running = codemode.executor.execute("await host.look({ n: 1 }); await sleep(20_000)");
  const [runId = ""] = codemode.executor.running();
  await expect.poll(async () => (await codemode.executor.runs.list()).total).toBe(1);
  await expect(codemode.executor.runs.resume(runId)).rejects.toMatchObject({ code: "busy" });
  codemode.executor.cancel(runId);
  await running;
  await expect(codemode.executor.runs.resume(runId)).rejects.toMatchObject({ code: "invalid_arguments" });
});

test("the clock of a program stands while nothing runs, and shows the time again when something does", async () => {
  const place = await die(
    "typescript",
    `const began = performance.now();
     const first = (await host.look({ n: 1 })).time;
     await host.look({ n: 3 });
     const { time } = await host.look({ n: 4 });
     [performance.now() - began < 1_500, Math.abs(Date.now() - time) < 1_000, time - first > 1_500]`,
  );
  // The time in which nothing runs.
  await delay(2_000);
  await using codemode = open(place);
  const result = await codemode.executor.runs.resume(await suspended(codemode));
  expect(result.value).toEqual([true, true, true]);
});
