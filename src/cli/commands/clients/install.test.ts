import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { isRecord } from "../../../base/is-record.ts";
import { CLIENT_NAMES, type ClientName } from "../../clients/client-files.ts";
import { ClientText } from "../../clients/client-text.ts";
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
  rmSync(file);
  symlinkSync("nowhere.json", file);
  expect(await place.run("install", "--client", "claude-code")).toMatchObject({
    error: { code: "config_error", message: expect.stringContaining("is a link to nowhere.json, which is not there") },
  });
  expect(readlinkSync(file)).toBe("nowhere.json");
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

test.each<readonly [string, string | Buffer, RegExp]>([
  ["nested 100,000 levels deep", `{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /nested too deeply/],
  ["that is not UTF-8", Buffer.from('{"mcpServers":{"b":{"command":"\u00E9"}}}', "latin1"), /not text in UTF-8/],
  ["in UTF-16", Buffer.from('\uFEFF{"mcpServers":{}}', "utf16le"), /not text in UTF-8/],
  ["with one key twice", '{"mcpServers":{"b":{}},"mcpServers":{"c":{}}}', /cannot be changed without touching/],
  ["whose servers are a list", '{"mcpServers":[]}', /is not an object/],
  ["of nothing but a comment", "// mine", /line \d+, column \d+/],
])(
  "a file %s is refused in words and stays as it is, and import goes on without it",
  async (_what, contents, message) => {
    await using place = await workplace();
    const file = join(place.project, ".mcp.json");
    writeFileSync(file, contents);
    expect(await place.run("install", "--client", "claude-code")).toMatchObject({
      error: { code: "config_error", message: expect.stringMatching(message) },
    });
    expect(readFileSync(file)).toEqual(Buffer.from(contents));
    expect(await place.run("import")).toHaveProperty("servers");
  },
);

test("two installs at once leave a whole file with the entry once, and uninstall puts it back", async () => {
  await using place = await workplace();
  const file = join(place.project, ".cursor/mcp.json");
  const text = `{ "mcpServers": { "a": { "command": "${"x".repeat(500_000)}" } } }\n`;
  put(file, text);
  const runs = await Promise.all(Array.from({ length: 3 }, () => place.run("install", "--client", "cursor")));
  expect(runs.some((run) => run["changed"] === true)).toBe(true);
  expect(listed("cursor", readFileSync(file, "utf8"))).toEqual(["a", "codemode"]);
  await place.run("uninstall", "--client", "cursor");
  expect(readFileSync(file, "utf8")).toBe(text);
});

/** The servers of the configuration, as other clients write the same ones, and a third that only they have. */
const MOVED: Readonly<Record<ClientName, string>> = {
  "claude-code":
    '{\n  "mcpServers": {\n    "a": { "command": "x", "args": ["1"] },\n    "other": { "command": "y" }, // kept\n    "web": { "type": "http", "url": "https://x.example/mcp" }\n  }\n}\n',
  "claude-desktop": '{"mcpServers":{"a":{"command":"x","args":["1"]},"other":{"command":"y"}}}',
  cursor:
    '{\n\t"mcpServers": {\n\t\t"a": { "command": "x", "args": ["1"], "disabled": false },\n\t\t// kept\n\t\t"other": { "command": "y" },\n\t\t"web": { "url": "https://x.example/mcp" },\n\t}\n}',
  vscode:
    '// mine\r\n{\r\n  "servers": {\r\n    "a": { "command": "x", "args": ["1"] },\r\n    "other": { "command": "y" }\r\n  }\r\n}\r\n',
  windsurf:
    '\uFEFF{ "mcpServers": { "web": { "serverUrl": "https://x.example/mcp" }, "other": { "command": "y" } } }\n',
  codex:
    'model = "x" # mine\n\n[mcp_servers.a] # first\ncommand = "x"\nargs = ["1"]\n\n[mcp_servers.other]\ncommand = "y"\n\n[mcp_servers.web]\nenabled = true\nurl = "https://x.example/mcp"',
  "gemini-cli": '{\r\n  "theme": "Dark",\r\n  "mcpServers": { "a": { "command": "x", "args": ["1"] } }\r\n}\r\n',
  opencode:
    '{\n  "mcp": {\n    "a": { "type": "local", "command": ["x", "1"], "enabled": true },\n    "web": { "type": "remote", "url": "https://x.example/mcp" }\n  } // end\n}\n',
  "copilot-cli": '{\n  "mcpServers": { "a": { "type": "local", "command": "x", "args": ["1"], "tools": ["*"] } }\n}\n',
  zed: '// Zed\n{\n  "tab_size": 2,\n  "context_servers": {\n    "a": { "command": "x", "args": ["1"], "env": {} },\n  },\n}\n',
  mcporter: '{ "mcpServers": { "a": { "command": "x", "args": ["1"] } }, "imports": [] }',
};
const OURS =
  '{ "mcpServers": { "a": { "command": "x", "args": ["1"] }, "web": { "url": "https://x.example/mcp" } } }\n';

test("install --move switches off what the configuration has too, and uninstall puts each file back byte for byte", async () => {
  await using place = await workplace();
  put(join(place.project, "codemode.json"), OURS);
  for (const client of CLIENT_NAMES) {
    const [scope, path] = FILES[client];
    const file = join(scope === "project" ? place.project : place.home, path);
    const text = MOVED[client];
    put(file, text);
    const before = listed(client, text);
    expect(await place.run("install", "--client", client, "--move")).toMatchObject({ changed: true });
    const after = listed(client, readFileSync(file, "utf8"));
    expect([client, ...after]).toEqual([client, "codemode", ...before.filter((name) => name === "other")]);
    expect(await place.run("install", "--client", client, "--move")).toMatchObject({ changed: false });
    expect(await place.run("uninstall", "--client", client)).toMatchObject({ changed: true });
    expect([client, readFileSync(file, "utf8")]).toEqual([client, text]);
  }
}, 120_000);

test("of a file that was edited since a move, uninstall puts back the moved servers and leaves the edits", async () => {
  await using place = await workplace();
  put(join(place.project, "codemode.json"), OURS);
  for (const client of ["claude-code", "cursor", "codex", "vscode"] as const) {
    const file = join(place.project, FILES[client][1]);
    put(file, MOVED[client]);
    await place.run("install", "--client", client, "--move");
    writeFileSync(file, readFileSync(file, "utf8").replace('"y"', '"z"'));
    expect(await place.run("install", "--client", client, "--move")).toMatchObject({ changed: false });
    await place.run("uninstall", "--client", client);
    const text = readFileSync(file, "utf8");
    expect([client, ...listed(client, text)]).toEqual([client, ...listed(client, MOVED[client])]);
    expect(text).toContain('"z"');
  }
}, 120_000);

test("a file that is our own configuration keeps its servers, and what the configuration lacks is not moved", async () => {
  await using place = await workplace();
  const file = join(place.home, ".mcp.json");
  put(file, MOVED["claude-code"]);
  const run = await runCli(["install", "--client", "claude-code", "--move", "--json"], {
    cwd: place.home,
    env: place.env,
  });
  expect(documentOf(run)).toMatchObject({ changed: true });
  expect(listed("claude-code", readFileSync(file, "utf8"))).toEqual(["a", "codemode", "other", "web"]);
});

test("install --mcpb writes a bundle for Claude Desktop whose program serves the configuration, and changes nothing else", async () => {
  await using place = await workplace();
  const file = join(place.project, "codemode.mcpb");
  const run = (...args: readonly string[]) => place.run("install", "--client", "claude-desktop", "--mcpb", ...args);
  expect(await run(file)).toMatchObject({ client: "claude-desktop", file, backup: null, changed: true });
  const files = filesIn(readFileSync(file));
  expect(Object.keys(files)).toEqual(["manifest.json", "server.mjs"]);
  const manifest: unknown = JSON.parse(files["manifest.json"] ?? "");
  expect(manifest).toMatchObject({
    manifest_version: "0.3",
    name: "codemode",
    server: { type: "node", entry_point: "server.mjs" },
  });
  expect(JSON.stringify(manifest)).toContain(join(place.project, "codemode.json"));
  expect(existsSync(join(place.home, ".config"))).toBe(false);
  writeFileSync(join(place.project, "server.mjs"), files["server.mjs"] ?? "");
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  };
  const { stdout } = spawnSync(process.execPath, [join(place.project, "server.mjs")], {
    input: `${JSON.stringify(initialize)}\n`,
    env: { ...process.env, ...place.env },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(stdout).toContain('"name":"codemode"');
  const other = await place.run("install", "--client", "cursor", "--mcpb", file);
  expect(other).toMatchObject({ error: { code: "invalid_arguments" } });
}, 60_000);

/** The texts of an archive of files that are not compressed, by its directory. */
function filesIn(archive: Buffer): Readonly<Record<string, string>> {
  const end = archive.lastIndexOf("PK\u0005\u0006");
  let at = archive.readUInt32LE(end + 16);
  const files: Record<string, string> = {};
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [size, length, start] = [
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ];
    const name = archive.toString("utf8", at + 46, at + 46 + length);
    const body = start + 30 + archive.readUInt16LE(start + 26);
    files[name] = archive.toString("utf8", body, body + size);
    at += 46 + length;
  }
  return files;
}

/** Names of the servers that a client would start, in order. */
function listed(client: ClientName, text: string): readonly string[] {
  return Object.entries(new ClientText(client, text).servers)
    .filter(([, entry]) => !isRecord(entry) || (entry["disabled"] !== true && entry["enabled"] !== false))
    .map(([name]) => name)
    .toSorted();
}
