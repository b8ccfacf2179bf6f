import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { filesystemServer, stubbornServer } from "../__fixtures__/stdio-servers.ts";

test("a finished program gives the whole run as one JSON document and status 0", async () => {
  const run = await runCli(["exec", "-e", "console.log('hello'); [1, 2].map((n) => n * 2)", "--json"]);
  expect(run.stderr).toBe("");
  const document = documentOf(run);
  expect(Object.keys(document)).toEqual([
    "runId",
    "status",
    "value",
    "stdout",
    "stderr",
    "error",
    "notes",
    "toolCalls",
    "artifacts",
    "pending",
    "durationMs",
  ]);
  expect(document).toMatchObject({ status: "completed", value: [2, 4], stdout: "hello\n", error: null, toolCalls: [] });
  expect(run.status).toBe(0);
});

test.each([
  ["js", "[1, 2].length"],
  ["Py", "len([1, 2])"],
])("a language may be named %s", async (language, code) => {
  const run = await runCli(["exec", "--language", language, "-e", code, "--json"]);
  expect(documentOf(run)).toMatchObject({ status: "completed", value: 2 });
});

test("a language that there is not is refused with those that there are", async () => {
  const run = await runCli(["exec", "--language", "ruby", "-e", "1"]);
  expect(run).toMatchObject({ status: 2, stdout: "" });
  expect(run.stderr).toContain("argument 'ruby' is invalid. Allowed choices are typescript, python.");
});

test("for people the output and the value go to stdout and the summary to stderr, without colours", async () => {
  const run = await runCli(["exec", "-e", "console.log('out'); console.error('oops'); ({ a: 1 })"]);
  expect(run.stdout).toBe('out\n{\n  "a": 1\n}\n');
  expect(run.stderr).toMatch(/^oops\ncompleted · 0 tool calls · [\d.]+ m?s\n$/);
  expect(run.status).toBe(0);
});

test("what a program prints is shown while it runs", async () => {
  const run = await runCli(["exec", "-e", "console.log('on it'); for (;;) {}"], {
    onStarted: (child) => void child.stdout?.once("data", () => child.kill("SIGINT")),
  });
  expect(run.stdout).toBe("on it\n");
  expect(run.stderr).toMatch(/^error cancelled: /);
  expect(run.status).toBe(1);
});

test("a last line without an end is ended before the value", async () => {
  const run = await runCli(["exec", "--language", "python", "-e", "print('a'); print('b', end='')\n1"]);
  expect(run.stdout).toBe("a\nb\n1\n");
});

test("--events prints each event of the run as one JSON line", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const code = "console.log('hello'); await parrot.echo({ text: 'polly' })";
  const run = await runCli(["exec", "-e", code, "--events"], { cwd: folder.path });
  const events = run.stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(events).toMatchObject([
    { type: "run_start", language: "typescript", code },
    { type: "output", stream: "stdout", text: "hello\n" },
    { type: "tool_call_start", callId: 1, tool: "parrot__echo", arguments: { text: "polly" } },
    { type: "tool_call_end", callId: 1, status: "ok" },
    { type: "run_end", result: { value: "polly", status: "completed" } },
  ]);
  expect(run.status).toBe(0);
});

test.each([
  ["TypeScript of -e", ["-e", "argv.slice(1)"], ""],
  ["Python of -e", ["--language", "python", "-e", "import sys\nsys.argv[1:]"], ""],
  ["a program that is piped in", [], "argv.slice(1)"],
])("what stands after -- are arguments of %s", async (_title, args, input) => {
  const run = await runCli(["exec", "--json", ...args, "--", "a", "--b"], { input });
  expect(documentOf(run)).toMatchObject({ status: "completed", value: ["a", "--b"] });
});

test("--events and --json exclude each other", async () => {
  const run = await runCli(["exec", "-e", "1", "--events", "--json"]);
  expect(documentOf(run)).toMatchObject({ error: { message: expect.stringContaining("--events") } });
  expect(run.status).toBe(2);
});

test("a build server that is no terminal gets no colours either", async () => {
  const run = await runCli(["exec", "-e", "1"], { env: { CI: "true" } });
  expect(run.stderr).toMatch(/^completed · /);
});

test("colours appear when they are forced and vanish with NO_COLOR", async () => {
  const args = ["exec", "-e", "missing()"];
  const [forced, refused] = await Promise.all([
    runCli(args, { env: { FORCE_COLOR: "1" } }),
    runCli(args, { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }),
  ]);
  expect(forced.stderr).toContain("\u001B[31merror");
  expect(refused.stderr).not.toContain("\u001B[");
});

test("a failed program shows its error on the line with a caret, and ends with status 1", async () => {
  const run = await runCli(["exec", "-"], { input: "const a = 1;\n\tconst b = a.missing.deep;\nb" });
  expect(run.stdout).toBe("");
  const [headline = "", line = "", caret = ""] = run.stderr.split("\n");
  expect(headline).toMatch(/^error runtime_error at line 2:\d+: /);
  expect(line).toBe("  2 | \tconst b = a.missing.deep;");
  expect(caret).toMatch(/^ +\| \t +\^$/);
  expect(run.status).toBe(1);
});

test("a failed program is still a run in JSON, with code, message and place", async () => {
  const run = await runCli(["exec", "--json"], { input: "let x = 1;\nthrow new Error('broken')" });
  expect(documentOf(run)).toMatchObject({ status: "failed", value: null, error: { code: "runtime_error", line: 2 } });
  expect(run.status).toBe(1);
});

test("a text that is no program is a syntax error with its place", async () => {
  const run = await runCli(["exec", "-e", "let = = 3", "--json"]);
  expect(documentOf(run)).toMatchObject({ status: "failed", error: { code: "syntax_error", line: 1 } });
  expect(run.status).toBe(1);
});

test("an endless program is stopped by --timeout", async () => {
  const run = await runCli(["exec", "-e", "for (;;) {}", "--timeout", "0.5", "--json"]);
  expect(documentOf(run)).toMatchObject({ status: "failed", error: { code: "time_limit" } });
  expect(run.status).toBe(1);
});

test("Ctrl-C cancels the program, prints what there is and ends with status 1", async () => {
  await using folder = await testFolder();
  const started = join(folder.path, "started.txt");
  await writeFile(
    join(folder.path, "codemode.json"),
    JSON.stringify({ mcpServers: { files: filesystemServer(folder.path) } }),
  );
  const code = `console.log("before"); await files.write_file({ path: ${JSON.stringify(started)}, content: "x" }); await new Promise((resolve) => setTimeout(resolve, 25_000))`;
  const { watch } = await import("node:fs");
  const run = await runCli(["exec", "-e", code, "--json"], {
    cwd: folder.path,
    onStarted: (child) => {
      const watcher = watch(folder.path, (_event, name) => {
        if (name !== "started.txt") return;
        watcher.close();
        child.kill("SIGINT");
      });
      void once(child, "close").then(() => watcher.close());
    },
  });
  expect(documentOf(run)).toMatchObject({ status: "cancelled", stdout: "before\n", error: { code: "cancelled" } });
  expect(run.status).toBe(1);
});

test("the program calls the tools of the configured servers and its calls are listed", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const run = await runCli(["exec", "-e", "await parrot.echo({ text: 'polly' })", "--json"], { cwd: folder.path });
  expect(documentOf(run)).toMatchObject({
    status: "completed",
    value: "polly",
    toolCalls: [{ tool: "parrot__echo", status: "ok" }],
  });
  expect(run.status).toBe(0);
});

test("wrong arguments are refused before the program runs, unless the check is switched off", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const code = "console.log('ran'); await parrot.echo({ text: 5 })";
  const [checked, unchecked] = await Promise.all([
    runCli(["exec", "-e", code, "--json"], { cwd: folder.path }),
    runCli(["exec", "-e", code, "--no-check", "--json"], { cwd: folder.path }),
  ]);
  expect(documentOf(checked)).toMatchObject({ stdout: "", error: { code: "type_error" } });
  expect(documentOf(unchecked)).toMatchObject({ stdout: "ran\n", error: { code: "invalid_arguments" } });
  expect([checked.status, unchecked.status]).toEqual([1, 1]);
});

test("a server that ignores every request to end does not keep the command", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const quick = await runCli(["exec", "-e", "1"], { cwd: folder.path });
  const stubborn = await runCli(["exec", "-e", "await parrot.echo({ text: 'x' })"], { cwd: folder.path });
  expect(stubborn.status).toBe(0);
  expect(stubborn.tookMs - quick.tookMs).toBeLessThan(4500);
});

test("the language follows the file extension", async () => {
  await using folder = await testFolder();
  await writeFile(join(folder.path, "sum.mts"), "const sum: number = 1 + 2; sum");
  const run = await runCli(["exec", "sum.mts"], { cwd: folder.path });
  expect(run.stdout).toBe("3\n");
});

test.each([
  ["no program", ["exec"], /no program/],
  ["an unknown file", ["exec", "nowhere.ts"], /nowhere\.ts cannot be read/],
  [
    "a file without end",
    ["exec", "/dev/zero"],
    /^(?:error )?\/dev\/zero (?:is longer than any program|cannot be read)/,
  ],
  ["a file and -e", ["exec", "a.ts", "-e", "1"], /Both a file and -e/],
  ["an ending of no known language", ["exec", "/etc/hosts.conf"], /cannot be read|not known/],
  ["a time that is no time", ["exec", "-e", "1", "--timeout", "soon"], /timeout/],
  ["no time at all", ["exec", "-e", "1", "--timeout", "0"], /timeout/],
  ["an unknown language", ["exec", "-e", "1", "--language", "ruby"], /typescript, python/],
  ["two files", ["exec", "a.ts", "b.ts"], /too many arguments/i],
])("%s is wrong usage with status 2, in words and in JSON", async (_title, args, message) => {
  const [words, json] = await Promise.all([runCli(args), runCli([...args, "--json"])]);
  expect(words.stderr).toMatch(message);
  expect(words.stdout).toBe("");
  expect(words.status).toBe(2);
  expect(documentOf(json)).toMatchObject({
    error: { code: "invalid_arguments", message: expect.stringMatching(message), hint: expect.any(String) },
  });
  expect(json.status).toBe(2);
});

test("a program in the background outlives the command, which gives its id at once", async () => {
  await using folder = await testFolder({});
  const code = "import { sleep } from 'codemode'; await sleep(1500); argv.slice(1)";
  const inFolder = { cwd: folder.path };
  const started = await runCli(["exec", "--background", "--json", "-", "--", "a", "b"], {
    ...inFolder,
    input: code,
  });
  expect([started.status, started.stderr]).toEqual([0, ""]);
  const { runId, status } = documentOf(started);
  expect(status).toBe("running");
  const followed = await runCli(["runs", "tail", String(runId)], inFolder);
  expect(followed.stdout).toContain('"type":"end"');
  const shown = await runCli(["runs", "show", String(runId), "--json"], inFolder);
  expect(documentOf(shown)).toMatchObject({ runId, status: "completed", value: ["a", "b"] });
  await writeFile(join(folder.path, "memory.json"), '{ "store": { "journal": "memory" } }');
  const refused = await runCli(["exec", "--background", "--config", "memory.json", "-e", "1"], inFolder);
  expect([refused.status, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toContain("Runs are not kept here");
}, 60_000);
