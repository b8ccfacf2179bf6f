import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import type { ServerMode } from "../../src/host/configuration/configuration.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const script = fileURLToPath(new URL("faithful-server.mjs", import.meta.url));
const faithful = { command: process.execPath, args: [script] };

let codemode: Codemode;

beforeAll(async () => {
  codemode = createCodemode({
    mcpServers: { up: faithful, both: { ...faithful, exposure: "both" }, alone: { ...faithful, exposure: "direct" } },
    policy: {
      rules: [
        { tools: "up__forbidden", decision: "deny", reason: "not here" },
        { tools: "both__forbidden", decision: "ask", reason: "it changes things" },
      ],
    },
  });
  await codemode.registry.ready();
});
afterAll(() => codemode.close());

/** A client of our server in a mode; its name decides about `auto`. */
async function connect(mode?: ServerMode, { served = codemode, name = "test" } = {}): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(served, mode === undefined ? {} : { mode });
  const client = new Client({ name, version: "1" }, { capabilities: { elicitation: { form: {} } } });
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

async function names(client: Client): Promise<readonly string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

describe("in direct mode", () => {
  test("a tool is listed as its server lists it, under the name of the server", async () => {
    const client = await connect("direct");
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === "up__rich")).toEqual({
      name: "up__rich",
      title: "A rich tool",
      description: "Returns everything.",
      icons: [{ src: "data:image/png;base64,AAAA", mimeType: "image/png" }],
      inputSchema: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
      outputSchema: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
      annotations: { title: "Rich", readOnlyHint: true, openWorldHint: false },
      _meta: { "example.com/kept": { deep: [1] } },
    });
    expect(tools.every(({ name }) => name.includes("__"))).toBe(true);
    await client.close();
  });

  test("a result arrives with content of every kind, structured content and _meta", async () => {
    const client = await connect("direct");
    const result = await client.callTool({ name: "up__rich", arguments: { word: "hello" } });
    expect(result).toMatchObject({
      content: [
        { type: "text", text: "hello", annotations: { audience: ["user"] } },
        { type: "image", data: "AAAA", mimeType: "image/png" },
        { type: "audio", data: "AAAA", mimeType: "audio/wav" },
        { type: "resource_link", uri: "test://link", name: "link" },
        { type: "resource", resource: { uri: "test://inside", text: "inside" } },
      ],
      structuredContent: { word: "hello" },
      _meta: { "example.com/result": 7 },
    });
    expect(result.isError).toBeUndefined();
    await client.close();
  });

  test("failure of a tool stays a result, an error of the protocol stays one", async () => {
    const client = await connect("direct");
    expect(await client.callTool({ name: "up__failing", arguments: {} })).toMatchObject({
      isError: true,
      content: [{ type: "text", text: "disk full" }],
      structuredContent: { left: 0 },
    });
    await expect(client.callTool({ name: "up__refusing", arguments: {} })).rejects.toMatchObject({
      code: -32_099,
      data: { why: "closed" },
    });
    await client.close();
  });

  test("a call passes the gate: arguments, and the policy", async () => {
    const client = await connect("direct");
    const wrong = await client.callTool({ name: "up__rich", arguments: { word: 5 } });
    expect(wrong).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("invalid_arguments") }] });
    const denied = await client.callTool({ name: "up__forbidden", arguments: {} });
    expect(denied).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("not here") }] });
    await client.close();
  });

  test("a call that needs an approval is asked about, and made or refused as the person says", async () => {
    const client = await connect("direct");
    let decision = "approve all";
    client.setRequestHandler("elicitation/create", ({ params }) => {
      expect(params.message).toContain("both__forbidden");
      return { action: "accept", content: { decision } };
    });
    const call = { name: "both__forbidden", arguments: {} };
    expect(await client.callTool(call)).toMatchObject({ content: [{ type: "text", text: "done all the same" }] });
    decision = "deny all";
    expect(await client.callTool(call)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("policy_denied") }],
    });
    await client.close();
  });

  test.each([
    ["closes it", { action: "cancel" as const }],
    ["answers with what was not offered", { action: "accept" as const, content: { decision: "yes" } }],
    ["fails to ask", undefined],
  ])("a question about a call that a client of 2025 %s leaves the run, and names it", async (_what, answer) => {
    const client = await connect("direct");
    client.setRequestHandler("elicitation/create", () => {
      if (answer === undefined) throw new Error("no window");
      return answer;
    });
    const result = await client.callTool({ name: "both__forbidden", arguments: {} });
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/approval_required[^]*codemode runs approve call_/) }],
    });
    await client.close();
  });

  test("progress arrives with the numbers of the server, and a cancelled call is cancelled there", async () => {
    const client = await connect("direct");
    const seen: unknown[] = [];
    const onprogress = (progress: unknown): void => void seen.push(progress);
    await client.callTool({ name: "up__slow", arguments: { steps: 3 } }, { onprogress });
    expect(seen).toEqual([0, 1, 2].map((progress) => ({ progress, total: 3, message: `step ${progress}` })));
    const stop = new AbortController();
    const call = client.callTool(
      { name: "up__waiting", arguments: {} },
      { signal: stop.signal, onprogress: () => stop.abort() },
    );
    await expect(call).rejects.toThrow("aborted");
    expect(await client.callTool({ name: "up__cancelled", arguments: {} })).toMatchObject({ content: [{ text: "1" }] });
    await client.close();
  });

  test("a name without its server is understood where one server alone has it", async () => {
    const only = createCodemode({ mcpServers: { up: faithful } });
    await only.registry.ready();
    const client = await connect("direct", { served: only });
    expect(await client.callTool({ name: "rich", arguments: { word: "x" } })).toMatchObject({
      structuredContent: { word: "x" },
    });
    await client.close();
    await only.close();
    const several = await connect("direct");
    await expect(several.callTool({ name: "rich", arguments: { word: "x" } })).rejects.toMatchObject({ code: -32_602 });
    await several.close();
  });

  test("many tools come in pages, and a cursor of another list is refused", async () => {
    const many = Array.from({ length: 450 }, (_, index) =>
      defineTool({ name: `tool_${index}`, description: "Does it.", inputSchema: {}, execute: async () => index }),
    );
    const large = createCodemode({ tools: { host: many } });
    const client = await connect("direct", { served: large });
    const pages: number[] = [];
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } });
      pages.push(page.tools.length);
      for (const { name } of page.tools) seen.add(name);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect([pages, seen.size]).toEqual([[200, 200, 50], 450]);
    await expect(client.request({ method: "tools/list", params: { cursor: "none" } })).rejects.toMatchObject({
      code: -32_602,
    });
    await client.close();
    await large.close();
  });
});

describe("the mode", () => {
  test("search offers search, details and call_tool, and says how a tool is called that is called by its own name", async () => {
    const client = await connect("search");
    expect(await names(client)).toEqual(
      expect.arrayContaining(["search_tools", "get_tool_details", "call_tool", "read_artifact"]),
    );
    expect(await names(client)).not.toContain("execute_code");
    const { content } = await client.callTool({ name: "up__rich", arguments: { word: "x" } });
    expect(JSON.stringify(content)).toContain("call_tool");
    expect(JSON.stringify((await client.listTools()).tools.map(({ description }) => description))).not.toContain(
      "execute_code",
    );
    await client.close();
  });

  test.each([
    { mode: "auto", name: "test", count: 3, offered: "up__rich" },
    { mode: "auto", name: "test", count: 40, offered: "execute_code" },
    { mode: "auto", name: "codemode", count: 40, offered: "up__rich" },
    { mode: "code", name: "test", count: 3, offered: "execute_code" },
  ] as const)(
    "$mode for the client $name with $count more tools offers $offered",
    async ({ mode, name, count, offered }) => {
      const further = Array.from({ length: count }, (_, index) =>
        defineTool({ name: `t${index}`, description: "A tool. ".repeat(20), inputSchema: {}, execute: async () => 1 }),
      );
      const served = createCodemode({ mcpServers: { up: faithful }, tools: { host: further } });
      await served.registry.ready();
      const client = await connect(mode, { served, name });
      expect(await names(client)).toContain(offered);
      expect((await names(client)).includes("execute_code")).toBe(offered === "execute_code");
      await client.close();
      await served.close();
    },
  );

  test("an exposure offers single servers beside the programs, in place of them, or in a search only", async () => {
    const client = await connect();
    const listed = await names(client);
    expect(listed).toContain("execute_code");
    expect(listed.filter((name) => name.endsWith("__rich"))).toEqual(["both__rich", "alone__rich"]);
    const run = async (code: string): Promise<string> =>
      JSON.stringify((await client.callTool({ name: "execute_code", arguments: { code } })).content);
    expect(await run('(await both.rich({ word: "in code" })).word')).toContain("in code");
    expect(await run('await alone.rich({ word: "x" })')).toContain("alone__TOOL");
    expect(await client.callTool({ name: "alone__rich", arguments: { word: "direct" } })).toMatchObject({
      structuredContent: { word: "direct" },
    });
    const line = await client.callTool({ name: "up__rich", arguments: { word: "x" } });
    expect(line).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('await up.rich({"word":"x"})') }],
    });
    await client.close();
  });
});
