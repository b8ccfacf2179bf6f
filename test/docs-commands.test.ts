import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { type Block, blocksOf, docPages, root } from "./docs-pages.ts";

const run = promisify(execFile);
mkdirSync(join(root, "temp"), { recursive: true });
const base = mkdtempSync(join(root, "temp", "docs-commands-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const START = "docs/getting-started.md";
const start = blocksOf(START);
const isShell = ({ words }: Block): boolean => words[0] === "sh";
// Getting started is followed in a project of its own, with the package installed: test/package.
const pages = docPages().filter((page) => page !== START && blocksOf(page).some((block) => linesOf(block).length > 0));

/** Commands of a shell block; what npm does to a project is tested with the package. */
function linesOf(block: Block): string[] {
  return isShell(block) ? block.text.split("\n").filter((line) => line !== "" && !line.startsWith("npm ")) : [];
}

/** A folder as Getting started leaves it, and with the files the page names. */
function openFolder(page: string): string {
  const folder = mkdtempSync(join(base, "page-"));
  for (const { file, text } of [...start, ...blocksOf(page)]) {
    if (file === undefined) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  writeFileSync(join(folder, "todo.txt"), "buy tea\ncall the bank\n");
  return folder;
}

const bin = join(base, "bin");
mkdirSync(bin);
for (const [name, command] of [
  ["codemode", JSON.stringify(join(root, "dist/cli.js"))],
  ["tsx", "--import tsx"],
]) {
  const program = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${command} "$@"\n`;
  writeFileSync(join(bin, name ?? ""), program, { mode: 0o755 });
}

/** Runs commands with ours on the path, so that there is nothing for npx to look up. */
async function sh(lines: readonly string[], cwd: string): Promise<string> {
  const commands = ["set -e", 'npx() { if [ "$1" = -c ]; then sh -c "$2"; else "$@"; fi; }', ...lines];
  const env = { ...process.env, PATH: [bin, process.env["PATH"]].join(delimiter) };
  const { stdout } = await run("sh", ["-c", commands.join("\n")], { cwd, env, timeout: 110_000 });
  return stdout;
}

test.each(pages)(
  "the commands of %s do what the page says",
  async (page) => {
    const folder = openFolder(page);
    const blocks = blocksOf(page).filter((block) => linesOf(block).length > 0);
    const printed: { readonly place: string; readonly output: string }[] = [];
    for (const block of blocks) printed.push({ place: block.place, output: await sh(linesOf(block), folder) });
    const expected = blocks.map(({ place, output }, index) => ({ place, output: output ?? printed[index]?.output }));
    expect(printed).toEqual(expected);
  },
  240_000,
);

test("the programs that the help shows run", async () => {
  const folder = openFolder("docs/command-line.md");
  writeFileSync(join(folder, "notes.md"), "# Notes\n");
  const help = await sh(["codemode --help"], folder);
  const examples = [...help.matchAll(/^ +\$ (codemode exec .*)$/gm)].map((match) => match[1] ?? "");
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(await sh([example], folder)).toBe("8\n");
}, 60_000);
