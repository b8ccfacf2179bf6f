import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { filesystemServer } from "../__fixtures__/stdio-servers.ts";

test("calls of a run are approved, edited and denied by later commands, and decided once", async () => {
  await using data = await testFolder();
  await using folder = await testFolder({
    mcpServers: { files: filesystemServer(data.path) },
    policy: { preset: "ask-writes" },
  });
  const cli = (...args: string[]) => runCli(args, { cwd: folder.path });
  const before = readdirSync(data.path);
  const write = `(n) => files.write_file({ path: \`${data.path}/\${n}.txt\`, content: "x" })`;
  const program = `const write = ${write}; for (const n of [1, 2]) await write(n); await write(3).catch(({ code }) => code)`;
  const parked = await cli("exec", "--json", "-e", program);
  const { runId, pending } = documentOf(parked);
  expect(parked.status).toBe(3);
  expect(pending).toMatchObject([{ callId: 1 }, { callId: 2, foreseen: true }, { callId: 3, foreseen: true }]);
  expect(readdirSync(data.path)).toEqual(before);

  const id = String(runId);
  const edit = `2={"path":${JSON.stringify(join(data.path, "two.txt"))},"content":"edited"}`;
  const wrong = await cli("runs", "approve", id, "--edit", '2={"path":5}');
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("content")]);
  const twice = await cli("runs", "deny", id, "--call", "9");
  expect(twice.stderr).toContain(`Call 9 of the run ${id} does not wait for a decision.`);
  expect(documentOf(await cli("runs", "show", id, "--json"))).toMatchObject({ status: "suspended", pending });
  expect((await cli("runs", "approve", id, "--edit", edit, "--json")).status).toBe(3);
  expect((await cli("runs", "deny", id, "--call", "3", "--reason", "no", "--json")).status).toBe(3);
  const done = await cli("runs", "approve", id, "--json");
  expect(documentOf(done)).toMatchObject({ status: "completed", value: "policy_denied" });
  expect(readdirSync(data.path).filter((name) => !before.includes(name))).toEqual(["1.txt", "two.txt"]);
  expect(readFileSync(join(data.path, "two.txt"), "utf8")).toBe("edited");

  expect((await cli("runs", "approve", id)).status).toBe(2);
  expect((await cli("runs", "deny", id, "--call", "one")).status).toBe(2);
}, 60_000);

test("a run that has waited too long has expired, and a configuration may leave decisions to others", async () => {
  await using data = await testFolder();
  const settings = { mcpServers: { files: filesystemServer(data.path) }, policy: { preset: "ask-writes" } };
  await using folder = await testFolder({ ...settings, approvals: { expireMs: 1 } });
  const write = `await files.write_file({ path: ${JSON.stringify(join(data.path, "late.txt"))}, content: "x" })`;
  const parked = await runCli(["exec", "--json", "-e", write], { cwd: folder.path });
  expect(parked.status).toBe(3);
  const id = String(documentOf(parked)["runId"]);
  const refused = await runCli(["runs", "approve", id], { cwd: folder.path });
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("has expired: nobody decided about its calls in time");
  expect((await runCli(["runs", "resume", id], { cwd: folder.path })).status).toBe(2);
  const shown = documentOf(await runCli(["runs", "show", id, "--json"], { cwd: folder.path }));
  expect(shown).toMatchObject({ status: "expired", pending: [] });
  expect(readdirSync(data.path)).not.toContain("late.txt");

  await using others = await testFolder({ ...settings, approvals: { by: ["elicitation"] } });
  const waiting = documentOf(await runCli(["exec", "--json", "-e", write], { cwd: others.path }));
  const left = await runCli(["runs", "approve", String(waiting["runId"])], { cwd: others.path });
  const advice = await runCli(["exec", "-e", write], { cwd: others.path });
  expect(advice.stderr).toContain("A person decides in an MCP client that shows forms: resume_execution");
  expect(advice.stderr).not.toContain("codemode runs approve");
  expect([left.status, left.stderr]).toEqual([2, expect.stringContaining("approvals.by")]);

  await using nobody = await testFolder({ ...settings, approvals: { by: [] } });
  expect((await runCli(["exec", "-e", "1"], { cwd: nobody.path })).status).toBe(2);
}, 240_000);
