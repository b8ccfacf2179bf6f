import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { brokenServer, stubbornServer } from "../__fixtures__/stdio-servers.ts";

const names = z.array(z.string());
const page = z.object({ out: z.string(), written: names, unchanged: names, removed: names });

test("generate writes typed bindings once and leaves them alone while nothing changes", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const first = await runCli(["generate"], { cwd: folder.path });
  expect(first.stdout).toMatch(/^wrote {3}generated\/servers\/parrot/m);
  const files = await readdir(join(folder.path, "generated"), { recursive: true });
  const module = files.find((file) => /^servers\/parrot.*\.ts$/.test(file)) ?? "";
  expect(await readFile(join(folder.path, "generated", module), "utf8")).toContain("text: string");
  const second = documentOf(await runCli(["generate", "--json"], { cwd: folder.path }), page);
  expect(second).toMatchObject({ written: [], removed: [] });
  expect(second.unchanged).toContain(module);
});

test("a server that cannot be reached is named, fails the command and keeps its earlier bindings", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const other = join(folder.path, "other.json");
  await runCli(["generate"], { cwd: folder.path });
  const { writeFile } = await import("node:fs/promises");
  await writeFile(other, JSON.stringify({ mcpServers: { parrot: brokenServer() } }));
  const run = await runCli(["generate", "--config", other, "--json"], { cwd: folder.path });
  expect(run.stderr).toContain("failed parrot:");
  expect(documentOf(run, page).removed).toEqual([]);
  expect(run.status).toBe(1);
});
