import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { serveClaudeAgent } from "./claude-agent-http.ts";
import { claudeAgentLauncher } from "./claude-agent-launcher.ts";
import { claudeAgentTools } from "./claude-agent-tools.ts";

test("the tools that are offered are allowed by the names Claude gives them", async () => {
  await using codemode = createCodemode();
  const { mcpServers, allowedTools } = claudeAgentTools(codemode, { name: "code", set: "minimal" });
  expect(mcpServers).toMatchObject({ code: { type: "sdk", name: "code" } });
  expect(allowedTools).toEqual(["mcp__code__search_tools", "mcp__code__get_tool_details", "mcp__code__execute_code"]);
});

test("the HTTP server takes who has its token, and nobody else", async () => {
  await using codemode = createCodemode();
  await using served = await serveClaudeAgent(codemode, { set: "minimal" });
  const server = served.options.mcpServers["codemode"];
  if (server === undefined) throw new Error("no server");
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const client = new Client({ name: "claude-code", version: "1" });
  const { headers } = server;
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } }));
  const names = (await client.listTools()).tools.map(({ name }) => `mcp__codemode__${name}`);
  expect(names).toEqual(served.options.allowedTools);
  await client.close();
  const stranger = await fetch(server.url, { method: "POST", body: "{}" });
  expect(stranger.status).toBe(401);
});

test.each(["legacy", { pin: "2026-07-28" }] as const)(
  "Claude Code is given the text alone, whatever the revision of the protocol (%j)",
  async (mode) => {
    await using codemode = createCodemode();
    await using served = await serveClaudeAgent(codemode);
    const { url, headers } = served.options.mcpServers["codemode"] ?? { url: "", headers: {} };
    const client = new Client({ name: "claude-code", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
    const found = await client.callTool({ name: "list_servers", arguments: {} });
    expect(found.structuredContent).toBeUndefined();
    expect(found.content).toEqual([{ type: "text", text: expect.any(String) }]);
    await client.close();
  },
);

test("the launcher starts this installation with what it is told", () => {
  const { mcpServers, allowedTools } = claudeAgentLauncher({
    config: "my.json",
    args: ["--allow-call-tool"],
    env: { A: "1" },
  });
  expect(mcpServers["codemode"]).toEqual({
    type: "stdio",
    command: process.execPath,
    args: [expect.stringMatching(/cli\.js$/), "serve", "--config", "my.json", "--allow-call-tool"],
    env: { A: "1" },
    alwaysLoad: true,
  });
  expect(allowedTools).toEqual(["mcp__codemode__*"]);
});
