import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import { silentServer, stubbornServer } from "../../src/cli/__fixtures__/stdio-servers.ts";

const { command, args } = stubbornServer();

const rowSchema = z.object({
  name: z.string(),
  status: z.string(),
  error: z.string().nullable(),
  warnings: z.array(z.string()),
});

async function check(cwd: string): Promise<Readonly<Record<string, z.output<typeof rowSchema>>>> {
  const run = await runCli(["servers", "--check", "--json"], { cwd });
  const { servers } = documentOf(run, z.object({ servers: z.array(rowSchema) }));
  return Object.fromEntries(servers.map((row) => [row.name, row]));
}

const good: Readonly<Record<string, unknown>> = {
  plain: { command, args },
  claude: { type: "stdio", command, args, env: {} },
  cursor: { command, args, envFile: "${workspaceFolder}/.env" },
  vscode: { type: "stdio", command, args, cwd: "${workspaceFolder}", dev: { watch: "x" }, gallery: true },
  cline: { command, args, disabled: false, autoApprove: ["echo"], timeout: 60, transportType: "stdio" },
  roo: { command, args, alwaysAllow: ["echo"], disabledTools: ["refuse"], timeout: 3600 },
  windsurf: { command, args, serverUrl: null, disabled: false },
  gemini: { command, args, trust: true, timeout: 600_000, includeTools: ["echo"], excludeTools: [] },
  opencode: { type: "local", command: [command, ...args], environment: { A: "1" }, enabled: true, timeout: 20_000 },
  copilot: { type: "local", command, args, tools: ["*"], env: {} },
  codex: { command, args, startup_timeout_sec: 20, tool_timeout_sec: 60, env_vars: ["HOME"], required: true },
  goose: { cmd: command, args, envs: {}, type: "stdio", timeout: 300, bundled: false },
  zed: { source: "custom", command: { path: command, args, env: {} }, settings: {} },
  line: { command: `${command} ${args.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ")}` },
  continue: { transport: { type: "stdio", command, args } },
};

const bad: Readonly<Record<string, readonly [entry: unknown, reason: string]>> = {
  typo: [{ comand: command }, "Did you mean command?"],
  nothing: [{}, "has neither command nor url"],
  socket: [{ type: "websocket", url: "ws://localhost" }, "is not a transport"],
  text: ["npx", "text"],
  input: [{ command, args, env: { KEY: "${input:some_key}" } }, "SOME_KEY"],
  folder: [{ command, args, cwd: "/no/such/folder" }, "its folder /no/such/folder does not exist"],
  file: [{ command, args, envFile: "missing.env" }, "missing.env cannot be read"],
  ["__proto__"]: [{ command, args }, "has a name that JavaScript keeps for itself"],
};

test("one entry of each client's form starts every server that can start, and names each that cannot", async () => {
  const entries = { ...good, ...Object.fromEntries(Object.entries(bad).map(([name, [entry]]) => [name, entry])) };
  await using folder = await testFolder({ mcpServers: entries });
  writeFileSync(join(folder.path, ".env"), "A=1\n");
  const rows = await check(folder.path);
  expect(Object.keys(good).map((name) => [name, rows[name]?.status, rows[name]?.error])).toEqual(
    Object.keys(good).map((name) => [name, "ready", null]),
  );
  for (const [name, [, reason]] of Object.entries(bad)) {
    expect(rows[name]).toMatchObject({ status: "failed", error: expect.stringContaining(reason) });
  }
  expect(rows["roo"]?.warnings.join("\n")).toMatch(/alwaysAllow is left out[\s\S]*timeout is understood as timeoutMs/);
});

test.each([
  ["servers", { inputs: [], servers: { one: { command, args } } }],
  ["mcp", { mcp: { one: { type: "local", command: [command, ...args] } } }],
  ["mcp.servers", { mcp: { servers: { one: { command, args } } } }],
  ["mcp_servers", { mcp_servers: { one: { command, args } } }],
  ["context_servers", { context_servers: { one: { command: { path: command, args } } } }],
  ["a list", { mcpServers: [{ name: "one", command, args }] }],
])("the map of servers is found where a client keeps it: %s", async (_root, configuration) => {
  await using folder = await testFolder(configuration);
  expect(await check(folder.path)).toMatchObject({ one: { status: "ready" } });
});

test("an entry that starts codemode itself is refused, by its command or by its mark, and costs only itself", async () => {
  await using folder = await testFolder();
  const script = join(folder.path, "start.sh");
  const log = join(folder.path, "starts");
  writeFileSync(script, `#!/bin/sh\necho start >> '${log}'\nexec '${process.execPath}' '${CLI}' serve\n`);
  chmodSync(script, 0o755);
  const mcpServers = {
    direct: { command: process.execPath, args: [CLI, "serve"] },
    hidden: { command: script },
    other: { command, args },
  };
  writeFileSync(join(folder.path, ".mcp.json"), JSON.stringify({ mcpServers }));
  const rows = await check(folder.path);
  expect(rows["direct"]?.error).toContain("starts codemode itself");
  expect(rows["hidden"]?.error).toContain("codemode was started by codemode itself");
  expect(rows["other"]?.status).toBe("ready");
  expect(readFileSync(log, "utf8").match(/start/g)?.length).toBeLessThanOrEqual(3);
});

test("a silent server among many changes nothing for the others and is not waited for to its own end", async () => {
  const many = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`s${index}`, { command, args }]));
  await using folder = await testFolder({ mcpServers: { ...many, silent: silentServer() } });
  const began = performance.now();
  const rows = await check(folder.path);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(Object.values(rows).filter(({ status }) => status === "ready")).toHaveLength(8);
  expect(rows["silent"]).toMatchObject({ status: "connecting", error: expect.stringContaining("has not answered") });
});
