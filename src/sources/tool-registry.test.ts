import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { defineTool, type FunctionTool } from "./functions/define-tool.ts";
import { hostileServer, isRunning, temporaryDirectory } from "./mcp/__fixtures__/hostile-source.ts";
import { ToolRegistry, type ToolRegistryOptions } from "./tool-registry.ts";

const packages = fileURLToPath(new URL("../../node_modules/@modelcontextprotocol", import.meta.url));
const real = (
  name: string,
  ...args: readonly string[]
): { readonly command: string; readonly args: readonly string[] } => ({
  command: process.execPath,
  args: [`${packages}/server-${name}/dist/index.js`, ...args],
});

function openRegistry(options?: ToolRegistryOptions): ToolRegistry {
  const registry = new ToolRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

const add: FunctionTool = defineTool({
  name: "add",
  description: "Adds two numbers.",
  inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } },
  execute: ({ a, b }) => Number(a) + Number(b),
});

const good = ["everything", "files", "memory", "plain", "host"];

function addGoodServers(registry: ToolRegistry, log: string): void {
  registry.addServer({ name: "everything", ...real("everything", "stdio") });
  registry.addServer({ name: "files", ...real("filesystem", temporaryDirectory()) });
  registry.addServer({ name: "memory", ...real("memory") });
  registry.addServer({ name: "plain", ...hostileServer("ok", log) });
  registry.addTools("host", [add]);
}

/** What the good servers take by themselves, so that a busy machine is not taken for a fault. */
async function measureGoodServersAlone(log: string): Promise<number> {
  await using registry = new ToolRegistry();
  const begun = performance.now();
  addGoodServers(registry, log);
  await registry.ready(good);
  return performance.now() - begun;
}

test("of ten servers, five that misbehave cost the others nothing", { timeout: 30_000 }, async () => {
  const registry = openRegistry();
  const log = `${temporaryDirectory()}/log`;
  const bad = ["silent", "crash-at-start", "garbage", "invalid-tool", "endless-cursor"];
  for (const mode of bad) registry.addServer({ name: mode, ...hostileServer(mode, log), connectTimeoutMs: 5000 });
  addGoodServers(registry, log);
  const aloneMs = await measureGoodServersAlone(log);

  const begun = performance.now();
  const all = registry.discoverAll();
  await registry.ready(good);
  expect(performance.now() - begun).toBeLessThan(Math.max(2000, 2 * aloneMs));
  const counts = Object.fromEntries(registry.listServers().map(({ name, toolCount }) => [name, toolCount]));
  expect(good.map((name) => (counts[name] ?? 0) > 0)).toEqual([true, true, true, true, true]);
  expect(await registry.callTool("host__add", { a: 2, b: 3 })).toBe(5);
  expect(await registry.callTool("everything__echo", { message: "hi" })).toBe("Echo: hi");
  expect(await registry.callTool("files__list_allowed_directories")).toContain("Allowed directories");
  expect(await registry.callTool("memory__read_graph")).toEqual({ entities: [], relations: [] });
  expect(await registry.callTool("plain__echo", { text: "a" })).toMatchObject({ name: "echo" });

  const found = await all;
  expect(Object.fromEntries(bad.map((name) => [name, found[name]?.length]))).toEqual({
    silent: 0,
    "crash-at-start": 0,
    garbage: 1,
    "invalid-tool": 6,
    "endless-cursor": 1000,
  });
  const reports = new Map(registry.listServers().map((report) => [report.name, report]));
  expect(reports.get("silent")).toMatchObject({ status: "failed", error: expect.stringContaining("5000 ms") });
  expect(reports.get("crash-at-start")?.error).toContain("licence file");
  expect(reports.get("garbage")?.warnings.join()).toContain("Ignored 3 lines");
  expect(reports.get("endless-cursor")?.warnings.join()).toContain("1000 pages");

  const pids = [...readFileSync(log, "utf8").matchAll(/start (\d+)/g)].map((match) => Number(match[1]));
  const closing = performance.now();
  await registry.close();
  expect(performance.now() - closing).toBeLessThan(3000);
  expect(pids.filter(isRunning)).toEqual([]);
});

test("a catalog is the same object until something changes, and an old one stays as it was", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "grows", ...hostileServer("grows-by-one") });
  registry.addTools("host", [add]);
  await registry.discoverAll();
  const before = registry.catalog();
  expect(registry.catalog()).toBe(before);
  expect(before.tools.map(({ name }) => name)).toEqual(["grows__echo", "host__add"]);
  const changed = new Promise<void>((resolve) => registry.onChange(() => registry.toolCount === 3 && resolve()));
  await registry.callTool("grows__echo");
  await changed;
  expect(registry.catalog().tools.map(({ name }) => name)).toEqual(["grows__echo", "grows__late", "host__add"]);
  expect(before.tools).toHaveLength(2);
  expect(registry.catalog().version).not.toBe(before.version);
});

test("tools are found, described and named", async () => {
  const registry = openRegistry();
  registry.addTools("host", [add, { ...add, name: "hidden", deferLoading: true }]);
  expect(registry.toolCount).toBe(2);
  expect(registry.listToolNames()).toEqual({ tools: ["host__add"], total: 1 });
  expect(registry.listToolNames({ includeDeferred: true }).total).toBe(2);
  expect(registry.listToolNames({ keywords: ["numbers"] }).tools).toEqual(["host__add"]);
  expect(registry.searchTools("add numbers").tools[0]?.name).toBe("host__add");
  expect(registry.getTool("host.add")?.description).toBe("Adds two numbers.");
  expect(registry.getTool("host__nothing")).toBeUndefined();
  expect(() => registry.getToolDetails("host__ad")).toThrow(
    expect.objectContaining({
      code: "unknown_tool",
      message: 'Server "host" has no tool "ad". Did you mean host__add?',
    }),
  );
});

test("an error result is thrown as tool_error, and every call is counted", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "files", ...real("filesystem", temporaryDirectory()) });
  await expect(registry.callTool("files__read_text_file", { path: "/nowhere/a.txt" })).rejects.toMatchObject({
    code: "tool_error",
    message: expect.stringContaining("Access denied"),
    details: { tool: "files__read_text_file" },
  });
  expect(registry.callCount).toBe(1);
});

test("a call waits for its own server only, and an unknown tool is refused", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "silent", ...hostileServer("silent") });
  registry.addServer({ name: "plain", ...hostileServer("ok") });
  expect(await registry.callTool("plain__echo", { text: "a" })).toMatchObject({ arguments: { text: "a" } });
  await expect(registry.callTool("plain__eco")).rejects.toMatchObject({ code: "unknown_tool" });
});

test("waiting for servers ends with its signal", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "silent", ...hostileServer("silent") });
  const controller = new AbortController();
  const waiting = registry.ready(["silent"], { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
});

test("a server is checked by a round trip, and one that is down is reported", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "plain", ...hostileServer("ok") });
  registry.addServer({ name: "broken", ...hostileServer("crash-at-start") });
  expect(await registry.checkServer("plain")).toMatchObject({ status: "ready", latencyMs: expect.any(Number) });
  expect(await registry.checkServer("broken")).toMatchObject({
    status: "failed",
    error: expect.stringContaining("licence"),
  });
  await expect(registry.checkServer("plan")).rejects.toMatchObject({ details: { hint: 'Did you mean "plain"?' } });
});

test("one server is discovered on request, and says why when it cannot be", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "plain", ...hostileServer("ok") });
  registry.addServer({ name: "broken", ...hostileServer("crash-at-start") });
  expect((await registry.discoverServer("plain")).map(({ name }) => name)).toEqual(["plain__echo"]);
  await expect(registry.discoverServer("broken")).rejects.toMatchObject({
    code: "server_unavailable",
    message: expect.stringContaining("licence"),
  });
});

test("a removed server is gone from the catalog, and its tools cannot be called any more", async () => {
  const registry = openRegistry();
  registry.addServer({ name: "plain", ...hostileServer("ok") });
  await registry.discoverAll();
  const entry = registry.getToolDetails("plain__echo");
  expect(await registry.removeServer("plain")).toBe(true);
  expect(await registry.removeServer("plain")).toBe(false);
  expect(registry.listTools()).toEqual([]);
  await expect(registry.invoke(entry, {})).rejects.toMatchObject({ code: "server_unavailable" });
});

test("a wrong configuration and a name that is taken are refused when they are added", () => {
  const registry = openRegistry();
  registry.addTools("host", []);
  expect(() => registry.addTools("host", [])).toThrow('called "host" already');
  expect(() => registry.addServer({ name: "empty" })).toThrow('server "empty" has neither command nor url');
});

test("a registry is closed by await using", async () => {
  const log = `${temporaryDirectory()}/log`;
  {
    await using registry = new ToolRegistry();
    registry.addServer({ name: "plain", ...hostileServer("ok", log) });
    await registry.discoverAll();
  }
  const pid = Number(/start (\d+)/.exec(readFileSync(log, "utf8"))?.[1]);
  expect(isRunning(pid)).toBe(false);
});
