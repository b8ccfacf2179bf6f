import { once } from "node:events";
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { stubbornServer } from "../__fixtures__/stdio-servers.ts";

const checks = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), status: z.string(), detail: z.string(), fix: z.string().optional() })),
});

test("doctor runs Python with its time, and warns where bubblewrap is missing with what to do", async () => {
  await using folder = await testFolder({ mcpServers: {} });
  const run = await runCli(["doctor", "--json"], { cwd: folder.path, env: { PATH: folder.path } });
  const page = documentOf(run, checks);
  const named = (name: string) => page.checks.find((check) => check.name === name);
  expect(named("python sandbox")).toMatchObject({
    status: "ok",
    detail: expect.stringMatching(/runs 1 \+ 1 in \d+ ms \(the very first start/),
  });
  expect(named("python isolation")).toMatchObject({
    status: "warning",
    detail: expect.stringContaining("without bubblewrap"),
    fix: expect.any(String),
  });
  expect(run.status).toBe(0);
}, 60_000);

test("doctor gives what a server wrote to its stderr as the reason, and apart from that what to do", async () => {
  const args = ["-e", "console.error('no token is set\\nset TOKEN'); process.exit(3)"];
  await using folder = await testFolder({ mcpServers: { broken: { command: process.execPath, args } } });
  const run = await runCli(["doctor", "--json"], { cwd: folder.path });
  expect(documentOf(run, checks).checks.find(({ name }) => name === "server broken")).toMatchObject({
    status: "problem",
    detail: expect.stringMatching(/exited with status 3\. The end of its stderr: no token is set set TOKEN$/),
    fix: expect.stringMatching(/^Run its command by hand/),
  });
}, 60_000);

test("serve over HTTP tells its operator once that Python programs run without bubblewrap", async () => {
  await using folder = await testFolder({ mcpServers: {} });
  const child = spawn(process.execPath, [CLI, "serve", "--http", "127.0.0.1:0"], {
    cwd: folder.path,
    env: { PATH: folder.path },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  let said = "";
  for await (const chunk of child.stderr) {
    said += String(chunk);
    if (/Serving MCP at[\s\S]*bubblewrap|bubblewrap[\s\S]*Serving MCP at/.test(said)) break;
  }
  expect(said.match(/^codemode: Python programs run without bubblewrap \(.*$/gm)).toHaveLength(1);
  child.kill("SIGTERM");
  await exited;
}, 60_000);

test("doctor and servers show what the policy decides, doctor also what each preset would do and which rule is idle", async () => {
  const office = { ...stubbornServer(), annotations: { "e*": { readOnlyHint: true } } };
  const policy = {
    preset: "ask-writes",
    rules: [
      { tools: "office__refuse", arguments: { "/force": "true" }, decision: "allow" },
      { tools: "office__shred", decision: "deny" },
    ],
  };
  await using folder = await testFolder({ mcpServers: { office }, policy });
  const [examined, listed] = await Promise.all([
    runCli(["doctor", "--json"], { cwd: folder.path }),
    runCli(["servers", "--policy", "--json"], { cwd: folder.path }),
  ]);
  const page = documentOf(examined, checks);
  expect(page.checks.filter(({ name }) => name === "policy" || name.startsWith("preset"))).toEqual([
    {
      name: "policy",
      status: "warning",
      detail: "1 allowed (office__echo), 1 asked (office__refuse), 0 denied",
      fix: "Correct or remove rule 1 (office__shred) of the policy: no tool that is there now fits.",
    },
    {
      name: "preset allow-all",
      status: "ok",
      detail: "would do: 2 allowed (office__echo, office__refuse), 0 asked, 0 denied",
    },
    ...["ask-destructive", "ask-writes"].map((preset) => ({
      name: `preset ${preset}`,
      status: "ok",
      detail: "would do: 1 allowed (office__echo), 1 asked (office__refuse), 0 denied",
    })),
    {
      name: "preset read-only",
      status: "ok",
      detail: "would do: 1 allowed (office__echo), 0 asked, 1 denied (office__refuse)",
    },
  ]);
  const shown = documentOf(listed, z.object({ servers: z.array(z.object({ name: z.string(), policy: z.unknown() })) }));
  expect(shown.servers).toEqual([
    { name: "office", policy: { allow: ["office__echo"], ask: ["office__refuse"], deny: [] } },
  ]);
}, 60_000);

test("a rule about a server that is not configured is a mistake of the configuration", async () => {
  await using folder = await testFolder({
    mcpServers: { office: stubbornServer() },
    policy: { rules: [{ tools: "ofice__*", decision: "deny" }] },
  });
  const run = await runCli(["servers"], { cwd: folder.path });
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('policy.rules.0.tools: "ofice__*" can never match: there is no server called "ofice".');
  expect(run.stderr).toContain('Did you mean "office__*"?');
}, 60_000);
