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
  expect((await cli("runs", "approve", id, "--edit", edit, "--json")).status).toBe(3);
  expect((await cli("runs", "deny", id, "--call", "3", "--reason", "no", "--json")).status).toBe(3);
  const done = await cli("runs", "approve", id, "--json");
  expect(documentOf(done)).toMatchObject({ status: "completed", value: "policy_denied" });
  expect(readdirSync(data.path).filter((name) => !before.includes(name))).toEqual(["1.txt", "two.txt"]);
  expect(readFileSync(join(data.path, "two.txt"), "utf8")).toBe("edited");

  expect((await cli("runs", "approve", id)).status).toBe(2);
  expect((await cli("runs", "deny", id, "--call", "one")).status).toBe(2);
}, 60_000);
