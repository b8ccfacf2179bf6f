import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { expandServerConfig } from "../expand.ts";
import { parseServerConfig } from "../server-config.ts";
import { toDurationMs } from "./read-values.ts";

const local = { transport: "stdio", command: "x" };
const remote = { transport: "http", url: "http://h" };

test.each<readonly [string, unknown, Readonly<Record<string, unknown>>]>([
  ["null members", { command: "x", url: null, headers: null, cwd: null, disabled: null }, local],
  ["an empty url beside a command", { command: "x", url: "", cwd: "" }, local],
  ["type local and a command in a list", { type: "local", command: ["x", "-y"], enabled: true }, { args: ["-y"] }],
  ["a list with further args", { command: ["x", "-y"], args: ["z"] }, { ...local, args: ["-y", "z"] }],
  ["environment", { command: "x", environment: { A: "1" } }, { ...local, env: { A: "1" } }],
  ["env as a list of lines", { command: "x", env: ["A=1", "B=c=d"] }, { env: { A: "1", B: "c=d" } }],
  ["env as a list of pairs", { command: "x", env: [{ name: "A", value: "1" }] }, { env: { A: "1" } }],
  ["numbers and nulls in env", { command: "x", env: { A: 1, B: true, C: null } }, { env: { A: "1", B: "true" } }],
  ["numbers in args", { command: "x", args: ["-p", 80, null] }, { ...local, args: ["-p", "80"] }],
  ["args as one line", { command: "x", args: "-y 'a b'" }, { ...local, args: ["-y", "a b"] }],
  ["names of variables", { command: "x", env_vars: ["TOKEN"] }, { env: { TOKEN: "${TOKEN:-}" } }],
  ["cmd and envs", { cmd: "x", args: [], envs: { A: "1" }, timeout: 300 }, { ...local, timeoutMs: 300_000 }],
  ["a command that is an object", { command: { path: "x", args: ["a"], env: { A: "1" } } }, { ...local, args: ["a"] }],
  ["a transport that is an object", { transport: { type: "stdio", command: "x", args: ["a"] } }, { args: ["a"] }],
  ["streamable_http", { type: "streamable_http", url: "http://h" }, { ...remote, mayBeSse: false }],
  ["streamableHttp", { type: "streamableHttp", url: "http://h" }, remote],
  ["Streamable HTTP", { transport: "Streamable HTTP", url: "http://h" }, remote],
  ["transportType", { transport_type: "sse", url: "http://h" }, { transport: "sse" }],
  ["type remote", { type: "remote", url: "http://h", enabled: true }, { ...remote, mayBeSse: true }],
  ["serverUrl", { serverUrl: "http://h" }, { ...remote, mayBeSse: true }],
  ["httpUrl", { httpUrl: "http://h", trust: true }, { ...remote, mayBeSse: false }],
  ["baseUrl", { baseUrl: "http://h" }, remote],
  ["http_headers", { url: "http://h", http_headers: { A: "b" } }, { headers: { A: "b" } }],
  ["requestInit", { url: "http://h", requestInit: { headers: { A: "b" } } }, { headers: { A: "b" } }],
  ["requestOptions", { url: "http://h", requestOptions: { timeout: 7, headers: { A: "b" } } }, { timeoutMs: 7_000 }],
  ["env_http_headers", { url: "http://h", env_http_headers: { A: "VAR" } }, { headers: { A: "${VAR}" } }],
  [
    "bearer_token_env_var",
    { url: "http://h", bearer_token_env_var: "VAR" },
    { headers: { Authorization: "Bearer ${VAR}" } },
  ],
  ["authorization_token", { url: "http://h", authorization_token: "t" }, { headers: { Authorization: "Bearer t" } }],
  ["env of a remote server", { url: "http://h", env: { A: "1" }, args: [] }, remote],
  ["headers of a local program", { command: "x", headers: { A: "1" } }, local],
  ["type that decides between command and url", { type: "http", command: "x", url: "http://h" }, remote],
  ["disabled", { command: "x", disabled: true }, { enabled: false }],
  ["isActive", { command: "x", isActive: false }, { enabled: false }],
  ["alwaysAllow and autoApprove", { command: "x", alwaysAllow: ["a"], autoApprove: [] }, { ...local, tools: {} }],
  ["disabledTools", { command: "x", disabledTools: ["a", "b"] }, { tools: { deny: ["a", "b"] } }],
  [
    "includeTools, excludeTools",
    { command: "x", includeTools: ["a"], excludeTools: ["b"] },
    { tools: { allow: ["a"], deny: ["b"] } },
  ],
  ["tools as a list", { command: "x", tools: ["a"] }, { tools: { allow: ["a"] } }],
  ["tools as everything", { command: "x", tools: ["*"] }, { tools: {} }],
  [
    "tools with settings of their own",
    { command: "x", tools: { a: { approval_mode: "approve" }, b: { enabled: false } } },
    { tools: { deny: ["b"] } },
  ],
  ["tools as switches", { command: "x", tools: { a: true, b: false } }, { tools: { deny: ["b"] } }],
  [
    "startup_timeout_sec, tool_timeout_sec",
    { command: "x", startup_timeout_sec: 20, tool_timeout_sec: 90 },
    { connectTimeoutMs: 20_000, timeoutMs: 90_000 },
  ],
  ["startup_timeout_ms", { command: "x", startup_timeout_ms: 20_000 }, { connectTimeoutMs: 20_000 }],
  ["timeout in seconds", { command: "x", timeout: 60 }, { timeoutMs: 60_000 }],
  ["timeout in milliseconds", { command: "x", timeout: 30_000 }, { timeoutMs: 30_000 }],
  [
    "timeout of a local entry",
    { type: "local", command: ["x"], timeout: 5_000 },
    { connectTimeoutMs: 5_000, timeoutMs: 60_000 },
  ],
  ["timeout 0", { command: "x", timeout: 0 }, { timeoutMs: 60_000 }],
  ["our own spelling before others", { command: "x", timeout: 5, timeoutMs: 7 }, { timeoutMs: 7 }],
  ["envFile", { command: "x", envFile: ".env" }, { envFile: ".env" }],
  ["gallery, version and keys nobody knows", { command: "x", gallery: true, version: "1", "x-mine": 1 }, local],
])("an entry with %s is understood", (_what, entry, expected) => {
  expect(parseServerConfig("s", entry)).toMatchObject(expected);
});

test.each<readonly [unknown, readonly string[]]>([
  [{ command: "x", alwaysAllow: ["a"] }, ["alwaysAllow is left out: which calls need a person's approval"]],
  [{ command: "x", timeout: 60 }, ["timeout is understood as timeoutMs: 60000."]],
  [{ command: "x", colour: "red" }, ["colour is left out: it is not a known setting."]],
  [{ url: "http://h", env: { A: "1" } }, ["env is left out: it has no meaning for a remote server."]],
  [{ command: "x", timeout: -1 }, ["timeout is left out: -1 is not a time-out."]],
  [{ command: "x", url: null, headers: {} }, []],
])("%j is noted where something is left out or guessed", (entry, notes) => {
  const said = parseServerConfig("s", entry).notes;
  expect(said.map((note, index) => note.startsWith(notes[index] ?? "-"))).toEqual(notes.map(() => true));
  expect(said).toHaveLength(notes.length);
});

test.each<readonly [unknown, string, string]>([
  [{ comand: "x" }, "comand is not a known setting", "Did you mean command?"],
  [{ command: "x", agrs: [] }, "agrs is not a known setting", "Did you mean args?"],
  [{ type: "websocket", url: "ws://h" }, 'type "websocket" is not a transport', "Use stdio"],
  [{ command: "x", env: "A=1" }, "env cannot be understood", "Correct"],
  [{ command: "npx a | tee log" }, 'a line for a shell: it has "|"', '"command": "sh", "args": ["-c"'],
  [{ command: 'npx "a' }, "a quote", '"command": "sh"'],
  [{ command: "codemode", args: ["serve"] }, "starts codemode itself", "Remove the entry"],
  [{ command: "", url: "" }, "has neither command nor url", "Add command"],
])("%j is refused with the reason", (entry, message, hint) => {
  expect(() => parseServerConfig("s", entry)).toThrow(message);
  expect(() => parseServerConfig("s", entry)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ hint: expect.stringContaining(hint) }) }),
  );
});

test.each<readonly [string, readonly string[], Readonly<Record<string, string>>]>([
  ["npx -y a-server", ["npx", "-y", "a-server"], {}],
  ["  npx  ", ["npx"], {}],
  ["node \"my server.js\" --name='a b'", ["node", "my server.js", "--name=a b"], {}],
  ["A=1 B='x y' npx s", ["npx", "s"], { A: "1", B: "x y" }],
  ["node a\\ b.js", ["node", "a b.js"], {}],
  ["C:\\tools\\run.exe --fast", ["C:\\tools\\run.exe", "--fast"], {}],
])("the command line %j is taken apart", (command, words, env) => {
  const { command: program, args, env: variables } = Object(parseServerConfig("s", { command }));
  expect([program, ...args]).toEqual(words);
  expect(variables).toEqual(env);
});

test("a program with spaces in its path is one program, with or without arguments after it", () => {
  const folder = mkdtempSync(join(tmpdir(), "entry-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "my app"));
  const file = join(folder, "my app", "run it");
  writeFileSync(file, "");
  expect(parseServerConfig("s", { command: file })).toMatchObject({ command: file, args: [] });
  expect(parseServerConfig("s", { command: `${file} --fast now` })).toMatchObject({
    command: file,
    args: ["--fast", "now"],
  });
});

test.each([
  ["codemode", "serve"],
  ["npx", "-y", "codemode", "serve"],
  ["npx", "codemode@latest", "serve"],
  ["npx", "-p", "codemode", "codemode", "serve"],
  ["bunx", "codemode", "serve"],
  ["pnpm", "dlx", "codemode", "serve"],
  ["npm", "exec", "--", "codemode", "serve"],
  ["sh", "-c", "cd /x && codemode serve"],
  ["cmd", "/c", "npx", "-y", "codemode", "serve"],
  ["env", "A=1", "/usr/local/bin/codemode", "serve"],
  ["node", join(import.meta.dirname, "../../../../dist/cli.js"), "serve"],
  ["codemode.cmd", "serve"],
])("%s %s … is recognised as codemode itself", (command, ...args) => {
  expect(() => parseServerConfig("s", { command, args })).toThrow("starts codemode itself");
});

test.each([
  ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/home/me/codemode"],
  ["npx", "-y", "@elsewhere/codemode"],
  ["node", "server.js", "codemode serve"],
  ["uvx", "codemode-like"],
  ["docker", "run", "codemode"],
])("%s %s … is another program", (command, ...args) => {
  expect(parseServerConfig("s", { command, args })).toMatchObject({ command, args });
});

test.each([
  [60, "guess", 60_000],
  [999, "guess", 999_000],
  [1_000, "guess", 1_000],
  [1_800, "guess", 1_800_000],
  [3_000, "guess", 3_000],
  [3_600, "guess", 3_600_000],
  ["30s", "guess", 30_000],
  ["500 ms", "s", 500],
  ["2m", "ms", 120_000],
  [0.5, "s", 500],
  ["soon", "ms", undefined],
  [0, "ms", undefined],
  [Number.NaN, "ms", undefined],
] as const)("the duration %j (%s) is %j ms", (written, unit, ms) => {
  expect(toDurationMs(written, unit)).toBe(ms);
});

test("folders, inputs, homes and files of variables are filled in when a server is started", () => {
  const folder = mkdtempSync(join(tmpdir(), "entry-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, ".vscode"));
  writeFileSync(join(folder, "vars.env"), 'TOKEN="from file"\nBOTH=file # a comment\n');
  const config = parseServerConfig("s", {
    command: "~/bin/run",
    args: ["${workspaceFolder}/a", "~", "x~y", "${input:api-key}", "${workspaceFolderBasename}", "${unknown form}"],
    env: { BOTH: "entry" },
    envFile: "${workspaceFolder}/vars.env",
    cwd: "~/work",
  });
  const configurationFile = join(folder, ".vscode", "mcp.json");
  const expanded = expandServerConfig("s", config, { variables: { API_KEY: "k" }, configurationFile });
  expect(expanded).toMatchObject({
    command: `${homedir()}/bin/run`,
    args: [`${folder}/a`, homedir(), "x~y", "k", folder.split("/").at(-1), "${unknown form}"],
    env: { TOKEN: "from file", BOTH: "entry", CODEMODE_STARTED_BY: configurationFile },
    cwd: `${homedir()}/work`,
  });
});

test.each([
  ["${input:token}", "TOKEN"],
  ["${command:pick}", "only an editor can fill in"],
  ["${config:a.b}", "only an editor can fill in"],
  ["${UNSET_HERE}", "UNSET_HERE"],
])("%s without an answer is refused for that server, with its place", (text, reason) => {
  const config = parseServerConfig("s", { url: "http://h", headers: { A: text } });
  const expand = (): unknown => expandServerConfig("s", config, { variables: {} });
  expect(expand).toThrow('Server "s": headers.A');
  expect(expand).toThrow(expect.toSatisfy((error) => `${error.message} ${error.details.hint}`.includes(reason)));
});
