import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { hostileServer, listenLocally } from "./mcp/__fixtures__/hostile-source.ts";
import { ToolRegistry } from "./tool-registry.ts";

const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
  "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" } }] },
  "tools/call": { content: [{ type: "text", text: "done" }] },
};

function mcpServer() {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const rpc: { readonly id?: number; readonly method: string } = JSON.parse(Buffer.concat(chunks).toString());
    if (rpc.id === undefined) return response.writeHead(202).end();
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result: results[rpc.method] ?? {} }));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function openRegistry(): ToolRegistry {
  const registry = new ToolRegistry();
  onTestFinished(() => registry.close());
  return registry;
}

test.each<readonly [string, (registry: ToolRegistry) => Promise<unknown>]>([
  ["a call by name", (registry) => registry.callTool("late__echo", {})],
  ["waiting for it by name", (registry) => registry.ready(["late"])],
  ["a wait with a limit", (registry) => registry.ready(undefined, { withinMs: 5_000 })],
  ["a check", (registry) => registry.checkServer("late")],
  ["a discovery of all", (registry) => registry.discoverAll()],
  ["a discovery of one", (registry) => registry.discoverServer("late")],
])(
  "a server that comes up after many failed attempts is there for %s, long before the next attempt by itself",
  async (_what, demand) => {
    const first = mcpServer();
    const port = await listenLocally(first);
    await new Promise((resolve) => first.close(resolve));
    const registry = openRegistry();
    registry.addServer({ name: "late", url: `http://127.0.0.1:${port}/mcp` });
    for (let attempt = 0; attempt < 6; attempt += 1) await registry.discoverServer("late").catch(() => {});
    const [report] = registry.listServers();
    expect(report?.status).toBe("failed");
    expect(Date.parse(report?.nextAttemptAt ?? "") - Date.now()).toBeGreaterThan(3_000);
    const second = mcpServer();
    await new Promise<void>((resolve) => second.listen(port, "127.0.0.1", resolve));
    await demand(registry);
    expect(registry.listServers()[0]).toMatchObject({ status: "ready", toolCount: 1 });
    expect(registry.listServers()[0]?.nextAttemptAt).toBeUndefined();
  },
);

test(
  "a bounded wait says who is ready, late and failed, and does not wait for the late one again",
  { retry: 2 },
  async () => {
    const registry = openRegistry();
    registry.addServer({ name: "good", ...hostileServer("ok") });
    registry.addServer({ name: "silent", ...hostileServer("silent") });
    registry.addServer({ name: "gone", command: "no-such-program-here" });
    const { ready, late, failed } = await registry.ready(undefined, { withinMs: 3_000 });
    expect({ ready, late, failed }).toEqual({ ready: ["good"], late: ["silent"], failed: ["gone"] });
    const begun = performance.now();
    await registry.ready(["good", "silent"], { withinMs: 3_000 });
    expect(performance.now() - begun).toBeLessThan(1_000);
  },
);

test("a wait that is cancelled rejects, and an unknown name is skipped", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "silent", ...hostileServer("silent") });
  await expect(registry.ready(["nobody"])).resolves.toEqual({ ready: [], late: [], failed: [] });
  await expect(registry.ready(["silent"], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "cancelled",
  });
});
