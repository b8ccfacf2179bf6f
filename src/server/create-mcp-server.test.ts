import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { CodemodeError } from "../base/codemode-error.ts";
import { createCodemode } from "../host/create-codemode.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import { createMcpServer } from "./create-mcp-server.ts";
import type { CodemodeSource, ServedToolsOptions } from "./served-tools.ts";

const SKILLS_SERVER = fileURLToPath(new URL("../sources/mcp/__fixtures__/skills-server.mjs", import.meta.url));

const nap = defineTool({
  name: "nap",
  description: "Does nothing.",
  inputSchema: { type: "object" },
  execute: () => "rested",
});

const upload = defineTool({
  name: "upload",
  description: "Tells how far it has come.",
  inputSchema: { type: "object" },
  execute: (_args, { onProgress }) => {
    onProgress({ progress: 1, total: 4, message: "a quarter" });
    onProgress({ progress: 1, total: 4, message: "still a quarter" });
    onProgress({ progress: 4, total: 4 });
    return "done";
  },
});

async function connect(source: CodemodeSource, options?: ServedToolsOptions, name = "test"): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await createMcpServer(source, options).connect(far);
  const client = new Client({ name, version: "1" });
  await client.connect(near);
  return client;
}

test("a server of one's own can be connected to any transport", async () => {
  await using codemode = createCodemode({ tools: { host: [nap] }, server: { tools: "minimal" } });
  const client = await connect(codemode);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
    "search_tools",
    "get_tool_details",
    "execute_code",
  ]);
  const found = await client.callTool({ name: "search_tools", arguments: { query: "nap" } });
  expect(found.structuredContent).toMatchObject({ tools: [{ name: "host__nap" }] });
  await client.close();
});

test("a client that would show its model the structure in place of the text is given the text alone", async () => {
  await using codemode = createCodemode({ tools: { host: [nap] } });
  const client = await connect(codemode, {}, "claude-code");
  const { tools } = await client.listTools();
  expect(tools.filter((tool) => tool.outputSchema !== undefined)).toEqual([]);
  const found = await client.callTool({ name: "search_tools", arguments: { query: "nap" } });
  expect(found).toEqual({ content: [{ type: "text", text: expect.stringContaining("host__nap: Does nothing.") }] });
  await client.close();
});

test("what the server opened is closed with it", async () => {
  let closed = (): void => {};
  const whenClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const client = await connect(() => {
    const codemode = createCodemode({ tools: { host: [nap] } });
    const close = async (): Promise<void> => {
      await codemode.close();
      closed();
    };
    return { ...codemode, close };
  });
  await client.listTools();
  await client.close();
  await expect(whenClosed).resolves.toBeUndefined();
});

test("what cannot be opened is told at the first use, and initialize is answered all the same", async () => {
  const client = await connect(() => {
    throw new CodemodeError("config_error", "The limit timeMs is negative.");
  });
  await expect(client.listTools()).rejects.toThrow("The limit timeMs is negative.");
  await expect(client.ping()).resolves.toBeDefined();
  await client.close();
});

test("the options win over the configuration", async () => {
  await using codemode = createCodemode({ server: { tools: "minimal" } });
  const client = await connect(codemode, { set: "full", allowCallTool: true, exclude: ["read_artifact"] });
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toContain("call_tool");
  expect(names).not.toContain("read_artifact");
  await client.close();
});

test("a client is given the tools about skills when a server turns out to publish some", async () => {
  await using codemode = createCodemode({
    mcpServers: { docs: { command: process.execPath, args: [SKILLS_SERVER, "honest"] } },
  });
  const client = await connect(codemode);
  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler("notifications/tools/list_changed", () => resolve());
  });
  const names = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
  if (!(await names()).includes("load_skill")) await changed;
  expect(await names()).toContain("load_skill");
  const loaded = await client.callTool({ name: "load_skill", arguments: { name: "docs/pdf-forms" } });
  expect(loaded.structuredContent).toMatchObject({ provenance: { kind: "server", name: "docs" } });
  await client.close();
});

test.each([
  ["execute_code", { code: "await host.upload({}); await host.nap({})" }, true],
  ["call_tool", { tool_name: "host__upload" }, false],
])("a client that asks %s for progress is told which calls have come how far", async (name, args, isTwice) => {
  await using codemode = createCodemode({ tools: { host: [nap, upload] } });
  const client = await connect(codemode, { allowCallTool: true });
  const told: unknown[] = [];
  const onprogress = ({ progress, message }: { progress: number; message?: string | undefined }): void => {
    told.push([progress, message]);
  };
  await client.callTool({ name, arguments: args }, { onprogress });
  expect(told).toEqual([
    [0.25, "host__upload: a quarter"],
    [0.99, "host__upload: 4 of 4"],
    [1, "host__upload: ok"],
    ...(isTwice ? [[2, "host__nap: ok"]] : []),
  ]);
  await client.close();
});
