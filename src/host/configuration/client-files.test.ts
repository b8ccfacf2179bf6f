import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { expandServerConfig } from "../../sources/mcp/expand.ts";
import { parseServerConfig } from "../../sources/mcp/server-config.ts";
import { loadConfiguration } from "./load-configuration.ts";

// Each client's own file, as its documentation writes one, used in place of a configuration of ours.

function load(name: string, text: string, project?: string): ReturnType<typeof loadConfiguration>["configuration"] {
  const folder = mkdtempSync(join(tmpdir(), "client-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return loadConfiguration({ file, ...(project === undefined ? {} : { directory: project }) }).configuration;
}

const variables = { TOKEN: "secret-token", GITHUB_TOKEN: "secret-token", HOME: "/home/me" };

const local = (...args: readonly string[]): object => ({ transport: "stdio", command: "npx", args });
const remote = (url: string, headers: object = {}): object => ({ url, headers });
const bearer = { Authorization: "Bearer secret-token" };

const FILES: readonly (readonly [
  client: string,
  file: string,
  text: string,
  servers: Readonly<Record<string, object>>,
])[] = [
  [
    "Claude Code",
    ".mcp.json",
    `{"mcpServers":{"files":{"type":"stdio","command":"npx","args":["-y","files"],"env":{"A":"\${UNSET:-b}"}},
      "api":{"type":"http","url":"https://api.example.com/mcp","headers":{"Authorization":"Bearer \${TOKEN}"}}}}`,
    { files: { ...local("-y", "files"), env: { A: "b" } }, api: remote("https://api.example.com/mcp", bearer) },
  ],
  [
    "Claude Code, all of a person's",
    ".claude.json",
    `{"numStartups":12,"tipsHistory":{},"mcpServers":{"mine":{"command":"npx","args":["mine"]}},
      "projects":{"/home/ada/shop":{"allowedTools":[],"mcpServers":{"shop":{"command":"npx","args":["shop"]}}},"/other":{"mcpServers":{"other":{"command":"x"}}}}}`,
    { mine: local("mine"), shop: local("shop") },
  ],
  [
    "Claude Desktop",
    "claude_desktop_config.json",
    `{"globalShortcut":"Cmd+Space","preferences":{"sidebarMode":"chat"},"mcpServers":{"files":{"command":"npx","args":["-y","files"]}}}`,
    { files: local("-y", "files") },
  ],
  [
    "Cursor",
    "mcp.json",
    `{"mcpServers":{"api":{"url":"https://api.example.com/sse","headers":{"Authorization":"Bearer \${env:TOKEN}"},"auth":{"CLIENT_ID":"x"}},
      "files":{"type":"stdio","command":"npx","args":["files","\${userHome}"],"envFile":null}}}`,
    { api: remote("https://api.example.com/sse", bearer), files: { command: "npx" } },
  ],
  [
    "VS Code",
    "mcp.json",
    `{ // comments are fine
      "inputs":[{"type":"promptString","id":"token","description":"Key","password":true}],
      "servers":{"api":{"type":"http","url":"https://api.example.com/mcp","headers":{"Authorization":"Bearer \${input:token}"}},
        "files":{"type":"stdio","command":"npx","args":["files",],"dev":{"watch":"**/*.js"},"sandboxEnabled":false}}}`,
    { api: remote("https://api.example.com/mcp", bearer), files: local("files") },
  ],
  [
    "VS Code settings",
    "settings.json",
    `{"editor.fontSize":13,"workbench.colorTheme":"x","chat.mcp.discovery.enabled":true,"mcp":{"inputs":[],"servers":{"files":{"command":"npx","args":["files"]}}}}`,
    { files: local("files") },
  ],
  [
    "Visual Studio",
    ".mcp.json",
    `{"inputs":[],"servers":{"api":{"type":"http","url":"https://api.example.com/mcp/"}}}`,
    { api: remote("https://api.example.com/mcp/") },
  ],
  [
    "Windsurf",
    "mcp_config.json",
    `{"mcpServers":{"api":{"serverUrl":"https://api.example.com/mcp","headers":{"Authorization":"Bearer \${env:TOKEN}"},"disabledTools":["drop"]},"files":{"command":"npx","args":["files"],"disabled":false}}}`,
    { api: { ...remote("https://api.example.com/mcp", bearer), tools: { deny: ["drop"] } }, files: local("files") },
  ],
  [
    "Codex",
    "config.toml",
    `model = "gpt-5"
approval_policy = "on-request"
[mcp_servers.files]
command = "npx"
args = ["-y", "files"]
env = { "A" = "1" }
startup_timeout_sec = 20
tool_timeout_sec = 45
[mcp_servers."my api"]
url = "https://api.example.com/mcp"
bearer_token_env_var = "TOKEN"
http_headers = { "X-Region" = "eu" }
enabled_tools = ["search"]
[projects."/home/me"]
trust_level = "trusted"
[hooks]
state = {}
[skills]
config = []
`,
    {
      files: { ...local("-y", "files"), timeoutMs: 45_000, connectTimeoutMs: 20_000 },
      "my api": {
        ...remote("https://api.example.com/mcp", { "X-Region": "eu", ...bearer }),
        tools: { allow: ["search"] },
      },
    },
  ],
  [
    "Gemini CLI",
    "settings.json",
    `{"general":{"vimMode":true},"ui":{"theme":"GitHub"},"tools":{"sandbox":"docker"},"mcp":{"allowed":["files"],"excluded":[]},
      "hooks":{"BeforeTool":[{"matcher":"*"}]},"skills":{"enabled":true},
      "mcpServers":{"files":{"command":"npx","args":["files"],"timeout":30000,"trust":false,"includeTools":["read"]},"api":{"httpUrl":"https://api.example.com/mcp","headers":{"Authorization":"Bearer $TOKEN"}}}}`,
    {
      files: { ...local("files"), tools: { allow: ["read"] } },
      api: { transport: "http", url: "https://api.example.com/mcp" },
    },
  ],
  [
    "opencode",
    "opencode.jsonc",
    `{"$schema":"https://opencode.ai/config.json","theme":"x","model":"a/b","server":{"port":4096},"tools":{"files*":false},
      /* local */ "mcp":{"files":{"type":"local","command":["npx","-y","files"],"environment":{"A":"1"},"enabled":true},
      "api":{"type":"remote","url":"https://api.example.com/mcp","headers":{"Authorization":"Bearer {env:TOKEN}"},"oauth":false}},}`,
    { files: { ...local("-y", "files"), env: { A: "1" } }, api: remote("https://api.example.com/mcp", bearer) },
  ],
  [
    "Copilot CLI",
    "mcp-config.json",
    `{"mcpServers":{"files":{"type":"local","command":"npx","args":["files"],"tools":["*"],"env":{}},"api":{"type":"http","url":"https://api.example.com/mcp","headers":{},"tools":["search"]}}}`,
    { files: local("files"), api: { url: "https://api.example.com/mcp", tools: { allow: ["search"] } } },
  ],
  [
    "Zed",
    "settings.json",
    `{"theme":"One Dark","agent":{"enabled":true},"features":{"edit_prediction_provider":"zed"},
      // an older form and a newer
      "context_servers":{"old":{"source":"custom","command":{"path":"npx","args":["old"],"env":{}},"settings":{}},"files":{"command":"npx","args":["files"],"env":{}},"api":{"url":"https://api.example.com/mcp","headers":{"Authorization":"Bearer \${TOKEN}"}}}}`,
    { old: local("old"), files: local("files"), api: remote("https://api.example.com/mcp", bearer) },
  ],
  [
    "Continue",
    "config.yaml",
    `name: My assistant
version: 0.0.1
schema: v1
models:
  - name: Some model
    provider: openai
rules:
  - Be brief
mcpServers:
  - name: files
    command: npx
    args:
      - "-y"
      - files
    env:
      A: 1
  - name: my api
    type: streamable-http
    url: https://api.example.com/mcp
    requestOptions:
      headers:
        Authorization: Bearer \${{ secrets.GITHUB_TOKEN }}
`,
    { files: { ...local("-y", "files"), env: { A: "1" } }, "my api": remote("https://api.example.com/mcp", bearer) },
  ],
  [
    "mcporter",
    "mcporter.json",
    `{"imports":[],"mcpServers":{"api":{"description":"The API","baseUrl":"https://api.example.com/mcp","bearerTokenEnv":"TOKEN","lifecycle":"keep-alive"},"files":{"command":"npx","args":["files"],"env":{"A":"\${UNSET:-1}"}}}}`,
    { api: remote("https://api.example.com/mcp", bearer), files: { ...local("files"), env: { A: "1" } } },
  ],
  [
    "Cline",
    "cline_mcp_settings.json",
    `{"mcpServers":{"files":{"autoApprove":["read"],"disabled":false,"timeout":60,"type":"stdio","command":"npx","args":["files"]},"api":{"type":"streamableHttp","url":"https://api.example.com/mcp","disabled":true}}}`,
    { files: { ...local("files"), timeoutMs: 60_000 }, api: { enabled: false } },
  ],
  [
    "Roo Code",
    "mcp.json",
    `{"mcpServers":{"files":{"command":"npx","args":["files"],"alwaysAllow":["read"],"watchPaths":["build"],"disabledTools":["drop"]},"api":{"type":"streamable-http","url":"https://api.example.com/mcp"}}}`,
    { files: { ...local("files"), tools: { deny: ["drop"] } }, api: remote("https://api.example.com/mcp") },
  ],
  [
    "LibreChat",
    "librechat.yaml",
    `version: 1.2.8
cache: true
interface:
  mcpServers:
    placeholder: MCP
endpoints:
  custom: []
mcpServers:
  files:
    type: stdio
    command: npx
    args: ["-y", files]
    timeout: 60000
    initTimeout: 15000
    chatMenu: true
    serverInstructions: true
  api:
    type: streamable-http
    url: https://api.example.com/mcp
    headers:
      Authorization: "Bearer \${TOKEN}"
    customUserVars:
      KEY: { title: Key, description: The key }
    startup: false
`,
    {
      files: { ...local("-y", "files"), timeoutMs: 60_000, connectTimeoutMs: 15_000 },
      api: remote("https://api.example.com/mcp", bearer),
    },
  ],
  [
    "Goose",
    "config.yaml",
    `GOOSE_PROVIDER: anthropic
GOOSE_MODEL: some-model
extensions:
  files:
    name: files
    type: stdio
    cmd: npx
    args: ["-y", files]
    envs: {}
    env_keys: [GITHUB_TOKEN]
    enabled: true
    timeout: 300
    bundled: false
  api:
    type: streamable_http
    name: api
    uri: https://api.example.com/mcp
    headers: {}
    enabled: true
  developer:
    type: builtin
    name: developer
    enabled: true
`,
    { files: { ...local("-y", "files"), timeoutMs: 300_000 }, api: remote("https://api.example.com/mcp") },
  ],
  [
    "Amazon Q",
    "agent.json",
    `{"name":"reviewer","description":"Reviews","prompt":"x","tools":["@files","fs_read"],"allowedTools":["fs_read"],"resources":[],"hooks":{"agentSpawn":[]},"useLegacyMcpJson":true,
      "mcpServers":{"files":{"command":"npx","args":["files"],"timeout":120000,"autoApprove":[],"disabled":false}}}`,
    { files: { ...local("files"), timeoutMs: 120_000 } },
  ],
  [
    "Kiro",
    "mcp.json",
    `{"powers":{"mcpServers":{}},"mcpServers":{"files":{"command":"npx","args":["files"],"disabled":false,"autoApprove":["read"]},"api":{"url":"https://api.example.com/mcp","headers":{"Authorization":"Bearer \${TOKEN}"}}}}`,
    { files: local("files"), api: remote("https://api.example.com/mcp", bearer) },
  ],
  [
    "Warp",
    "warp.json",
    `{"files":{"command":"npx","args":["files"],"env":{},"working_directory":null,"start_on_launch":true},"api":{"serverUrl":"https://api.example.com/mcp"}}`,
    { files: local("files"), api: remote("https://api.example.com/mcp") },
  ],
  [
    "LM Studio",
    "mcp.json",
    `{"mcpServers":{"api":{"url":"https://api.example.com/mcp","headers":{"Authorization":"Bearer \${TOKEN}"},"timeout":30000}}}`,
    { api: remote("https://api.example.com/mcp", bearer) },
  ],
  [
    "5ire",
    "mcp.json",
    `{"servers":[{"key":"files","name":"Files","description":"x","command":"npx","args":["files"],"isActive":true,"approvalPolicy":"always"}]}`,
    { Files: local("files") },
  ],
  [
    "Amp",
    "settings.json",
    `{"amp.notifications.enabled":true,"amp.mcpServers":{"files":{"command":"npx","args":["files"]},"api":{"url":"https://api.example.com/mcp"}}}`,
    { files: local("files"), api: remote("https://api.example.com/mcp") },
  ],
  [
    "Crush",
    "crush.json",
    `{"$schema":"https://charm.land/crush.json","lsp":{"go":{"command":"gopls"}},"mcp":{"files":{"type":"stdio","command":"npx","args":["files"],"timeout":120,"disabled":false},"api":{"type":"http","url":"https://api.example.com/mcp"}}}`,
    { files: { ...local("files"), timeoutMs: 120_000 }, api: remote("https://api.example.com/mcp") },
  ],
  [
    "Docker's gateway, as clients connect to it",
    "docker.yml",
    `mcpServers:
  MCP_DOCKER:
    command: docker
    args: [mcp, gateway, run]
`,
    { MCP_DOCKER: { command: "docker", args: ["mcp", "gateway", "run"] } },
  ],
];

test.each(FILES)("the file of %s, %s, is a configuration as it is", (...[, name, text, servers]) => {
  const { mcpServers = {} } = load(name, text, "/home/ada/shop");
  const wanted = Object.keys(servers);
  expect(
    Object.keys(mcpServers)
      .filter((each) => each !== "developer")
      .toSorted(),
  ).toEqual(wanted.toSorted());
  for (const each of wanted) {
    const config = parseServerConfig(each, mcpServers[each]);
    const surroundings = { variables, configurationFile: "/home/ada/shop/.mcp.json", secrets: undefined };
    expect(expandServerConfig(each, config, surroundings)).toMatchObject(servers[each] ?? {});
  }
});

test.each<readonly [file: string, text: string, words: RegExp]>([
  ["config.toml", 'model = "x"\n[mcp_servers.a\ncommand = 1', /config\.toml: line 2, column \d+: /],
  ["config.yaml", "mcpServers:\n  - name: a\n   command: [x", /config\.yaml: line \d+, column \d+: /],
  [
    "mine.json",
    '{\n "a": { "command": "x" }\n "b": {}\n}',
    /mine\.json: line 3, column 2: a comma is missing before this\./,
  ],
  ["mine.json", '{ "a": }', /line 1, column 8: a value is missing\./],
  [
    "mine.json",
    "{ mcpServers: {} }",
    /line 1, column 3: only true, false, null and numbers stand without double quotes\./,
  ],
  ["mine.json", '{ "a" 1 }', /line 1, column 7: a colon is missing after the key\./],
  ["mine.json", '{ "a": "x }', /this text is not closed by a double quote\./],
  ["mine.json", '{ "mcpServers": {}', /line 1, column 19: a } is missing\./],
  ["mine.json", "", /line 1, column 1: the file is empty\./],
  ["mine.json", "[]", /The configuration must be an object, not a list\./],
  ["mine.json", '{"policy":{"preset":"x"}}', /policy\.preset must be one of "allow-all", /],
  [
    "mine.json",
    '{"policy":{"rules":[{"decision":"allow","tools":""}]}}',
    /rules\.0\.tools must have at least 1 characters\./,
  ],
  ["mine.json", '{"policy":{"rules":[{}]}}', /policy\.rules\.0\.decision must be one of "allow", "ask", "deny"\./],
  ["mine.json", '{"server":{"catalogTokens":-1}}', /server\.catalogTokens must be at least 0\./],
  ["mine.json", '{"server":{"catalogTokens":1.5}}', /server\.catalogTokens must be a whole number\./],
  ["mine.json", '{"server":{"client":5}}', /server\.client must be a text, not a number\./],
  ["codemode.json", '{"mcpServers":{},"theme":"x"}', /theme is not a known setting/],
  ["mine.json", '{"mcpServers":{},"polcy":{}}', /polcy is not a known setting/],
  ["mine.json", '{"mcpServers":{},"policy":{"deny":["a"]}}', /policy\.deny is not a known setting/],
  ["config.toml", '[mcp_servers.a]\ncommand = "x"\n[policy]\nrulez = []', /policy\.rulez is not a known setting/],
  ["mine.json", '{"mcpServers":{},"hooks":{"beforeTolCall":[]}}', /hooks\.beforeTolCall is not a known setting/],
  ["mine.json", '{"theme":"x"}', /theme is not a known setting/],
])("what is wrong in %s, %j, is named", (name, text, words) => {
  expect(() => load(name, text)).toThrow(words);
});

test("settings of ours count in a client's file too", () => {
  const text = '{"servers":{"a":{"command":"x"}},"policy":{"default":"ask"},"editor":1,"server":{"mode":"search"}}';
  expect(load("mine.json", text)).toMatchObject({ policy: { default: "ask" }, server: { mode: "search" } });
});

test("a text that grows when it is read is refused", () => {
  const lines = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(",")}]`);
  expect(() => load("x.yaml", ["a0: &a0 x", ...lines, "mcpServers: {}"].join("\n"))).toThrow(/cannot be read as YAML/);
});
