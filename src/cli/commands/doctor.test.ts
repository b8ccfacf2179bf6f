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

test("serve tells its operator once that Python programs run without bubblewrap", async () => {
  await using folder = await testFolder({ mcpServers: {} });
  const child = spawn(process.execPath, [CLI, "serve"], {
    cwd: folder.path,
    env: { PATH: folder.path },
    stdio: ["pipe", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const [first] = await once(child.stderr, "data");
  expect(String(first)).toMatch(/^codemode: Python programs run without bubblewrap \(.*\n$/);
  child.stdin.end();
  await exited;
}, 60_000);
