import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { filesystemServer } from "../__fixtures__/stdio-servers.ts";
import { AgentTerminal } from "../agent/__fixtures__/agent-terminal.ts";
import { byRequest, program } from "../agent/__fixtures__/stories.ts";
import { lastText, resultsSince, startStandIn } from "../agent/__fixtures__/stand-in-model.ts";

/** A folder that a server may write to, and a configuration in which each write is asked about. */
async function writable() {
  const data = await testFolder();
  const folder = await testFolder({
    mcpServers: { files: filesystemServer(data.path) },
    policy: { preset: "ask-writes" },
  });
  const before = new Set(readdirSync(data.path));
  const path = (name: string): string => join(data.path, name);
  return {
    cwd: folder.path,
    path,
    /** Files that were written. */
    written: (): readonly string[] => readdirSync(data.path).filter((name) => !before.has(name)),
    code: `for (const n of ["a", "b", "c"]) {
      await files.write_file({ path: ${JSON.stringify(data.path)} + "/" + n, content: n }).catch((e) => console.log(n, e.code));
    }
    "done"`,
    [Symbol.asyncDispose]: async () => {
      await folder[Symbol.asyncDispose]();
      await data[Symbol.asyncDispose]();
    },
  };
}

const exec = (cwd: string, code: string) => new AgentTerminal({ cwd, env: {}, command: "exec", args: ["-e", code] });

test("exec at a terminal shows the calls as a table, and one key approves them all", async () => {
  await using place = await writable();
  await using terminal = exec(place.cwd, place.code);
  await terminal.sees(/\[a\]pprove all {2}\[d\]eny all {2}\[c\]hoose {2}\[e\]dit {2}\[l\]ater ›/);
  const lines = terminal.screen.lines();
  const rows = lines.filter((line) => line.includes("files__write_file"));
  expect(lines.join("\n")).toMatch(
    /3 calls need your approval: .*not marked read-only.*\n\s*CALL {2}TOOL +WHEN +ARGUMENTS/,
  );
  expect(rows.map((row) => row.trim().split(/ {2,}/).slice(0, 3))).toEqual([
    ["1", "files__write_file", "now"],
    ["2", "files__write_file", "later"],
    ["3", "files__write_file", "later"],
  ]);
  expect(place.written()).toEqual([]);
  terminal.type("a");
  expect(await terminal.exited).toBe(0);
  expect(place.written()).toEqual(["a", "b", "c"]);
});

test("calls are chosen one by one, and one is edited before: wrong arguments are refused and corrected", async () => {
  await using place = await writable();
  await using terminal = exec(place.cwd, place.code);
  await terminal.sees(/\[l\]ater ›/);
  await terminal.after(() => terminal.type("e"), /number of the call to edit/);
  terminal.type("2\r");
  await terminal.sees(/arguments: \{"path":"/);
  terminal.type(`\u0015{"path":1}\r`);
  // What was typed is there again, to be corrected.
  await terminal.sees(/arguments: \{"path":1\}\n.*path.*\n(?:.*\n)?arguments: \{"path":1\}/);
  const edited = JSON.stringify({ path: place.path("edited"), content: "by hand" });
  terminal.type(`\u0015${edited}\r`);
  await terminal.sees(/2 {2}files__write_file {2}edited/);
  await terminal.after(() => terminal.type("c"), /call 1 files__write_file: \[a\]pprove/);
  await terminal.after(() => terminal.type("d"), /call 2 files__write_file/);
  await terminal.after(() => terminal.type("a"), /call 3 files__write_file/);
  terminal.type("a");
  expect(await terminal.exited).toBe(0);
  expect(place.written()).toEqual(["c", "edited"]);
  expect(readFileSync(place.path("edited"), "utf8")).toBe("by hand");
  expect(terminal.output).toContain("a policy_denied");
});

test.each([
  ["l", "the key for later"],
  ["\u0003", "Ctrl-C"],
])("%j leaves the run parked with what to type, and status 3 (%s)", async (key) => {
  await using place = await writable();
  await using terminal = exec(place.cwd, place.code);
  await terminal.sees(/\[l\]ater ›/);
  terminal.type(key);
  expect(await terminal.exited).toBe(3);
  const runId = /codemode runs approve (run_\w+)/.exec(terminal.screen.lines().join("\n"))?.[1] ?? "";
  expect((await runCli(["runs", "approve", runId], { cwd: place.cwd })).status).toBe(0);
  expect(place.written()).toEqual(["a", "b", "c"]);
});

test("a call by itself is asked about at a terminal, and is parked as a run of one call without one", async () => {
  await using place = await writable();
  const args = ["files__write_file", JSON.stringify({ path: place.path("one"), content: "1" })];
  const parked = await runCli(["call", ...args, "--json"], { cwd: place.cwd });
  expect(parked.status).toBe(3);
  expect(documentOf(parked)).toMatchObject({ error: { code: "approval_required", tool: "files__write_file" } });
  const [, runId = ""] = /codemode runs approve (call_\w+)/.exec(parked.stdout) ?? [];
  expect((await runCli(["runs", "approve", runId], { cwd: place.cwd })).status).toBe(0);
  expect(place.written()).toEqual(["one"]);

  await using terminal = new AgentTerminal({ cwd: place.cwd, env: {}, command: "call", args });
  await terminal.sees(/1 call needs your approval[^]*\[a\]pprove {2}\[d\]eny {2}\[e\]dit/);
  terminal.type("d");
  expect(await terminal.exited).toBe(1);
}, 120_000);

test("the agent asks in its own view, and goes on with the answer", async () => {
  await using place = await writable();
  await using model = await startStandIn(
    byRequest({
      "write them": (request) =>
        resultsSince(request) > 0 ? { text: `It said ${lastText(request)}` } : program(place.code),
    }),
  );
  const env = { CODEMODE_BASE_URL: model.baseUrl, CODEMODE_MODEL: "stand-in", CODEMODE_PRICE: "3/15" };
  await using terminal = new AgentTerminal({ cwd: place.cwd, env });
  await terminal.sees(/code ›$/);
  terminal.type("write them\r");
  await terminal.sees(/3 calls need your approval[^]*\[l\]ater ›/);
  await terminal.after(() => terminal.type("a"), /It said value: done/);
  await terminal.sees(/code ›$/);
  expect(place.written()).toEqual(["a", "b", "c"]);
}, 30_000);
