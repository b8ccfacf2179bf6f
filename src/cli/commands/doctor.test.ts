import { once } from "node:events";
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";

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
