import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConfiguration } from "../src/host/configuration/parse-configuration.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "temp", "readme");
const readme = readFileSync(join(root, "README.md"), "utf8");
const run = promisify(execFile);

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    (match) => match[1] ?? "",
  );
}

/** The packages are here already, so their programs are named instead of being fetched by npx. */
function withInstalledServers(text: string): string {
  return text
    .replace('command: "npx"', "command: process.execPath")
    .replace(
      '"-y", "@modelcontextprotocol/server-filesystem"',
      JSON.stringify(join(root, "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js")),
    );
}

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the README fits on a few screens", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(120);
});

test("the program that opens the README runs and reaches the real server", async () => {
  writeFileSync(join(folder, "first.ts"), withInstalledServers(blocks("ts")[0] ?? ""));
  const { stdout } = await run(process.execPath, ["--import", "tsx", "first.ts"], { cwd: folder });
  expect(stdout).toBe("true { files: 1, calls: 2 } null\n");
});

test("the program with functions of one's own runs", async () => {
  writeFileSync(join(folder, "own.ts"), blocks("ts")[1] ?? "");
  const { stdout } = await run(process.execPath, ["--import", "tsx", "own.ts"], { cwd: folder });
  expect(stdout).toBe("900 value: 900\n");
});

test("the commands of the README do what they say", async () => {
  const server = join(root, "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js");
  const mcpServers = { filesystem: { command: process.execPath, args: [server, folder] } };
  writeFileSync(join(folder, "codemode.json"), JSON.stringify({ mcpServers }));
  const commands = (blocks("sh")[1] ?? "").trim().split("\n");
  expect(commands.length).toBeGreaterThanOrEqual(6);
  for (const command of commands) {
    const line = command.replace(/^codemode/, `"${process.execPath}" "${join(root, "dist", "cli.js")}"`);
    const { stdout } = await run("sh", ["-c", line], { cwd: folder });
    expect({ command, stdout }).not.toEqual({ command, stdout: "" });
  }
}, 120_000);

test("the JSON of the README is a valid configuration", () => {
  expect(Object.keys(parseConfiguration(JSON.parse(blocks("json")[0] ?? "")).mcpServers ?? {})).toEqual(["codemode"]);
});
