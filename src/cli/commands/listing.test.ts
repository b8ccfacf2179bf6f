import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { brokenServer, filesystemServer, silentServer, stubbornServer } from "../__fixtures__/stdio-servers.ts";

test("tools lists names only, one a line", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const run = await runCli(["tools"], { cwd: folder.path });
  expect(run).toMatchObject({ stdout: "parrot__echo\nparrot__refuse\n", stderr: "", status: 0 });
});

test("tools narrows by server, keyword and limit, and counts what there was", async () => {
  await using folder = await testFolder();
  const config = { mcpServers: { files: filesystemServer(folder.path), parrot: stubbornServer() } };
  await using configured = await testFolder(config);
  const run = await runCli(["tools", "--server", "files", "--keywords", "write,edit", "--limit", "1", "--json"], {
    cwd: configured.path,
  });
  const { tools, total } = documentOf(run, z.object({ tools: z.array(z.string()), total: z.number() }));
  expect(tools).toHaveLength(1);
  expect(tools[0]).toMatch(/^files__/);
  expect(total).toBeGreaterThan(1);
});

test("search gives name, server, description, signature and score, best first", async () => {
  await using folder = await testFolder();
  await using configured = await testFolder({ mcpServers: { files: filesystemServer(folder.path) } });
  const run = await runCli(["search", "write", "a", "file", "--limit", "3", "--json"], { cwd: configured.path });
  const document = documentOf(
    run,
    z.looseObject({ tools: z.array(z.record(z.string(), z.unknown())), hasMore: z.boolean() }),
  );
  expect(Object.keys(documentOf(run))).toEqual(["tools", "total", "hasMore"]);
  expect(Object.keys(document.tools[0] ?? {})).toEqual(["name", "server", "description", "signature", "score"]);
  expect(document.tools[0]?.["name"]).toBe("files__write_file");
  expect(document.tools).toHaveLength(3);
  expect(document.hasMore).toBe(true);
});

test("a silent server is named on stderr and holds up the others no longer than --wait", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer(), silent: silentServer() } });
  const run = await runCli(["tools", "--wait", "0.3", "--json"], { cwd: folder.path });
  expect(documentOf(run)).toEqual({ tools: ["parrot__echo", "parrot__refuse"], total: 2 });
  expect(run.stderr).toMatch(/^connecting silent: .*codemode servers --check/);
  expect(run.status).toBe(0);
  expect(run.tookMs).toBeLessThan(15_000);
});

test("a broken server is named on stderr with its own words and does not hide the others", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer(), broken: brokenServer() } });
  const run = await runCli(["tools", "--wait", "20", "--json"], { cwd: folder.path });
  expect(documentOf(run)).toMatchObject({ total: 2 });
  expect(run.stderr).toMatch(/^failed broken: .*no licence found/);
  expect(run.status).toBe(0);
});

test("a server that has been checked is listed at once from then on, though it is silent now", async () => {
  await using folder = await testFolder();
  const server = { command: process.execPath, args: ["-e", onceOnly(folder.path)] };
  await using configured = await testFolder({ mcpServers: { moody: server } });
  const checked = await runCli(["servers", "--check"], { cwd: configured.path });
  expect(checked.status).toBe(0);
  const run = await runCli(["tools", "--wait", "0.2"], { cwd: configured.path });
  expect(run.stdout).toBe("moody__echo\nmoody__refuse\n");
  expect(run.stderr).toMatch(/^cached moody: still starting; its 2 tools/);
});

test("tools that a server listed within the last hour are listed without starting it", async () => {
  await using folder = await testFolder();
  const starts = join(folder.path, "starts.txt");
  const [flag = "", code = ""] = stubbornServer().args;
  const counting = `require("node:fs").appendFileSync(${JSON.stringify(starts)}, "start\\n");${code}`;
  const server = { command: process.execPath, args: [flag, counting] };
  await using configured = await testFolder({ mcpServers: { parrot: server } });
  await runCli(["servers", "--check"], { cwd: configured.path });
  const run = await runCli(["tools"], { cwd: configured.path });
  expect(run).toMatchObject({ stdout: "parrot__echo\nparrot__refuse\n", stderr: "", status: 0 });
  expect(await readFile(starts, "utf8")).toBe("start\n");
});

test("an unknown server is wrong usage and suggests the nearest", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const run = await runCli(["tools", "--server", "parot", "--json"], { cwd: folder.path });
  expect(documentOf(run)).toMatchObject({
    error: { message: expect.stringContaining('There is no server "parot". Did you mean parrot?') },
  });
  expect(run.status).toBe(2);
});

test("describe gives schemas, declaration and import", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const run = await runCli(["describe", "parrot__echo", "--json"], { cwd: folder.path });
  expect(documentOf(run)).toMatchObject({
    name: "parrot__echo",
    server: "parrot",
    description: "Gives the text back.",
    inputSchema: { required: ["text"] },
    declaration: expect.stringContaining("text: string"),
    import: 'import { echo } from "generated/servers/parrot";',
  });
});

test("an unknown tool suggests the nearest and ends with status 1", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const run = await runCli(["describe", "parrot__eco"], { cwd: folder.path });
  expect(run.stderr).toContain("Did you mean parrot__echo");
  expect(run.status).toBe(1);
});

test("call prints a text as it is, and value or error in JSON", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const [text, value, error, refused] = await Promise.all([
    runCli(["call", "parrot__echo", '{ "text": "hi" }'], { cwd: folder.path }),
    runCli(["call", "parrot.echo", "-", "--json"], { cwd: folder.path, input: '{ "text": "hi" }' }),
    runCli(["call", "parrot__refuse", "{}", "--json"], { cwd: folder.path }),
    runCli(["call", "parrot__echo", '{ "text": 5 }', "--json"], { cwd: folder.path }),
  ]);
  const named = await runCli(["call", "parrot__echo", "text=5"], { cwd: folder.path });
  expect(named).toMatchObject({ stdout: "5\n", status: 0 });
  expect(text).toMatchObject({ stdout: "hi\n", status: 0 });
  expect(documentOf(value)).toEqual({ tool: "parrot__echo", value: "hi" });
  expect(documentOf(error)).toMatchObject({
    tool: "parrot__refuse",
    error: { code: "tool_error", message: "the paper is out" },
  });
  expect(documentOf(refused)).toMatchObject({ tool: "parrot__echo", error: { code: "invalid_arguments" } });
  expect([value.status, error.status, refused.status]).toEqual([0, 1, 1]);
});

test("call refuses arguments that are no JSON object as wrong usage", async () => {
  const [broken, list] = await Promise.all([
    runCli(["call", "a__b", "{text:1}"]),
    runCli(["call", "a__b", "[1]", "--json"]),
  ]);
  expect(broken.stderr).toContain("not JSON");
  expect(documentOf(list)).toMatchObject({ error: { code: "invalid_arguments" } });
  expect([broken.status, list.status]).toEqual([2, 2]);
});

test("servers --check pings each server and fails when one cannot be reached", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer(), broken: brokenServer() } });
  const run = await runCli(["servers", "--check", "--json"], { cwd: folder.path });
  const { servers } = documentOf(run, z.object({ servers: z.array(z.unknown()) }));
  expect(servers[0]).toEqual({
    name: "parrot",
    transport: "stdio",
    status: "ready",
    toolCount: 2,
    tools: 2,
    resources: 0,
    prompts: 0,
    login: null,
    circuit: "closed",
    latencyMs: expect.any(Number),
    error: null,
    nextAttemptAt: null,
    warnings: [],
  });
  expect(servers[1]).toMatchObject({
    name: "broken",
    status: "failed",
    toolCount: 0,
    latencyMs: null,
    error: expect.stringContaining("no licence found"),
  });
  expect(run.status).toBe(1);
});

test("servers prints an aligned table", async () => {
  await using folder = await testFolder({
    mcpServers: { parrot: stubbornServer(), off: { ...brokenServer(), enabled: false } },
  });
  const run = await runCli(["servers"], { cwd: folder.path });
  expect(run.stdout.split("\n").slice(0, 3)).toEqual([
    "SERVER  TRANSPORT  STATUS    TOOLS  LATENCY  ERROR",
    "parrot  stdio      ready         2        -",
    "off     stdio      disabled      0        -",
  ]);
  expect(run.status).toBe(0);
});

test("the stubborn server is killed when the command ends", async () => {
  await using folder = await testFolder();
  const pidFile = join(folder.path, "pid.txt");
  const [flag = "", code = ""] = stubbornServer().args;
  const telling = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));${code}`;
  await using configured = await testFolder({
    mcpServers: { parrot: { command: process.execPath, args: [flag, telling] } },
  });
  await runCli(["tools"], { cwd: configured.path });
  const pid = Number(await readFile(pidFile, "utf8"));
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

/** Code of a server that answers when it is first started and is silent afterwards. */
function onceOnly(folder: string): string {
  const mark = JSON.stringify(join(folder, "started"));
  const [, code = ""] = stubbornServer().args;
  return `const fs = require("node:fs"); if (fs.existsSync(${mark})) { process.stdin.resume(); } else { fs.writeFileSync(${mark}, ""); ${code} }`;
}
