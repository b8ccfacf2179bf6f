import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import type { GuestLanguage } from "../../src/engines/engine.ts";
import type { DecidingHooks } from "../../src/runs/decisions/call-hooks.ts";
import type { CallDecision, ExecutionResult, PendingDecision } from "../../src/runs/result.ts";

// Programs that meet people in awkward ways. A real server notes its calls in a file, which is the judge: nothing is done twice,
// nothing without being shown, and nothing that was denied.

const SERVER = join(import.meta.dirname, "../kills/server.mjs");
let folder: string;
/** The bank behind, and what runs programs with it; made anew, it is a process that takes over. */
let behind: Codemode;
let executor: CodeModeExecutor;
let hook: NonNullable<DecidingHooks["beforeToolCall"]> = () => undefined;

const open = (): CodeModeExecutor =>
  new CodeModeExecutor(behind.registry, {
    policy: {
      rules: [
        { tools: "bank__pay", arguments: { "/n": "666" }, decision: "deny", reason: "never that" },
        { tools: "bank__put", decision: "allow" },
        { annotation: "readOnly", decision: "allow" },
        { tools: "bank__pay", decision: "ask" },
      ],
    },
    hooks: { beforeToolCall: (call) => hook(call) },
    store: { directory: join(folder, "state") },
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-attacked-"));
  behind = createCodemode({
    mcpServers: { bank: { command: process.execPath, args: [SERVER, join(folder, "judge.jsonl")] } },
  });
  executor = open();
});

afterAll(async () => {
  await executor.close();
  await behind.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  writeFileSync(join(folder, "judge.jsonl"), "");
  hook = () => undefined;
});

/** What the server did: `pay 1`, in its order. */
function done(tool = "pay"): readonly number[] {
  const lines = readFileSync(join(folder, "judge.jsonl"), "utf8").split("\n").filter(Boolean);
  const calls = lines.map((line): { tool: string; n: number } => JSON.parse(line));
  return calls.filter((call) => call.tool === tool).map(({ n }) => n);
}

type Decide = (pending: readonly PendingDecision[], round: number) => readonly CallDecision[];

const approveAll: Decide = () => [{ callId: "all", decision: "approve" }];
const denyAll: Decide = () => [{ callId: "all", decision: "deny" }];
/** Approves the calls with these arguments, and denies the others. */
const only =
  (...ns: readonly number[]): Decide =>
  (pending) =>
    pending.map(({ callId, arguments: args }) => ({
      callId,
      decision: ns.some((n) => JSON.stringify(args) === `{"n":${n}}`) ? "approve" : "deny",
    }));
/** Decides about the first call alone, as often as it is asked. */
const oneByOne: Decide = ([first]) => (first === undefined ? [] : [{ callId: first.callId, decision: "approve" }]);
const edit =
  (n: number): Decide =>
  () => [{ callId: "all", decision: "approve", arguments: { n } }];
/** A new process takes the run over before each decision. */
const elsewhere = (decide: Decide): Decide & { readonly isElsewhere: true } =>
  Object.assign((...given: Parameters<Decide>) => decide(...given), { isElsewhere: true } as const);

/** Runs a program to its end by these decisions; returns it with all that was shown on the way. */
async function decideAll(
  parked: ExecutionResult,
  decide: Decide,
): Promise<{ readonly result: ExecutionResult; readonly shown: readonly number[]; readonly rounds: number }> {
  let result = parked;
  const shown = new Set<number>();
  let rounds = 0;
  while (result.status === "suspended" && rounds < 12) {
    for (const { arguments: args } of result.pending) shown.add(Number(JSON.parse(JSON.stringify(args)).n));
    if ("isElsewhere" in decide) {
      await executor.close();
      executor = open();
    }
    rounds += 1;
    result = await executor.runs.decide(result.runId, decide(result.pending, rounds));
  }
  return { result, shown: [...shown], rounds };
}

interface Attack {
  readonly title: string;
  readonly typescript: string;
  readonly python: string;
  readonly decide: Decide;
  readonly value: unknown;
  /** Numbers that are paid; where they are left to chance, how many of them. */
  readonly paid: readonly number[] | number;
  /** @default 1 */
  readonly rounds?: number;
}

const ATTACKS: readonly Attack[] = [
  {
    title: "two calls that are the same, of which one is denied, are one payment",
    typescript: `(await Promise.all([1, 1].map((n) => bank.pay({ n }).then(() => "paid", (e) => e.code)))).toSorted().join()`,
    python: `import asyncio\nasync def pay():\n    try:\n        await bank.pay(n=1)\n        return "paid"\n    except ToolError as e:\n        return e.code\n",".join(sorted(await asyncio.gather(pay(), pay())))`,
    decide: ([first, ...rest]) => [
      { callId: first?.callId ?? 0, decision: "approve" },
      ...rest.map(({ callId }) => ({ callId, decision: "deny" as const })),
    ],
    value: "paid,policy_denied",
    paid: [1],
  },
  {
    title: "a call that is denied is not made by asking for it again and again",
    typescript: `let tries = 0; for (; tries < 3; tries++) { try { await bank.pay({ n: 2 }); break; } catch {} } tries`,
    python: `tries = 0\nwhile tries < 3:\n    try:\n        await bank.pay(n=2)\n        break\n    except ToolError:\n        tries += 1\ntries`,
    decide: denyAll,
    value: 3,
    paid: [],
    rounds: 3,
  },
  {
    title: "an approval of one call is none of another with the same number",
    typescript: `const { n } = await bank.look({ n: 3 }); let last = 0; for (const x of [n, n + 1, n + 2]) { try { await bank.pay({ n: x }); last = x; } catch {} } last`,
    python: `n = (await bank.look(n=3))["n"]\nlast = 0\nfor x in [n, n + 1, n + 2]:\n    try:\n        await bank.pay(n=x)\n        last = x\n    except ToolError:\n        pass\nlast`,
    decide: only(3, 5),
    value: 5,
    paid: [3, 5],
  },
  {
    title: "writes that nobody is asked about are made once, however often the program is repeated",
    typescript: `await bank.put({ n: 1 }); await bank.pay({ n: 6 }); await bank.put({ n: 2 }); await bank.pay({ n: (await bank.look({ n: 7 })).double }); "end"`,
    python: `await bank.put(n=1)\nawait bank.pay(n=6)\nawait bank.put(n=2)\nawait bank.pay(n=(await bank.look(n=7))["double"])\n"end"`,
    decide: elsewhere(oneByOne),
    value: "end",
    paid: [6, 14],
    rounds: 2,
  },
  {
    title: "edited arguments are those that are sent, once",
    typescript: `(await bank.pay({ n: 8 })).n`,
    python: `(await bank.pay(n=8))["n"]`,
    decide: elsewhere(edit(80)),
    value: 80,
    paid: [80],
  },
  {
    title: "an edit does not lift what the policy forbids",
    typescript: `await bank.pay({ n: 9 }).catch((e) => e.code)`,
    python: `try:\n    value = await bank.pay(n=9)\nexcept ToolError as e:\n    value = e.code\nvalue`,
    decide: edit(666),
    value: "policy_denied",
    paid: [],
  },
  {
    title: "what is forbidden is not even asked about",
    typescript: `const code = await bank.pay({ n: 666 }).catch((e) => e.code); await bank.pay({ n: 10 }); code`,
    python: `try:\n    code = await bank.pay(n=666)\nexcept ToolError as e:\n    code = e.code\nawait bank.pay(n=10)\ncode`,
    decide: approveAll,
    value: "policy_denied",
    paid: [10],
  },
  {
    title: "a program that goes another way after a denial asks about that way",
    typescript: `await bank.pay({ n: 11 }).catch(() => bank.pay({ n: 12 })); "end"`,
    python: `try:\n    await bank.pay(n=11)\nexcept ToolError:\n    await bank.pay(n=12)\n"end"`,
    decide: (...[pending, round]) => (round === 1 ? denyAll(pending, round) : approveAll(pending, round)),
    value: "end",
    paid: [12],
    rounds: 2,
  },
  {
    title: "calls that a clock or chance decides about are asked with what they are then",
    typescript: `const n = Math.floor(Math.random() * 100) + 1000; await bank.pay({ n }); (await bank.pay({ n: n + (Date.now() > 0 ? 1 : 2) })).n - n`,
    python: `import random, time\nn = random.randint(1000, 1100)\nawait bank.pay(n=n)\n(await bank.pay(n=n + (1 if time.time() > 0 else 2)))["n"] - n`,
    decide: elsewhere(approveAll),
    value: 1,
    paid: 2,
  },
  {
    title: "a race that a payment lost before it was approved makes it once, and not after it was denied",
    typescript: `import { sleep } from "codemode"; const pay = bank.pay({ n: 13 }).catch((e) => e.code); await Promise.race([pay, sleep(5)]); await pay`,
    python: `import asyncio\npay = asyncio.ensure_future(bank.pay(n=13))\nawait asyncio.wait([pay], timeout=0.005)\ntry:\n    value = await pay\nexcept ToolError as e:\n    value = e.code\nvalue`,
    decide: denyAll,
    value: "policy_denied",
    paid: [],
  },
];

test.each(
  (["typescript", "python"] as const).flatMap((language) =>
    ATTACKS.map((attack): [title: string, language: GuestLanguage, attack: Attack] => [attack.title, language, attack]),
  ),
)(
  "%s (%s)",
  async (_title, language, { decide, value, paid, rounds = 1, ...programs }) => {
    const header = language === "python" ? "from codemode import ToolError\n" : "";
    const parked = await executor.execute(header + programs[language], { language });
    expect(done()).toEqual([]);
    const seen = await decideAll(parked, decide);
    expect(seen.result).toMatchObject({ status: "completed", value });
    const made = done();
    expect(typeof paid === "number" ? made.length : made).toEqual(paid);
    expect(seen.rounds).toBe(rounds);
    expect(new Set(done("put")).size).toBe(done("put").length);
    // Whatever was made is what somebody was shown, or wrote.
    expect(made.filter((n) => !seen.shown.includes(n) && n !== 80)).toEqual([]);
    await expect(executor.runs.decide(parked.runId, approveAll([], 1))).rejects.toMatchObject({
      code: "invalid_arguments",
    });
    expect(done()).toEqual(made);
  },
  60_000,
);

test.each<[string, GuestLanguage]>([
  [`await bank.pay({ n: 20 }).catch((e) => e.code)`, "typescript"],
  [
    `from codemode import ToolError\ntry:\n    value = await bank.pay(n=20)\nexcept ToolError as e:\n    value = e.code\nvalue`,
    "python",
  ],
])(
  "an edit does not lift what a hook denies (%#)",
  async (code, language) => {
    hook = ({ arguments: args }) => (args["n"] === 21 ? { decision: "deny", reason: "not 21" } : undefined);
    const parked = await executor.execute(code, { language });
    expect((await decideAll(parked, edit(21))).result).toMatchObject({ status: "completed", value: "policy_denied" });
    expect(done()).toEqual([]);
  },
  60_000,
);

test("a hook that rewrites arguments has people asked about what it made of them, and that is sent", async () => {
  hook = ({ arguments: args }) => ({ arguments: { n: Number(args["n"]) + 100 } });
  const parked = await executor.execute("for (const n of [1, 2]) await bank.pay({ n }); 2");
  expect(parked.pending.map(({ arguments: args }) => args)).toEqual([{ n: 101 }, { n: 102 }]);
  expect((await decideAll(parked, approveAll)).result).toMatchObject({ status: "completed", value: 2 });
  expect(done()).toEqual([101, 102]);
});

test("two that decide at once decide once, and the call is made once", async () => {
  const parked = await executor.execute("await bank.pay({ n: 30 }); 'end'");
  const both = await Promise.allSettled(
    (["approve", "deny"] as const).map((decision) => executor.runs.decide(parked.runId, [{ callId: "all", decision }])),
  );
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(done().length).toBeLessThanOrEqual(1);
});

test("a retry of a failed run asks about nothing that was done, and does nothing a second time", async () => {
  const failing = await executor.execute("await bank.pay({ n: 40 }); throw new Error('on the way')");
  const { result: failed } = await decideAll(failing, approveAll);
  expect(failed).toMatchObject({ status: "failed" });
  const again = await executor.execute("await bank.pay({ n: 40 }); await bank.pay({ n: 41 }); 'end'", {
    retryOf: failed.runId,
  });
  expect(again.pending.map(({ arguments: args }) => args)).toEqual([{ n: 41 }]);
  expect((await decideAll(again, elsewhere(approveAll))).result).toMatchObject({ status: "completed", value: "end" });
  expect(done()).toEqual([40, 41]);
});

test("the decisions about a program of a session are about that program alone", async () => {
  const run = (code: string) => executor.execute(code, { sessionId: "attacked" });
  await run("const pay = (n) => bank.pay({ n }).then(() => n, (e) => e.code)");
  const first = await run("await pay(50)");
  await expect(run("await pay(50)")).resolves.toMatchObject({ error: { code: "busy" } });
  expect((await decideAll(first, approveAll)).result).toMatchObject({ value: 50 });
  const second = await run("await pay(50)");
  expect(second).toMatchObject({ status: "suspended" });
  expect((await decideAll(second, elsewhere(denyAll))).result).toMatchObject({ value: "policy_denied" });
  expect(done()).toEqual([50]);
});
