import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { CLIENT_NAMES, type ClientName } from "../../clients/client-files.ts";
import { documentOf, runCli, testFolder } from "../../__fixtures__/run-cli.ts";

/** Home and project of one test, and the command run in it. */
async function workplace() {
  const folder = await testFolder();
  const [home, project] = [join(folder.path, "home"), join(folder.path, "project")];
  for (const path of [home, project]) mkdirSync(path);
  writeFileSync(join(project, "codemode.json"), '{ "mcpServers": {} }\n');
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, ".config"), CODEX_HOME: join(home, ".codex") };
  const run = async (...args: readonly string[]) =>
    documentOf(await runCli([...args, "--json"], { cwd: project, env }));
  return { home, project, run, env, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const FILES: Readonly<Record<ClientName, readonly [scope: "project" | "user", path: string, text: string]>> = {
  "claude-code": ["project", ".mcp.json", '{\n  "mcpServers": {\n    "a": { "command": "x" }\n  }\n}\n'],
  "claude-desktop": ["user", ".config/Claude/claude_desktop_config.json", '{"globalShortcut":"","mcpServers":{}}'],
  cursor: ["project", ".cursor/mcp.json", '{\n\t"mcpServers": {\n\t\t"a": { "url": "https://x.example/mcp" },\n\t}\n}'],
  vscode: [
    "project",
    ".vscode/mcp.json",
    '// mine\n{\n  "inputs": [],\n  "servers": {\n    // one\n    "a": { "command": "x" }\n  }\n}\n',
  ],
  windsurf: [
    "user",
    ".codeium/windsurf/mcp_config.json",
    '{ "mcpServers": { "a": { "serverUrl": "https://x.example" } } }\n',
  ],
  codex: ["project", ".codex/config.toml", 'model = "x" # mine\n\n[mcp_servers.a]\ncommand = "x"\n'],
  "gemini-cli": ["project", ".gemini/settings.json", '{\r\n  "theme": "Dark"\r\n}\r\n'],
  opencode: ["project", "opencode.jsonc", '{\n  "$schema": "https://opencode.ai/config.json", // s\n  "mcp": {}\n}\n'],
  "copilot-cli": ["user", ".copilot/mcp-config.json", '{\n  "mcpServers": {}\n}\n'],
  zed: ["project", ".zed/settings.json", '// Zed\n{\n  "tab_size": 2,\n}\n'],
  mcporter: ["project", "config/mcporter.json", '{ "mcpServers": {}, "imports": [] }'],
};

test("install writes an entry that starts this very installation, twice changes nothing, and uninstall leaves each file byte for byte", async () => {
  await using place = await workplace();
  const config = join(place.project, "codemode.json");
  for (const client of CLIENT_NAMES) {
    const [scope, path, text] = FILES[client];
    const file = join(scope === "project" ? place.project : place.home, path);
    put(file, text);
    const installed = await place.run("install", "--client", client);
    expect(installed).toMatchObject({ client, scope, file, changed: true });
    expect(JSON.stringify(installed["entry"])).toContain(JSON.stringify(["serve", "--config", config]).slice(1, -1));
    expect(readFileSync(String(installed["backup"]), "utf8")).toBe(text);
    expect(String(installed["backup"]).startsWith(join(place.project, ".codemode"))).toBe(true);
    const written = readFileSync(file, "utf8");
    expect(await place.run("install", "--client", client)).toMatchObject({ changed: false, entry: installed["entry"] });
    expect(readFileSync(file, "utf8")).toBe(written);
    expect(await place.run("uninstall", "--client", client)).toMatchObject({ client, scope, file, changed: true });
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(await place.run("uninstall", "--client", client)).toMatchObject({ changed: false, entry: null });
  }
}, 120_000);

test("a file and folders that were made for the entry are gone with it", async () => {
  await using place = await workplace();
  const { file } = await place.run("install", "--client", "vscode", "--scope", "user");
  expect(file).toBe(join(place.home, ".config/Code/User/mcp.json"));
  expect(await place.run("uninstall", "--client", "vscode", "--scope", "user")).toMatchObject({ changed: true });
  expect(existsSync(join(place.home, ".config"))).toBe(false);
});

test("of a file that was edited since, uninstall takes out the entry alone", async () => {
  await using place = await workplace();
  const file = join(place.project, ".cursor/mcp.json");
  put(file, '{\n  "mcpServers": {\n    "a": {} // first\n  }\n}\n');
  statSync(file);
  await place.run("install", "--client", "cursor");
  const edited = readFileSync(file, "utf8")
    .replace('"a": {}', '"a": {}, "b": {}')
    .replace("}\n}\n", "},\n  // later\n}\n");
  writeFileSync(file, edited);
  await place.run("uninstall", "--client", "cursor");
  expect(readFileSync(file, "utf8")).toBe('{\n  "mcpServers": {\n    "a": {}, "b": {} // first\n  },\n  // later\n}\n');
});

test("an entry that was changed in between is replaced, and the first copy of the file is the one put back", async () => {
  await using place = await workplace();
  const file = join(place.home, ".claude.json");
  put(file, '{"numStartups":3}');
  writeFileSync(join(place.project, "other.json"), "{}");
  await place.run("install", "--client", "claude-code", "--scope", "user");
  const second = await place.run("install", "--client", "claude-code", "--scope", "user", "--config", "other.json");
  expect(second).toMatchObject({ changed: true, entry: { alwaysLoad: true } });
  expect(readFileSync(file, "utf8")).toContain("other.json");
  await place.run("uninstall", "--client", "claude-code", "--scope", "user");
  expect(readFileSync(file, "utf8")).toBe('{"numStartups":3}');
});

test("another server of our name, a broken file and a scope the client has not are refused with the fix, and nothing is written", async () => {
  await using place = await workplace();
  const file = join(place.project, ".mcp.json");
  put(file, '{ "mcpServers": { "codemode": { "command": "other" } } }');
  expect(await place.run("install", "--client", "claude-code")).toMatchObject({
    error: { code: "config_error", message: expect.stringContaining("is another kind of server") },
  });
  put(file, "{ mcpServers");
  expect(await place.run("install", "--client", "claude-code")).toMatchObject({
    error: { code: "config_error", message: expect.stringContaining(`${file}: line 1`) },
  });
  expect(readFileSync(file, "utf8")).toBe("{ mcpServers");
  expect(await place.run("install", "--client", "windsurf", "--scope", "project")).toMatchObject({
    error: { code: "invalid_arguments" },
  });
});

test("the entry in .mcp.json is for its clients: read as our own configuration it is left out", async () => {
  await using place = await workplace();
  const { cwd, env } = { cwd: place.home, env: place.env };
  put(join(place.home, ".mcp.json"), '{ "mcpServers": {} }');
  const installed = documentOf(await runCli(["install", "--client", "claude-code", "--json"], { cwd, env }));
  expect(JSON.stringify(installed["entry"])).toContain(join(place.home, ".mcp.json"));
  expect(documentOf(await runCli(["servers", "--json"], { cwd, env }))).toEqual({ servers: [] });
});

test("install shows the lines that it adds before it writes them", async () => {
  await using place = await workplace();
  const run = await runCli(["install", "--client", "cursor"], { cwd: place.project, env: place.env });
  expect(run.status).toBe(0);
  expect(run.stdout).toContain(`${join(place.project, ".cursor/mcp.json")} (new)`);
  expect(run.stdout).toContain('+     "codemode": {');
  expect(run.stderr).toContain("codemode is installed: cursor");
});
