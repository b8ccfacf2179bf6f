import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { ArtifactStore } from "../../src/runs/artifacts/artifact-store.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

let stateDir: string;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "codemode-kept-"));
});

afterAll(() => rm(stateDir, { recursive: true, force: true }));

const pay = defineTool({
  name: "pay",
  description: "Pays.",
  inputSchema: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] },
  execute: ({ amount }) => `paid ${String(amount)}`,
});
const parts = { tools: { bank: [pay] }, policy: { preset: "ask-writes" } } as const;

/** The lines of the audit log about decisions that somebody made. */
async function decided(): Promise<unknown[]> {
  const lines: unknown[] = (await readFile(join(stateDir, "audit.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.filter((line) => JSON.stringify(line).includes('"by":"the boss"'));
}

test("edited arguments that the tool does not take leave the run parked, and what is decided is a line of the audit log", async () => {
  await using codemode = createCodemode({ stateDir, ...parts });
  const { runs } = codemode.executor;
  const { runId, status } = await codemode.executor.execute("await bank.pay({ amount: 1 })");
  expect(status).toBe("suspended");
  const edit = (args: Record<string, unknown>) =>
    runs.decide(runId, [{ callId: 1, decision: "approve", arguments: args }], { by: "the boss" });
  await expect(edit({ amount: "much" })).rejects.toMatchObject({
    code: "invalid_arguments",
    message: expect.stringContaining("amount"),
  });
  expect(await runs.get(runId)).toMatchObject({
    status: "suspended",
    pending: [{ callId: 1, arguments: { amount: 1 } }],
  });
  expect(await decided()).toEqual([]);

  expect(await edit({ amount: 2 })).toMatchObject({ status: "completed", value: "paid 2" });
  expect(await decided()).toMatchObject([
    { runId, callId: 1, tool: "bank__pay", kind: "decision", outcome: "allow", by: "the boss" },
  ]);
  expect(await runs.verify()).toMatchObject({ ok: true });

  const other = await codemode.executor.execute("await bank.pay({ amount: 3 })");
  await runs.decide(other.runId, [{ callId: "all", decision: "deny" }], { by: "the boss" });
  expect((await decided()).at(-1)).toMatchObject({ runId: other.runId, kind: "decision", outcome: "deny" });
}, 60_000);

test("a run that goes on for another client, or in memory, finds what it has saved", async () => {
  await using codemode = createCodemode(parts);
  const [first, second] = [new ArtifactStore(), new ArtifactStore()];
  const code = `import { artifacts } from "codemode";
    const { id } = await artifacts.save({ n: 41 }, { name: "kept" });
    await bank.pay({ amount: 1 });
    [id, (await artifacts.read(id)).n + 1]`;
  const { runId } = await codemode.executor.execute(code, { durable: true, artifacts: first });
  const [kept] = first.list();
  const result = await codemode.executor.runs.decide(runId, [{ callId: "all", decision: "approve" }], {
    artifacts: second,
  });
  expect(result).toMatchObject({ status: "completed", value: [kept?.id, 42], artifacts: [{ id: kept?.id }] });
  expect(second.list()).toMatchObject([{ id: kept?.id, name: "kept" }]);
}, 60_000);
