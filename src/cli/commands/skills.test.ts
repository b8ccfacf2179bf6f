import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";

const TRIPLE = '"""Triples."""\n\ndef triple(n: int) -> int:\n    """Triples a number."""\n    return n * 3\n';

test("a skill is saved from a file, listed, found, shown, run and deleted", async () => {
  await using folder = await testFolder({ skills: { directories: ["kept"] } });
  const cli = (...args: string[]): ReturnType<typeof runCli> => runCli(["skills", ...args], { cwd: folder.path });
  await writeFile(join(folder.path, "triple.py"), TRIPLE);
  const saved = await cli("save", "triple", "--file", "triple.py", "--tags", "math", "--json");
  expect(documentOf(saved)).toMatchObject({ name: "triple", language: "python" });
  expect(documentOf(await cli("list", "--json"))).toMatchObject({
    total: 1,
    skills: [{ name: "triple", tags: ["math"] }],
  });
  expect(documentOf(await cli("search", "triples", "--json"))).toMatchObject({ skills: [{ name: "triple" }] });
  expect((await cli("show", "triple")).stdout).toContain("return n * 3");
  expect((await cli("run", "triple", '{"n": 14}')).stdout).toBe("42\n");
  expect((await cli("delete", "triple")).status).toBe(0);
  const gone = await cli("run", "triple", "{}", "--json");
  expect(gone.status).toBe(1);
  expect(documentOf(gone)).toMatchObject({ error: { code: "unknown_tool" } });
});

test("a folder named skills beside the configuration is used, and its scripts take arguments after --", async () => {
  await using folder = await testFolder();
  await mkdir(join(folder.path, "skills/echo/scripts"), { recursive: true });
  await writeFile(join(folder.path, "skills/echo/SKILL.md"), "---\nname: echo\ndescription: Echoes.\n---\nRun it.\n");
  await writeFile(join(folder.path, "skills/echo/scripts/echo.ts"), "console.log(argv.slice(1).join('+'));\n");
  const run = await runCli(["skills", "run", "echo", "--json", "--", "a", "--b"], { cwd: folder.path });
  expect(documentOf(run)).toMatchObject({ value: { exit_code: 0, stdout: "a+--b\n" } });
});

test("what keeps a script of a folder from running is said, with what to write", async () => {
  await using folder = await testFolder();
  const shell = join(folder.path, "skills/by-shell");
  await mkdir(join(shell, "scripts"), { recursive: true });
  await writeFile(join(shell, "SKILL.md"), "---\nname: by-shell\ndescription: Runs a shell.\n---\nRun it.\n");
  await writeFile(join(shell, "scripts/go.sh"), "echo hi\n");
  const run = (...words: string[]) => runCli(["skills", "run", "by-shell", ...words], { cwd: folder.path });
  expect((await run()).stderr).toContain("scripts/go.sh cannot: scripts are files that end in .py, .ts or .js.");
  expect((await run("--all")).stderr).toContain("stand after --, as in codemode skills run NAME -- --option.");
  const code = 'import { go } from "skills/by-shell"; await go()';
  const imported = await runCli(["exec", "--json", "-e", code], { cwd: folder.path });
  expect(documentOf(imported)).toMatchObject({ error: { hint: expect.stringContaining('load_skill("by-shell")') } });
});

test("saving a file that is not there speaks of the path alone", async () => {
  await using folder = await testFolder();
  const run = await runCli(["skills", "save", "triple", "--file", "nowhere.py", "--json"], { cwd: folder.path });
  expect(documentOf(run)).toMatchObject({ error: { hint: "Check the path." } });
});

test("skills of servers are listed and shown, and neither deleted nor run unasked", async () => {
  const args = [fileURLToPath(new URL("../../sources/mcp/__fixtures__/skills-server.mjs", import.meta.url)), "honest"];
  await using folder = await testFolder({ mcpServers: { docs: { command: process.execPath, args } } });
  const cli = (...words: string[]): ReturnType<typeof runCli> => runCli(["skills", ...words], { cwd: folder.path });
  expect(documentOf(await cli("list", "--json"))).toMatchObject({
    skills: [{ name: "docs/pdf-forms", kind: "folder", server: "docs" }],
  });
  expect((await cli("show", "docs/pdf-forms")).stdout).toContain("Read references/guide.md.");
  const refused = await cli("delete", "docs/pdf-forms");
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('belongs to the server "docs"') });
  const run = await cli("run", "docs/pdf-forms", "--script", "fill.ts", "--json");
  expect(documentOf(run)).toMatchObject({ error: { code: "policy_denied" } });
});

test("a server that never answers keeps nobody's own skills back for long, and is named", async () => {
  const hung = { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] };
  await using folder = await testFolder({ mcpServers: { hung } });
  await mkdir(join(folder.path, "skills"));
  await writeFile(join(folder.path, "skills/triple.py"), TRIPLE);
  const listed = await runCli(["skills", "list", "--json"], { cwd: folder.path });
  expect(documentOf(listed)).toMatchObject({ skills: [{ name: "triple" }], problems: [{ path: "hung" }] });
  expect(listed.tookMs).toBeLessThan(20_000);
});

test("exec passes arguments on to a program in both languages", async () => {
  await using folder = await testFolder();
  await writeFile(join(folder.path, "x.py"), "import sys\nsys.argv\n");
  await writeFile(join(folder.path, "x.ts"), "argv\n");
  for (const file of ["x.py", "x.ts"]) {
    const run = await runCli(["exec", file, "--json", "--", "one", "--two"], { cwd: folder.path });
    expect(documentOf(run)).toMatchObject({ value: [file, "one", "--two"], error: null });
  }
});
