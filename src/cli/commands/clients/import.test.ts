import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "../../__fixtures__/run-cli.ts";
import { stubbornServer } from "../../__fixtures__/stdio-servers.ts";

const SECRETS = [
  "ghp_0123456789abcdefghij0123456789abcd",
  "tvly-dev-9f8e7d6c5b4a",
  "s3cr3t-pa55w0rd",
  "sk-live-ABCDEFGHIJKLMNOPQRST",
];
const [github = "", tavily = "", password = "", live = ""] = SECRETS;

const importShape = z.object({
  servers: z.array(z.object({ name: z.string(), from: z.string(), status: z.string(), note: z.string().nullable() })),
  rules: z.array(z.object({ tools: z.string(), decision: z.string() })),
  written: z.string().nullable(),
});
const setupShape = z.object({
  import: z.object({ written: z.string().nullable() }),
  install: z.array(z.object({ client: z.string(), changed: z.boolean() })),
});

/** A home and a project with the files of ten clients. */
async function tenClients() {
  const folder = await testFolder();
  const [home, project] = [join(folder.path, "home"), join(folder.path, "project")];
  const files: Readonly<Record<string, unknown>> = {
    [join(project, ".mcp.json")]: {
      mcpServers: {
        files: { command: "npx", args: ["-y", "server-files", "."] },
        codemode: { command: "node", args: [CLI, "serve"] },
      },
    },
    [join(home, ".claude.json")]: {
      numStartups: 4,
      projects: {
        [project]: { mcpServers: { local: { command: "local-server" } } },
        "/other": { mcpServers: { no: { command: "no" } } },
      },
      mcpServers: {
        github: { type: "http", url: "https://api.example/mcp", headers: { Authorization: `Bearer ${github}` } },
      },
    },
    [join(project, ".claude/settings.json")]: {
      permissions: {
        allow: ["mcp__files", "Bash(ls:*)", "mcp__codemode__execute_code"],
        deny: ["mcp__files__delete_file", "mcp__nowhere__x"],
        ask: ["mcp__github__create_issue"],
      },
    },
    [join(home, ".config/Claude/claude_desktop_config.json")]: {
      mcpServers: {
        memory: {
          command: "npx",
          args: ["server-memory"],
          env: { LOG_LEVEL: "verbose", MEMORY_FILE: "/tmp/memory.json" },
        },
      },
    },
    [join(project, ".cursor/mcp.json")]: {
      mcpServers: {
        files: { command: "npx", args: ["-y", "server-files", "."] },
        search: { url: "https://search.example/mcp?apiKey=" + tavily },
      },
    },
    [join(project, ".vscode/mcp.json")]: {
      inputs: [{ id: "key", type: "promptString", password: true }],
      servers: {
        db: {
          type: "stdio",
          command: "db",
          args: ["--dsn", `postgres://me:${password}@db.example/x`, "--token=${input:key}"],
        },
      },
    },
    [join(home, ".codeium/windsurf/mcp_config.json")]: {
      mcpServers: {
        files: { command: "other-files", args: [] },
        remote: { serverUrl: "https://remote.example/mcp", disabled: true },
      },
    },
    [join(home, ".gemini/settings.json")]: {
      mcpServers: { gem: { command: "gem", env: { GEM_TOKEN: "$GEM_TOKEN" }, trust: true } },
    },
    [join(home, ".config/opencode/opencode.json")]: {
      mcp: {
        code: {
          type: "local",
          command: ["code-server", "--x"],
          environment: { API_KEY: "{env:CODE_KEY}", STRIPE: live },
        },
      },
    },
    [join(home, ".copilot/mcp-config.json")]: {
      mcpServers: { cop: { type: "local", command: "cop", args: [], tools: ["*"] } },
    },
    [join(project, ".zed/settings.json")]: { context_servers: { zed: { command: { path: "zed-server", args: [] } } } },
    [join(project, "config/mcporter.json")]: {
      mcpServers: {
        port: { baseUrl: "https://port.example/mcp", bearerTokenEnv: "PORT_TOKEN" },
        odd: { type: "websocket", url: "ws://x" },
      },
    },
  };
  for (const [file, contents] of Object.entries(files)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(contents, null, 2));
  }
  mkdirSync(join(home, ".codex"), { recursive: true });
  writeFileSync(
    join(home, ".codex/config.toml"),
    '[mcp_servers.docs]\nurl = "https://docs.example/mcp"\nbearer_token_env_var = "DOCS_TOKEN"\ndefault_tools_approval_mode = "prompt"\n',
  );
  const environment = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    CODEX_HOME: join(home, ".codex"),
    CODEMODE_HOME: join(home, "own"),
  };
  const run = (...args: readonly string[]) => runCli(args, { cwd: project, env: environment });
  return { home, project, run, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("import adopts every server of ten clients once, explains the others, maps rules and leaks no secret", async () => {
  await using place = await tenClients();
  const shown = documentOf(await place.run("import", "--json"), importShape);
  expect(shown.written).toBeNull();
  expect(existsSync(join(place.project, "codemode.json"))).toBe(false);
  const { servers: rows, rules: found } = shown;
  const summary = rows.map(({ name, from, status }) => `${name} ${from} ${status}`);
  expect(summary).toEqual([
    "files claude-code new",
    "codemode claude-code unsupported",
    "files cursor same",
    "search cursor new",
    "db vscode new",
    "zed zed new",
    "port mcporter new",
    "odd mcporter unsupported",
    "local claude-code new",
    "github claude-code new",
    "memory claude-desktop new",
    "files windsurf differs",
    "remote windsurf new",
    "docs codex new",
    "gem gemini-cli new",
    "code opencode new",
    "cop copilot-cli new",
  ]);
  expect(rows.find(({ status }) => status === "differs")?.note).toContain("another server of this name is in");
  const rules = found.map(({ tools, decision }) => `${decision} ${tools}`);
  expect(rules).toEqual(
    expect.arrayContaining([
      "deny files__delete_file",
      "ask github__create_issue",
      "allow files__*",
      "ask docs__*",
      "allow gem__*",
    ]),
  );
  expect(rules.indexOf("deny files__delete_file")).toBeLessThan(rules.indexOf("allow files__*"));
  expect(rules.join()).not.toMatch(/codemode|nowhere/);

  const run = await place.run("import", "--write", "--json");
  const written = String(documentOf(run)["written"]);
  expect(written).toBe(join(place.project, "codemode.json"));
  const text = readFileSync(written, "utf8");
  for (const secret of SECRETS) expect(text + run.stdout + run.stderr).not.toContain(secret);
  expect(JSON.parse(text)).toMatchObject({
    mcpServers: {
      github: { url: "https://api.example/mcp", headers: { Authorization: "Bearer ${secret:GITHUB_AUTHORIZATION}" } },
      search: { url: "https://search.example/mcp?apiKey=${secret:SEARCH_APIKEY}" },
      db: { args: ["--dsn", expect.stringContaining("${secret:DB_DSN"), "--token=${input:key}"] },
      memory: { env: { LOG_LEVEL: "verbose", MEMORY_FILE: "/tmp/memory.json" } },
      gem: { env: { GEM_TOKEN: "${GEM_TOKEN}" } },
      code: { command: "code-server", args: ["--x"], env: { API_KEY: "${CODE_KEY}", STRIPE: "${secret:CODE_STRIPE}" } },
      docs: { headers: { Authorization: "Bearer ${DOCS_TOKEN}" } },
      remote: { disabled: true },
    },
  });
  expect(Object.keys(JSON.parse(text).mcpServers)).toHaveLength(13);
  const again = documentOf(await place.run("import", "--write", "--json"), importShape);
  expect(again.written).toBeNull();
  // What was adopted is the same thereafter, also where a secret stood in its arguments or its address.
  const strange = again.servers.filter(({ status }) => status !== "same");
  expect(strange.map(({ name }) => name)).toEqual(["codemode", "odd", "files"]);
  expect(readFileSync(written, "utf8")).toBe(text);
}, 60_000);

test("an adopted secret reaches its server and nobody else", async () => {
  await using folder = await testFolder();
  const project = join(folder.path, "project");
  mkdirSync(join(project, ".cursor"), { recursive: true });
  const server = { ...stubbornServer(), env: { ECHO_TOKEN: live } };
  writeFileSync(join(project, ".cursor/mcp.json"), JSON.stringify({ mcpServers: { parrot: server } }));
  const options = {
    cwd: project,
    env: { HOME: folder.path, XDG_CONFIG_HOME: join(folder.path, ".config"), CODEMODE_HOME: join(folder.path, "own") },
  };
  await runCli(["import", "--write", "--json"], options);
  expect(readFileSync(join(project, "codemode.json"), "utf8")).toContain("${secret:PARROT_ECHO_TOKEN}");
  const rows = documentOf(await runCli(["servers", "--check", "--json"], options))["servers"];
  expect(rows).toMatchObject([{ name: "parrot", status: "ready" }]);
  expect(readFileSync(join(folder.path, "own/credentials.json"), "utf8")).toContain(live);
});

test("setup asks for each step, and does everything with --yes", async () => {
  await using place = await tenClients();
  const before = readFileSync(join(place.project, ".cursor/mcp.json"), "utf8");
  expect(documentOf(await place.run("setup", "--json"))).toMatchObject({ import: { written: null }, install: [] });
  expect(readFileSync(join(place.project, ".cursor/mcp.json"), "utf8")).toBe(before);
  const done = documentOf(await place.run("setup", "--yes", "--json"), setupShape);
  expect(done).toMatchObject({ import: { written: join(place.project, "codemode.json") } });
  const clients = done.install.filter(({ changed }) => changed);
  expect(clients.length).toBeGreaterThanOrEqual(9);
  for (const { client } of clients) await place.run("uninstall", "--client", client, "--json");
  expect(readFileSync(join(place.project, ".cursor/mcp.json"), "utf8")).toBe(before);
}, 90_000);
