import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { brokenServer, stubbornServer } from "../__fixtures__/stdio-servers.ts";

const names = z.array(z.string());
const page = z.object({ out: z.string(), written: names, unchanged: names, removed: names, kept: names });

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
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer(), owl: stubbornServer() } });
  const other = join(folder.path, "other.json");
  await runCli(["generate", "--language", "all"], { cwd: folder.path });
  const read = (file: string): Promise<string> => readFile(join(folder.path, "generated", file), "utf8");
  const files = ["servers/parrot.ts", "servers/parrot.py", "servers/parrot.pyi", "index.ts", "servers/__init__.py"];
  const before = await Promise.all(files.map(read));
  await writeFile(other, JSON.stringify({ mcpServers: { parrot: brokenServer(), owl: stubbornServer() } }));
  const run = await runCli(["generate", "--language", "all", "--config", other, "--json"], { cwd: folder.path });
  expect(run.stderr).toContain("failed parrot:");
  expect(documentOf(run, page)).toMatchObject({ removed: [], kept: files.slice(0, 3) });
  expect(run.status).toBe(1);
  expect(await Promise.all(files.map(read))).toEqual(before);
  const shown = await runCli(["generate", "--config", other], { cwd: folder.path });
  expect(shown.stdout).toBe("kept    generated/servers/parrot.ts, since its server is not available\n");
});

test("a server that was never reached is left out, in the index too", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: brokenServer(), owl: stubbornServer() } });
  const run = await runCli(["generate", "--language", "all"], { cwd: folder.path });
  expect(run.stderr).toContain("failed parrot:");
  const files = await readdir(join(folder.path, "generated"), { recursive: true });
  expect(files.filter((file) => file.includes("parrot"))).toEqual([]);
  for (const index of ["index.ts", "servers/__init__.py"]) {
    const text = await readFile(join(folder.path, "generated", index), "utf8");
    expect(text).toContain("owl");
    expect(text).not.toContain("parrot");
  }
});
