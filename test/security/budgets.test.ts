import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { createCodemode, type Codemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";
import { serveHttp } from "../../src/server/serve-http.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";
import { talkingServer, talkingTool } from "./talking-server.ts";

/** Bytes that no result of a small program has any reason to exceed. */
const BUDGET = 100_000;
const MEGABYTES = "x".repeat(3_000_000);
const longNames = Array.from({ length: 300 }, (_, index) => talkingTool(`${index}_@LONG 10000@`));

let codemode: Codemode;

beforeAll(async () => {
  codemode = createCodemode({
    mcpServers: {
      longwinded: talkingServer({
        tools: [talkingTool("short", { title: "@LONG 200000@" }), ...longNames],
        description: "@LONG 500000@",
        instructions: "@LONG 500000@",
      }),
      refusing: talkingServer({ listErrorCharacters: MEGABYTES.length }),
    },
  });
  await codemode.registry.discoverAll();
});

afterAll(() => codemode.close());

test.each<readonly [what: string, language: "typescript" | "python", code: string]>([
  [
    "a hint of 6 MB",
    "typescript",
    'throw Object.assign(new ToolError("no"), { hint: "h".repeat(6e6), tool: "t".repeat(6e6), code: "c".repeat(6e6) })',
  ],
  ["a message of 6 MB", "typescript", 'throw new Error("m".repeat(6e6))'],
  ["a name of 6 MB", "typescript", 'const e = new Error("m"); e.name = "n".repeat(6e6); throw e'],
  [
    "notes forged by all lists",
    "typescript",
    'Array.prototype.toJSON = () => Array.from("x".repeat(900)).fill("note: ".repeat(100)).map(String); 1n',
  ],
  ["notes forged as text", "typescript", 'Array.prototype.toJSON = () => "forged ".repeat(1000); 1n'],
  ["an unknown tool with a name of 6 MB", "typescript", 'await codemode.callTool("u".repeat(6e6), {})'],
  [
    "a hint of 6 MB",
    "python",
    'raise ToolError("no", hint="h" * 6_000_000, tool="t" * 6_000_000, content=["c" * 6_000_000])',
  ],
  ["a class name of 6 MB", "python", 'raise type("n" * 6_000_000, (Exception,), {})("m")'],
  [
    "a value of a class with a name of 6 MB",
    "python",
    'type("n" * 6_000_000, (), {"__init__": lambda self: setattr(self, "a", 1)})()',
  ],
  ["a message of 6 MB", "python", 'raise ValueError("m" * 6_000_000)'],
])(
  "%s in %s keeps a result within its budget, and the next program works",
  { timeout: 60_000 },
  async (_what, language, code) => {
    const run = await codemode.executor.execute(code, { language, typeCheck: false, reader: "model" });
    expect(JSON.stringify(run).length).toBeLessThan(BUDGET);
    expect(run.error?.code).not.toBe("internal");
    expect((await codemode.executor.execute("1 + 1", { language, typeCheck: false })).value).toBe(2);
  },
);

test.each([
  "Object.prototype.toJSON = () => undefined; ({ a: 1 })",
  'Object.prototype.toJSON = () => "forged"; [1n]',
  "Object.prototype.toJSON = function () { throw new Error('no') }; ({ a: [1] })",
  "Array.prototype.toJSON = () => undefined; [1]",
  "Array.prototype.toJSON = () => { throw new Error('no') }; throw new Error('plain')",
])("a program that changes how everything is written still ends as one: %s", async (code) => {
  const run = await codemode.executor.execute(code, { typeCheck: false });
  expect(run.error?.code ?? "none").toMatch(/^(none|runtime_error)$/);
  expect(run.notes.every((note) => note.length < 600)).toBe(true);
});

test("a thousand results that differ from their schema leave a bounded number of notes", async () => {
  const { executor } = codemode;
  const run = await executor.execute("for (let i = 0; i < 200; i++) await longwinded.short({}).catch(() => 0); 1", {
    typeCheck: false,
  });
  expect(run.notes.length).toBeLessThan(60);
});

test.each([
  ["list_servers", 20_000, {}],
  ["list_tool_names", 30_000, { limit: 1000 }],
  ["search_tools", 30_000, { query: "short", limit: 100 }],
  ["get_tool_details", 10_000, { tool_name: "longwinded__short" }],
])("%s stays within %i characters, whatever servers say of themselves", async (name, most, args) => {
  const tool = codemodeTools(codemode.executor, { set: "full" }).find((each) => each.name === name);
  const result = await tool?.execute(args);
  expect(JSON.stringify(result).length).toBeLessThan(most);
});

test("of tools with more to say than a context has room for the beginning is shown, and where the rest is", async () => {
  const wordy = { type: "string", description: "d".repeat(900) } as const;
  const properties = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, wordy]));
  const tools = Array.from({ length: 20 }, (_, index) =>
    defineTool({
      name: `wide${index}`,
      description: "w".repeat(50_000),
      inputSchema: { type: "object", properties },
      execute: () => 1,
    }),
  );
  await using own = createCodemode({ tools: { own: tools } });
  const describe = codemodeTools(own.executor).find((each) => each.name === "get_tool_details");
  const one = await describe?.execute({ tool_name: "own__wide0" });
  expect(one?.text).toContain(
    'Not all of own__wide0 is shown: `await codemode.describe("own__wide0")` in a program has',
  );
  expect(JSON.stringify(one).length).toBeLessThan(100_000);
  const all = await describe?.execute({ tool_names: tools.map(({ name }) => `own__${name}`) });
  expect(JSON.stringify(all).length).toBeLessThan(300_000);
  const whole = await own.executor.execute(
    'Object.keys((await codemode.describe("own__wide0")).inputSchema.properties).length === 300',
  );
  expect(whole.value).toBe(true);
});

test("a tool whose name is too long is left out with a warning, and the others stay", () => {
  expect(codemode.registry.listToolNames().tools).toEqual(["longwinded__short"]);
  const report = codemode.registry.listServers().find(({ name }) => name === "longwinded");
  expect(report?.warnings[0]).toBe(
    'Tool 2 of "longwinded" was left out: its name has 10002 characters, more than 512.',
  );
  expect(report?.warnings.at(-1)).toBe("250 more warnings were left out.");
});

const NESTED_SERVER = `
const deep = '{"a":'.repeat(30_000) + "1" + "}".repeat(30_000);
const ANSWERS = {
  structured: '"result":{"content":[],"structuredContent":' + deep + "}",
  bare: '"result":' + deep,
  content: '"result":{"content":' + deep + "}",
  failed: '"result":{"isError":true,"content":[{"type":"text","text":"it failed"}],"structuredContent":' + deep + "}",
  item: '"result":{"isError":true,"content":[{"type":"text","text":"it failed"},{"type":"x","y":' + deep + "}]}",
  refused: '"error":{"code":-32000,"message":"it failed","data":' + deep + "}",
};
let rest = "";
process.stdin.on("data", (data) => {
  const lines = (rest + data).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    const inputSchema = { type: "object" };
    const result = {
      initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "n", version: "1" } },
      "tools/list": { tools: [...Object.keys(ANSWERS), "fine"].map((name) => ({ name, inputSchema })) },
      "tools/call": { content: [{ type: "text", text: "fine" }] },
    }[method];
    if (id === undefined) continue;
    const own = method === "tools/call" ? ANSWERS[params.name] : undefined;
    const other = result ? '"result":' + JSON.stringify(result) : '"error":{"code":-32601,"message":"no"}';
    console.log('{"jsonrpc":"2.0","id":' + JSON.stringify(id) + "," + (own ?? other) + "}");
  }
});`;

test(
  "an answer that is nested too deeply for any reader fails in words, and never as internal",
  { timeout: 60_000 },
  async () => {
    const nested = { command: process.execPath, args: ["-e", NESTED_SERVER] };
    await using open = createCodemode({ mcpServers: { nested } });
    await open.executor.setup();
    for (const language of ["typescript", "python"] as const) {
      for (const name of ["structured", "bare", "content", "failed", "item", "refused"]) {
        const { error } = await open.executor.execute(`await nested.${name}({})`, { language });
        expect([name, error?.code]).toEqual([name, expect.stringMatching(/^(?:result_too_large|tool_error)$/)]);
        expect(error?.message).toMatch(/nested too deeply to be handed on|it failed/);
      }
      expect(await open.executor.execute("await nested.fine({})", { language })).toMatchObject({ value: "fine" });
    }
    await expect(open.executor.callTool("nested__refused", {})).rejects.toMatchObject({ code: "tool_error" });
    await expect(open.executor.callTool("nested__structured", {})).rejects.toMatchObject({ code: "result_too_large" });
  },
);

/** A server of which what only accompanies a tool, a resource or a result is too deep or too long. */
const LADEN_SERVER = `
const deep = "[".repeat(15_000) + "]".repeat(15_000);
const long = '"' + "x".repeat(3e6) + '"';
const icons = { icons: deep, meta: "[]", long: '[{"src":' + long + "}]" };
const metas = { icons: "{}", meta: '{"a":' + deep + "}", long: '{"a":' + long + "}" };
const [, what] = process.argv;
const more = '"inputSchema":{"type":"object"},"icons":' + icons[what] + ',"_meta":' + metas[what];
const ANSWERS = {
  initialize: '{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"resources":{}},"serverInfo":{"name":"l","version":"1"}}',
  "tools/list": '{"tools":[{"name":"a",' + more + "}]}",
  "resources/list": '{"resources":[{"uri":"x:1","name":"one",' + more + "}]}",
  "tools/call": '{"content":[],"structuredContent":{"a":' + deep + "}}",
  "resources/read": '{"contents":[{"uri":"x:1","text":"x","_meta":{"a":' + deep + "}}]}",
};
let rest = "";
process.stdin.on("data", (data) => {
  const lines = (rest + data).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    const { id, method } = JSON.parse(line);
    if (id !== undefined) console.log('{"jsonrpc":"2.0","id":' + id + ',"result":' + (ANSWERS[method] ?? "{}") + "}");
  }
});`;

test(
  "what accompanies tools and resources keeps no list from being written, and a result too deep to be written is answered",
  { timeout: 60_000 },
  async () => {
    const laden = (what: string) => ({ command: process.execPath, args: ["-e", LADEN_SERVER, what] });
    await using open = createCodemode({
      mcpServers: { icons: laden("icons"), meta: laden("meta"), long: laden("long") },
    });
    await open.registry.discoverAll();
    const [near, far] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: "test", version: "1" });
    await Promise.all([createMcpServer(open, { mode: "direct" }).connect(far), client.connect(near)]);
    const listed = [await client.listTools(), await client.listResources()];
    expect(listed).toMatchObject([
      { tools: [{ name: "icons__a" }, { name: "meta__a" }, { name: "long__a" }] },
      { resources: Array.from({ length: 3 }, () => ({ name: "one" })) },
    ]);
    expect(JSON.stringify(listed).length).toBeLessThan(BUDGET);
    const http = await serveHttp(open, { port: 0, mode: "direct", log: () => {} });
    const remote = new Client({ name: "test", version: "1" });
    await remote.connect(new StreamableHTTPClientTransport(new URL(http.url)));
    const uri = (await remote.listResources()).resources[0]?.uri ?? "";
    await expect(remote.readResource({ uri })).rejects.toThrow("nested too deeply");
    expect(await remote.callTool({ name: "icons__a" })).toMatchObject({ isError: true });
    await Promise.all([client.close(), remote.close()]);
    await http.close();
  },
);
