import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defined } from "../../src/base/defined.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import type { PendingDecision } from "../../src/runs/result.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

const SERVER = new URL("../kills/server.mjs", import.meta.url).pathname;

let folder = "";
let judge = "";
let registry: ToolRegistry;
let executor: CodeModeExecutor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "codemode-retry-"));
  judge = join(folder, "judge.jsonl");
  registry = new ToolRegistry();
  registry.addServer({ name: "bank", transport: "stdio", command: process.execPath, args: [SERVER, judge] });
  const rules = [{ tools: "bank__pay", arguments: { "/n": "-9" }, decision: "ask" }] as const;
  executor = new CodeModeExecutor(registry, { policy: { rules } });
  await executor.setup();
  // The very first Python of a version makes an image.
  await executor.execute("1", { language: "python", timeoutMs: 100_000 });
}, 120_000);

afterAll(async () => {
  await executor.close();
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Numbers that really reached the bank, by tool. */
function reached(tool: string, from = 0, to = Number.POSITIVE_INFINITY): readonly number[] {
  const lines = readFileSync(judge, "utf8").trimEnd().split("\n");
  const calls = lines.map((line): { tool: string; n: number } => JSON.parse(line));
  return sorted(calls.filter((call) => call.tool === tool && call.n >= from && call.n < to).map(({ n }) => n));
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}

const FAILING = {
  typescript: "await bank.pay({ n: 11 }); await bank.pay({ n: 12 }); throw new Error('bug')",
  python: "await bank.pay(n=21)\nawait bank.pay(n=22)\nraise ValueError('bug')",
} as const;

const CORRECTED = {
  typescript: "(await Promise.all([12, 11, 11, 13].map((n) => bank.pay({ n })))).map(({ double }) => double)",
  python: "import asyncio\n[r['double'] for r in await asyncio.gather(*[bank.pay(n=n) for n in [22, 21, 21, 23]])]",
} as const;

test.each(["typescript", "python"] as const)(
  "a corrected program makes only the writes that were not made, each as often as it asks, in %s",
  async (language) => {
    const failed = await executor.execute(FAILING[language], { language });
    const first = language === "python" ? 21 : 11;
    expect(failed.text).toContain(`bank__pay {"n":${first}}; bank__pay {"n":${first + 1}}`);
    expect(failed.text).toContain(`retry_of: "${failed.runId}"`);
    const done = await executor.execute(CORRECTED[language], { language, retryOf: failed.runId });
    expect(done).toMatchObject({
      status: "completed",
      value: [2 * first + 2, 2 * first, 2 * first, 2 * first + 4],
      notes: [expect.stringContaining(`2 calls were not made again: the same was completed before (${failed.runId})`)],
    });
    expect(reached("pay", first, first + 9)).toEqual([first, first, first + 1, first + 2]);
  },
);

test("what failed is made again, and what only reads is read again", async () => {
  const code = "await bank.look({ n: 31 }); await bank.pay({ n: 'wrong' as any })";
  const failed = await executor.execute(code, { typeCheck: false });
  expect(failed.error).toMatchObject({ code: "invalid_arguments" });
  expect(failed.text).not.toContain("retry_of");
  const run = await executor.execute("await bank.look({ n: 31 }); await bank.pay({ n: 32 })", {
    retryOf: failed.runId,
  });
  expect(run).toMatchObject({ status: "completed", notes: [] });
  expect([reached("look", 31, 32), reached("pay", 32, 33)]).toEqual([[31, 31], [32]]);
});

test("a retry that waits for a person goes on with the writes that are left", async () => {
  const failed = await executor.execute("await bank.pay({ n: 41 }); throw new Error('bug')", { durable: true });
  const code = "await bank.pay({ n: 41 }); await bank.pay({ n: -9 }); (await bank.pay({ n: 41 })).double";
  const parked = await executor.execute(code, { durable: true, retryOf: failed.runId });
  expect(parked).toMatchObject({ status: "suspended", pending: [{ callId: 2, arguments: { n: -9 } }] });
  await expect(executor.execute(code, { retryOf: parked.runId })).rejects.toMatchObject({ code: "invalid_arguments" });
  const done = await executor.runs.decide(parked.runId, [{ callId: "all", decision: "approve" }]);
  expect(done).toMatchObject({
    status: "completed",
    value: 82,
    notes: [expect.stringContaining("1 call was not made")],
  });
  expect(reached("pay", 41, 42)).toEqual([41, 41]);
});

test("a write whose result is not known is asked about, and its result may be given", async () => {
  const failed = await executor.execute("await bank.pay({ n: 51, ms: 3000 })", { timeoutMs: 400 });
  expect(failed.text).toContain('Started, and perhaps done: bank__pay {"n":51,"ms":3000}.');
  const questions: PendingDecision[] = [];
  const done = await executor.execute("(await bank.pay({ n: 51, ms: 3000 })).double", {
    retryOf: failed.runId,
    onApproval: async ({ calls }) => {
      questions.push(...calls);
      return [{ callId: "all", decision: "approve", value: { double: 102 } }];
    },
  });
  expect(questions).toMatchObject([{ kind: "in_doubt", tool: "bank__pay" }]);
  expect(done).toMatchObject({ status: "completed", value: 102 });
});

test("a preview of a retry lists only what is left to do", async () => {
  const failed = await executor.execute("await bank.pay({ n: 61 }); throw new Error('bug')");
  const code = "await bank.pay({ n: 61 }); await bank.pay({ n: 62 })";
  const { preview } = await executor.execute(code, { preview: true, retryOf: failed.runId });
  expect(preview?.calls).toMatchObject([{ arguments: { n: 62 } }]);
});

test("the list of what a failed run has done takes at most 200 tokens", async () => {
  const code =
    "for (let n = 70; n < 90; n++) await bank.pay({ n, note: '日本語🙂'.repeat(500) }); throw new Error('bug')";
  const { text, notes } = await executor.execute(code, { typeCheck: false });
  expect(text).toContain("and 16 more.");
  expect(encode(notes.join("\n")).length).toBeLessThanOrEqual(200);
});

test.each([
  ["model", ({ runId }: { readonly runId: string }) => `none of that again with retry_of: "${runId}".`],
  [
    "program",
    ({ runId }: { readonly runId: string }) => `with retry_of: "${runId}" (codemode exec --retry-of ${runId}).`,
  ],
] as const)(
  "a failed run names the parameter to retry with, and the command to all but a model: %s",
  async (reader, way) => {
    const run = await executor.execute("await bank.pay({ n: 9000001 }); throw new Error('bug')", { reader });
    expect(run.notes.at(-1)).toMatch(/^A corrected program does /);
    expect(run.notes.at(-1)).toContain(way(run));
    expect(run.text.includes("codemode exec")).toBe(reader !== "model");
  },
);

test("a run that is not known cannot be tried again", async () => {
  await expect(executor.execute("1", { retryOf: "run_unknown" })).rejects.toMatchObject({ code: "invalid_arguments" });
});

/** Programs that are tried until they are right; at most two attempts fail. */
const PROGRAMS = Number(process.env["CODEMODE_RETRIES"] ?? 100);

test(`${PROGRAMS} programs that fail and are tried again make no write twice`, async () => {
  let seed = 7;
  const pick = (most: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * most);
  };
  const faults = [
    "throw new Error('bug')",
    "await bank.pay({ n: 'x' as any })",
    "missing.name()",
    "await bank.nothing({})",
  ];
  const attempt = async (index: number): Promise<void> => {
    const base = 1_000 + index * 20;
    // The same write twice is meant twice.
    const steps = Array.from({ length: 3 + pick(4) }, () => [0, 1, 2].slice(pick(3)).map(() => base + pick(5)));
    const calls = steps.map((ns) => `said.push(...await Promise.all([${ns.join(",")}].map((n) => bank.pay({ n }))));`);
    const program = (lines: readonly string[]): string => `const said = [];\n${lines.join("\n")}\nsaid.map((r) => r.n)`;
    let retryOf: string | undefined;
    for (let failures = 1 + pick(2); failures > 0; failures--) {
      const broken = calls.toSpliced(pick(calls.length + 1), 0, `${faults[pick(faults.length)] ?? ""};`);
      const options = { typeCheck: false, ...defined({ retryOf }) };
      const run = await executor.execute(program(broken), options);
      expect(run.success).toBe(false);
      retryOf = run.runId;
    }
    const done = await executor.execute(program(calls), defined({ retryOf }));
    expect(done).toMatchObject({ status: "completed", value: steps.flat() });
    expect(reached("pay", base, base + 20)).toEqual(sorted(steps.flat()));
  };
  for (let index = 0; index < PROGRAMS; index += 10) {
    await Promise.all(Array.from({ length: Math.min(10, PROGRAMS - index) }, (_each, i) => attempt(index + i)));
  }
}, 300_000);
