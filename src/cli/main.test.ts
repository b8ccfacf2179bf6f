import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "./__fixtures__/run-cli.ts";
import { brokenServer } from "./__fixtures__/stdio-servers.ts";

const finding = z.object({ name: z.string(), status: z.string(), detail: z.string(), fix: z.string().optional() });
const doctorPage = z.object({ ok: z.boolean(), checks: z.array(finding) });
const COMMANDS = ["serve", "exec", "search", "tools", "describe", "call", "servers", "generate", "doctor", "demo"];

test("the help lists every command and nothing goes to stderr", async () => {
  const run = await runCli(["--help"]);
  for (const command of COMMANDS) expect(run.stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  expect(run).toMatchObject({ stderr: "", status: 0 });
});

test("an answer is given although nobody reads the words beside it any more", async () => {
  const code = "console.error('read by nobody'); await sleep(100); 5";
  await using folder = await testFolder();
  const child = spawn(process.execPath, [CLI, "exec", "-e", code], {
    cwd: folder.path,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.destroy();
  const [answer, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect([answer, status]).toEqual(["5\n", 0]);
});

test("every command has help with its options and examples", async () => {
  const runs = await Promise.all(
    COMMANDS.map(async (command) => ({ command, run: await runCli([command, "--help"]) })),
  );
  for (const { command, run } of runs) {
    expect(run.stdout).toContain("--config <file>");
    expect(run.stdout).toMatch(new RegExp(`Examples:\\n  \\$ .*codemode ${command}`));
    expect(run.status).toBe(0);
  }
});

test("the version is the one of the package", async () => {
  const run = await runCli(["--version"]);
  expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("no command at all shows the help on stderr with status 2", async () => {
  const run = await runCli([]);
  expect(run.stdout).toBe("");
  expect(run.stderr).toContain("Usage: codemode");
  expect(run.status).toBe(2);
});

test.each([
  [["exce"], "exec"],
  [["tools", "--jso"], "--json"],
  [["describe", "x", "--detial", "full"], "--detail"],
])("a slip in %j suggests %s", async (args, suggestion) => {
  const run = await runCli(args);
  expect(run.stderr).toContain(`Did you mean ${suggestion}?`);
  expect(run.status).toBe(2);
});

test.each([
  [["ls"], "Write codemode tools for the tools, codemode servers for the servers. See codemode --help."],
  [["run", "x.ts"], "Write codemode exec program.ts, or codemode exec -e CODE."],
  [["mcp"], "Write codemode serve."],
  [["tools", "github"], "Write codemode tools --server NAME"],
  [["describe", "github", "list_issues"], "codemode describe server__tool."],
  [["install", "cursor"], "Write the client as --client NAME."],
  [["import", "cursor"], "Write the client as --from NAME."],
  [["search", "words", "--max", "3"], "Write --limit NUMBER."],
  [["add", "files"], "Servers stand in codemode.json, under mcpServers"],
  [["-e", "1 + 1"], "Write codemode exec -e CODE. See codemode --help."],
  [["exec", "-c", "1 + 1"], "Write codemode exec -e CODE. See codemode exec --help."],
  [["exec", "--lang", "py"], "Write --language typescript or --language python."],
  [["serve", "--port", "80"], "Write codemode serve --http 127.0.0.1:8787"],
  [["call", "a__b", "--path", "x"], "Write each argument as name=value"],
  [["runs", "ls"], "See codemode runs --help."],
  [["exec", "1 + 1"], "Write code behind -e, as in codemode exec -e '1 + 1'."],
])("a habit of other command lines in %j is told %j", async (args, hint) => {
  const run = await runCli(args);
  expect(run.stderr).toContain(hint);
  expect(run.status).toBe(2);
});

test("an unknown setting names the file, the setting and the likely one", async () => {
  await using folder = await testFolder({ mcpServer: {} });
  const run = await runCli(["tools", "--json"], { cwd: folder.path });
  const error = documentOf(run)["error"];
  expect(error).toMatchObject({ code: "config_error", hint: expect.stringContaining("mcpServers") });
  expect(error).toMatchObject({ message: expect.stringContaining(join(folder.path, "codemode.json")) });
  expect(run.status).toBe(2);
});

test("a configuration that is not JSON names the file, the line and the column", async () => {
  await using folder = await testFolder();
  const file = join(folder.path, "mine.json");
  await writeFile(file, '{\n  "mcpServers": {,}\n}');
  const run = await runCli(["servers", "--config", file]);
  expect(run.stderr).toContain(`${file}: line 2, column `);
  expect(run.stderr).toContain("hint:");
  expect(run.status).toBe(2);
});

test("the login of a server that is not configured names those that are", async () => {
  await using folder = await testFolder();
  await writeFile(join(folder.path, "codemode.json"), '{ "mcpServers": { "notes": { "command": "x" } } }');
  expect(await runCli(["auth", "status", "nots"], { cwd: folder.path })).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/has no server "nots"[^]*It has: notes\./) as unknown,
  });
});

test("a configuration that is not there is wrong configuration for every command", async () => {
  await using folder = await testFolder();
  const runs = await Promise.all(
    [
      ["exec", "-e", "1"],
      ["tools"],
      ["search", "x"],
      ["servers"],
      ["call", "a__b"],
      ["describe", "a__b"],
      ["generate"],
    ].map((args) => runCli([...args, "--config", "gone.json", "--json"], { cwd: folder.path })),
  );
  for (const run of runs) {
    expect(documentOf(run)).toMatchObject({
      error: { code: "config_error", message: expect.stringContaining("gone.json") },
    });
    expect(run.status).toBe(2);
  }
});

test("a reader that stops reading is no failure", async () => {
  const run = await runCli(["--help"], { onStarted: (child) => child.stdout?.destroy() });
  expect(run.status).toBe(0);
});

test("doctor calls a server that does not start a problem and says what to do", async () => {
  await using folder = await testFolder({ mcpServers: { broken: brokenServer() } });
  const run = await runCli(["doctor", "--json"], { cwd: folder.path });
  const { ok, checks } = documentOf(run, doctorPage);
  expect(ok).toBe(false);
  expect(checks.find(({ name }) => name === "server broken")).toMatchObject({
    status: "problem",
    fix: expect.any(String),
  });
  expect(checks.find(({ name }) => name === "typescript sandbox")).toMatchObject({ status: "ok" });
  expect(checks.filter(({ status }) => status !== "ok").every(({ fix }) => fix !== undefined)).toBe(true);
  expect(run.status).toBe(1);
});
