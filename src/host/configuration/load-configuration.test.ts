import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfiguration, unusedNote } from "./load-configuration.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "codemode-load-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERVERS = '"mcpServers":{"a":{"command":"x"}}';

test.each<readonly [what: string, name: string, text: string, unused: readonly string[]]>([
  [
    "a theme and hooks of another form",
    "settings.json",
    `{"theme":"dark","hooks":{"Stop":[]},${SERVERS}}`,
    ["theme", "hooks"],
  ],
  ["comments and commas too many", "settings.json", `{// mine\n"editor.fontSize":12,${SERVERS},}`, ["editor.fontSize"]],
  ["a byte order mark and line ends of Windows", "settings.json", `\uFEFF{\r\n\t"a":1,\r\n\t${SERVERS}\r\n}`, ["a"]],
  [
    "tables beside the servers",
    "config.toml",
    'model = "x"\n[analytics]\nenabled = false\n[mcp_servers.a]\ncommand = "x"\n',
    ["model", "analytics"],
  ],
  ["settings of ours alone", "settings.json", `{"policy":{"default":"ask"},${SERVERS}}`, []],
  ["servers alone", ".mcp.json", `{${SERVERS}}`, []],
])("what is not used of a client's file is known: %s", (...[, name, text, unused]) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  const loaded = loadConfiguration({ file });
  expect(Object.keys(loaded.configuration.mcpServers ?? {})).toEqual(["a"]);
  expect(loaded.unused ?? []).toEqual(unused);
  expect(unusedNote(loaded) === undefined).toBe(unused.length === 0);
});

test("a pipe is refused before anybody waits for what it brings", () => {
  const file = join(folder, "pipe");
  execFileSync("mkfifo", [file]);
  expect(() => loadConfiguration({ file })).toThrow("it can be read only once");
});

test.each<readonly [what: string, bytes: Buffer, problem: string]>([
  ["a key twice", Buffer.from(`{${SERVERS},\n${SERVERS}}`), 'line 2, column 1: the key "mcpServers" is there twice.'],
  ["bytes that are no text", Buffer.from([0x7b, 0xe9, 0x7d]), "The file is not text in UTF-8."],
])("a file with %s is refused", (_what, bytes, problem) => {
  const file = join(folder, "codemode.json");
  writeFileSync(file, bytes);
  expect(() => loadConfiguration({ file })).toThrow(`${file}: ${problem}`);
});

test.each([
  ["codemode.json", `${'{"policy":'.repeat(50_000)}1${"}".repeat(50_000)}`],
  ["codemode.json", `{"mcpServers":{"a":${"[".repeat(3_000)}${"]".repeat(3_000)}}}`],
  ["config.toml", `a = ${"[".repeat(50_000)}${"]".repeat(50_000)}`],
  ["config.yaml", `a: ${"[".repeat(3_000)}${"]".repeat(3_000)}`],
])("a %s that is nested without end is refused in words", (name, text) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  expect(() => loadConfiguration({ file })).toThrow(
    expect.objectContaining({ code: "config_error", message: expect.stringMatching(/nested|depth|levels/i) }),
  );
});

test("a configuration that is a link to nowhere is an error, and not a configuration without rules", () => {
  const directory = mkdtempSync(join(folder, "link-"));
  symlinkSync("gone.json", join(directory, "codemode.json"));
  expect(() => loadConfiguration({ directory })).toThrow(expect.objectContaining({ code: "config_error" }));
});

test("of a key that a client's own file has twice the last counts, as in the client", () => {
  const file = join(folder, ".mcp.json");
  writeFileSync(file, `{"mcpServers":{"b":{"command":"x"}},${SERVERS}}`);
  expect(Object.keys(loadConfiguration({ file }).configuration.mcpServers ?? {})).toEqual(["a"]);
});

test.each(["utf16le", "utf-16be"])("a file that Windows has written as %s is read", (encoding) => {
  const file = join(folder, "codemode.json");
  const bytes = Buffer.from(`\uFEFF{${SERVERS}}`, "utf16le");
  writeFileSync(file, encoding === "utf16le" ? bytes : bytes.swap16());
  expect(loadConfiguration({ file }).configuration.mcpServers).toHaveProperty("a");
});

test.each([
  ["nowhere.json", "it does not exist"],
  ["folder", "it is a folder and not a file"],
  ["circle", "its symbolic links lead in a circle"],
])("a file that cannot be read says why in words: %s", (name, why) => {
  const file = join(folder, name);
  if (name === "folder") mkdirSync(file);
  if (name === "circle") symlinkSync(file, file);
  expect(() => loadConfiguration({ file })).toThrow(`${file}: The file cannot be read: ${why}.`);
});

test("a note names few settings, on one line and at bounded length", () => {
  const unused = ["line\nfeed", "n".repeat(5_000), ...Array.from({ length: 70 }, (_, at) => `s${at}`)];
  const note = unusedNote({ file: "/a.json", unused }) ?? "";
  expect(note).toMatch(/^Of \/a\.json [^\n]*"line\\nfeed", [^\n]*"s5", 64 more\.$/);
  expect(note.length).toBeLessThan(400);
});
