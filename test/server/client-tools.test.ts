import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const tick = defineTool({
  name: "tick",
  description: "Ticks.",
  inputSchema: { type: "object" },
  execute: async () => "ticked",
});
const codemode = createCodemode({ tools: { host: [tick] } });

afterAll(() => codemode.close());

async function connect(to: HttpServerHandle): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "legacy" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(to.url)));
  return client;
}

test.each([
  ["the standard set", {}, "get_execution_history"],
  ["all tools but one", { set: "full", exclude: ["execute_code"] }, "execute_code"],
  ["tools to search with", { mode: "search" }, "execute_code"],
  ["tools of the servers and one of ours", { mode: "direct", include: ["execute_code"] }, "search_tools"],
] as const)("each of two clients can call what both are listed, and nothing else: %s", async (_case, choice, left) => {
  await using chosen = await serveHttp(codemode, { port: 0, log: () => {}, ...choice });
  const [one, other] = [await connect(chosen), await connect(chosen)];
  const { tools } = await one.listTools();
  expect((await other.listTools()).tools).toEqual(tools);
  for (const { name } of tools) {
    const { content } = await other.callTool({ name, arguments: { nothing: 1 } });
    expect(JSON.stringify(content)).toContain(name === "host__tick" ? "ticked" : `${name} cannot take`);
  }
  expect(tools.map(({ name }) => name)).not.toContain(left);
  await expect(other.callTool({ name: left, arguments: {} })).rejects.toThrow(`There is no tool "${left}".`);
  await Promise.all([one.close(), other.close()]);
});

test("a tool called by another spelling is named, and a language by any of its names is understood", async () => {
  await using served = await serveHttp(codemode, { port: 0, log: () => {} });
  const client = await connect(served);
  for (const name of ["Execute_Code", "mcp__codemode__execute_code", "executecode"]) {
    const call = client.callTool({ name, arguments: { code: "1" } });
    await expect(call).rejects.toThrow(`There is no tool "${name}". Did you mean "execute_code"?`);
  }
  await expect(client.callTool({ name: "zzz", arguments: {} })).rejects.toThrow('There is no tool "zzz".');
  const args = { code: "[1, 2].length", language: "JavaScript" };
  const { structuredContent } = await client.callTool({ name: "execute_code", arguments: args });
  expect(structuredContent).toMatchObject({ value: 2 });
  const { content } = await client.callTool({ name: "execute_code", arguments: { code: "1", language: "pythn" } });
  expect(JSON.stringify(content)).toContain('Did you mean \\\"python\\\"?\\nhint');
  await client.close();
});
