import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

/** A server that starts, reads, and never answers anything. */
const silent = { command: process.execPath, args: ["-e", "process.stdin.resume()"] };
const now = defineTool({ name: "now", description: "The time.", inputSchema: {}, execute: async () => "noon" });

async function connect(source: Parameters<typeof createMcpServer>[0]): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "1" });
  await Promise.all([createMcpServer(source).connect(far), client.connect(near)]);
  return client;
}

const statusOf = ({ registry }: Codemode, name: string): string | undefined =>
  registry.listServers().find((server) => server.name === name)?.status;

test("initialize is answered before anything is opened", async () => {
  const steps: string[] = [];
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const codemode = createCodemode({ tools: { host: [now] } });
  const client = await connect(async () => {
    await gate;
    steps.push("opened");
    return codemode;
  });
  steps.push("initialized");
  release();
  await client.listTools();
  expect(steps).toEqual(["initialized", "opened"]);
  await client.close();
  await codemode.close();
});

test("tools, resources and prompts are listed and called while servers behind hang", async () => {
  const codemode = createCodemode({ mcpServers: { one: silent, two: silent }, tools: { host: [now] } });
  const client = await connect(codemode);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain("execute_code");
  expect((await client.listResources()).resources).toEqual([]);
  expect((await client.listPrompts()).prompts).toEqual([]);
  const code = "await host.now({})";
  expect(await client.callTool({ name: "execute_code", arguments: { code } })).toMatchObject({
    structuredContent: { value: "noon" },
  });
  // Neither has answered by now, nor given up.
  expect([statusOf(codemode, "one"), statusOf(codemode, "two")]).toEqual(["connecting", "connecting"]);
  await client.close();
  await codemode.close();
});
