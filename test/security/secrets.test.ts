import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createCodemode, type Codemode } from "../../src/host/create-codemode.ts";
import type { ExecutionEvent } from "../../src/runs/events.ts";
import { serveHttp } from "../../src/server/serve-http.ts";
import { ServedExecutor } from "../../src/server/served-tools.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";
import { runCli } from "../../src/cli/__fixtures__/run-cli.ts";
import { talkingServer, talkingTool } from "./talking-server.ts";

const SECRET = 'sk-live "q9zk" é/secret';
const PASSWORD = "pa55word-of-the-url";
const folder = mkdtempSync(join(tmpdir(), "codemode-secrets-"));
process.env["CODEMODE_TEST_SECRET"] = SECRET;

const tools = [
  talkingTool("tell", {
    description: "Uses @SECRET@.",
    title: "@SECRET@",
    inputSchema: { type: "object", properties: { key: { type: "string", default: "@SECRET@" } } },
  }),
  talkingTool("fail"),
  talkingTool("crash"),
  talkingTool("named_@SECRET@"),
];
const env = { SECRET: "${CODEMODE_TEST_SECRET}" };
const told = talkingServer({ tools: [talkingTool("argv")] });
const given = [
  "--api-token",
  "t0ken-given",
  "--key=key-0f-the-line",
  `https://u:${PASSWORD}@127.0.0.1/`,
  "--color",
  "never-ever",
];
const mcpServers = {
  told: { ...told, args: [...(told.args ?? []), ...given] },
  talking: talkingServer({ tools, description: "Knows @SECRET@", instructions: "Say @SECRET@" }, { env }),
  dying: talkingServer({ mode: "crash-at-start" }, { env }),
  refusing: talkingServer({ listErrorCharacters: 10 }, { env }),
  missing: { command: "/nowhere/${CODEMODE_TEST_SECRET}" },
  remote: {
    url: `http://user:${PASSWORD}@127.0.0.1:9/mcp?api_key=k3y-in-the-query`,
    headers: { "x-key": "head3r-value" },
  },
};

let codemode: Codemode;

beforeAll(async () => {
  codemode = createCodemode({ mcpServers, stateDir: folder });
  await codemode.registry.discoverAll();
});

afterAll(async () => {
  await codemode.close();
  rmSync(folder, { recursive: true, force: true });
  delete process.env["CODEMODE_TEST_SECRET"];
});

/** Any piece of a secret, however it is written. */
const LEAK = /t0ken|key-0f|sk-live|q9zk|pa55word|k3y-in|head3r|c2stbGl2|cTl6a/;

test.each<readonly [tool: string, args: object]>([
  ["list_servers", {}],
  ["search_tools", { query: "uses" }],
  ["search_tools", { query: "" }],
  ["list_tool_names", {}],
  ["get_tool_details", { tool_name: "talking__tell" }],
  ["call_tool", { tool_name: "talking__tell", arguments: {} }],
  ["call_tool", { tool_name: "talking__fail", arguments: {} }],
  ["call_tool", { tool_name: "talking__crash", arguments: {} }],
  ["execute_code", { code: "await talking.tell({})" }],
  ["execute_code", { code: "const text = await talking.tell({}); console.log(text); throw new Error(text)" }],
  [
    "execute_code",
    { code: "const text = await talking.tell({}); ({ [text]: [btoa(unescape(encodeURIComponent(text)))] })" },
  ],
  ["execute_code", { code: 'codemode.emit(await talking.tell({})); "done"' }],
  [
    "execute_code",
    { code: "const a = await codemode.artifacts.save([await talking.tell({})]); await codemode.artifacts.read(a.id)" },
  ],
  ["execute_code", { code: "await codemode.callTool(await talking.tell({}), {})" }],
  ["execute_code", { code: "await talking.fail({})" }],
  ["get_execution_history", {}],
])("%s %j tells no secret", async (name, args) => {
  const tool = codemodeTools(codemode.executor, { set: "full", allowCallTool: true }).find(
    (each) => each.name === name,
  );
  const result = await tool?.execute(name === "execute_code" ? { ...args, timeout: 20 } : args);
  expect(JSON.stringify(result)).not.toMatch(LEAK);
  expect(result?.text).not.toBe("");
});

test("no description of our tools tells a secret of a server's", () => {
  const described = codemodeTools(codemode.executor, { set: "full" }).map(({ description }) => description);
  expect(described.join("\n")).toContain("tell");
  expect(described.join("\n")).not.toMatch(LEAK);
});

test("a running program receives what the tool gave, and what it does with it is told without", async () => {
  await codemode.registry.discoverServer("talking");
  const events: ExecutionEvent[] = [];
  const code = "const text = await talking.tell({}); console.log(text); text.length";
  const run = await codemode.executor.execute(code, {
    typeCheck: false,
    onEvent: (event) => void events.push(event),
  });
  expect(run).toMatchObject({ value: `my secret is ${SECRET}`.length, stdout: "my secret is [secret]\n" });
  expect(events.length).toBeGreaterThan(3);
  expect(JSON.stringify(events)).not.toMatch(LEAK);
});

test("credentials among the arguments of a command are secrets, and what stands beside them is not", async () => {
  const run = await codemode.executor.execute("await told.argv({})", { typeCheck: false });
  expect(run.value).toBe("--api-token [secret] --key=[secret] https://u:[secret]@127.0.0.1/ --color never-ever");
});

const TEXT = "const text = await talking.tell({});";

test.each([
  '[{ type: "text", text }]',
  '({ type: "image", mimeType: text, data: btoa(unescape(encodeURIComponent(text))) })',
  '({ type: "resource", resource: { uri: "x://" + encodeURIComponent(text), mimeType: "text/plain", text } })',
  "new Map([[text, new Set([text])]])",
  "[[[{ a: { [text]: text } }]]]",
  "JSON.stringify({ a: JSON.stringify({ text }) })",
  "encodeURIComponent(text).toLowerCase()",
  "Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('')",
  "throw text",
  "throw { [text]: text, code: text }",
  "throw Object.assign(new ToolError(text), { hint: text, tool: text, code: text, content: [{ type: 'text', text }] })",
  "const error = new Error('no'); error.name = text; throw error",
  "throw new Error('outer', { cause: new Error(text) })",
  "throw new AggregateError([new Error(text)], text)",
  "const error = new Error('no'); error.stack = text; throw error",
  "({ toJSON() { throw new Error(text) } })",
  "console.error(text); console.table([[text]]); console.log(new Error(text)); 1",
  "codemode.emit({ type: 'audio', mimeType: text, data: btoa('x'), _meta: { [text]: text } }); 1",
  "await codemode.artifacts.save({ [text]: text }, { name: text.slice(0, 900) }); 1",
  "await codemode.artifacts.read(text)",
  "await codemode.artifacts.search(text)",
  "const a = await codemode.artifacts.save([text]); await codemode.artifacts.read(a.id, { path: '$[?@ == \"' + text + '\"' })",
  "const a = await codemode.artifacts.save(text); await codemode.artifacts.read(a.id, { pattern: '(' + text })",
  "await codemode.search(text, { server: text })",
  "await codemode.describe(text)",
  "await codemode.callTool('talking__' + text, {})",
  "await talking[text]({})",
  "await talking.tell({ key: [text] })",
  "await talking.tell({ key: 'p'.repeat(25) + text }); throw new Error('after it')",
  "await codemode.readResource(text, text)",
  "await codemode.getPrompt('talking', text, {})",
  "await import('skills/' + text)",
  "setTimeout(() => { throw new Error(text) }, 1); await codemode.sleep(20); 1",
])("%s gives no secret to a reader of the run", async (use) => {
  const run = await codemode.executor.execute(`${TEXT} ${use}`, { typeCheck: false, timeoutMs: 20_000 });
  expect(run.error?.code ?? "none").not.toMatch(/internal|syntax_error/);
  expect(JSON.stringify(run)).not.toMatch(LEAK);
});

test("a value that the host program itself asks for is its own, secret and all", async () => {
  expect(await codemode.executor.callTool("talking__tell", {})).toBe(`my secret is ${SECRET}`);
});

test("the library's own lists and errors tell no secret", async () => {
  const { registry } = codemode;
  const reports = registry.listServers();
  expect(JSON.stringify([reports, registry.listTools(), registry.searchTools("tell")])).not.toMatch(LEAK);
  expect(reports.find(({ name }) => name === "dying")?.error).toContain("cannot log in with [secret]");
  expect(reports.find(({ name }) => name === "talking")?.warnings.join()).toContain("its name holds a secret");
  for (const name of ["dying", "missing", "remote", "refusing"]) {
    const error: unknown = await registry.discoverServer(name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, ["message", "details", "hint", "cause", "stack", "spawnargs"])).not.toMatch(LEAK);
  }
});

test("lines for the operator of a server tell no secret, and its token is one", async () => {
  const token = "t0ken-of-the-door";
  const lines: string[] = [];
  const handle = await serveHttp(codemode, { port: 0, token, log: (line) => void lines.push(line) });
  const served = new ServedExecutor(codemode, {}, (line) => void lines.push(line));
  await served.open();
  await vi.waitFor(() => expect(codemode.registry.secrets.text(token)).toBe("[secret]"));
  served.log(`cannot log in with ${SECRET} and ${token}`);
  expect(lines.at(-1)).toBe("cannot log in with [secret] and [secret]");
  await handle.close();
});

test("no file that is kept holds a secret", () => {
  const kept = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(kept.length).toBeGreaterThan(0);
  for (const { parentPath, name } of kept) expect(readFileSync(join(parentPath, name), "utf8")).not.toMatch(LEAK);
});

test.each([
  [["servers"]],
  [["servers", "--check", "--json"]],
  [["search", "uses", "--json"]],
  [["describe", "talking__tell"]],
  [["call", "talking__tell"]],
  [["call", "talking__crash", "--json"]],
  [["exec", "-e", "await talking.tell({})", "--json"]],
  [["doctor"]],
])("codemode %j writes no secret to the terminal", { timeout: 60_000 }, async (args) => {
  const file = join(folder, "codemode.json");
  writeFileSync(file, JSON.stringify({ mcpServers, stateDir: folder }));
  const { stdout, stderr } = await runCli([...args, "--config", file]);
  rmSync(file);
  expect(`${stdout}${stderr}`).not.toBe("");
  expect(`${stdout}${stderr}`).not.toMatch(LEAK);
});
