import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { firstText, listenLocally, openSource, temporaryDirectory } from "./__fixtures__/hostile-source.ts";
import type { McpServerInput } from "./server-input.ts";

const packages = fileURLToPath(new URL("../../../node_modules/@modelcontextprotocol", import.meta.url));
const program = (name: string): string => `${packages}/server-${name}/dist/index.js`;
const node = process.execPath;

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenLocally(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts server-everything over HTTP and resolves when it listens. */
async function startEverything(mode: "streamableHttp" | "sse", port: number): Promise<ChildProcess> {
  const child = spawn(node, [program("everything"), mode], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => {
      if (/port \d+/.test(String(chunk))) resolve();
    });
  });
  return child;
}

const everything = {
  stdio: async () => ({ command: node, args: [program("everything"), "stdio"] }),
  "streamable HTTP": async () => {
    const port = await freePort();
    await startEverything("streamableHttp", port);
    return { url: `http://127.0.0.1:${port}/mcp` };
  },
  "the older event stream": async () => {
    const port = await freePort();
    await startEverything("sse", port);
    return { url: `http://127.0.0.1:${port}/sse`, transport: "sse" as const };
  },
  "a url alone, of the older kind": async () => {
    const port = await freePort();
    await startEverything("sse", port);
    return { url: `http://127.0.0.1:${port}/sse` };
  },
};

test.each(["stdio", "streamable HTTP", "the older event stream", "a url alone, of the older kind"] as const)(
  "server-everything works over %s",
  async (way) => {
    const source = openSource(await everything[way]());
    const { status, tools, instructions } = await source.settled();
    expect(status).toBe("ready");
    expect(tools.length).toBeGreaterThan(10);
    expect(instructions).toBeTypeOf("string");
    expect(firstText(await source.call("echo", { message: "hello" }))).toBe("Echo: hello");
    const weather = await source.call("get-structured-content", { location: "New York" });
    expect(weather.structuredContent).toMatchObject({ conditions: expect.any(String) });
    const image = await source.call("get-tiny-image", {});
    expect(image.content.map(({ type }) => type)).toContain("image");
    const reports: number[] = [];
    await source.call(
      "trigger-long-running-operation",
      { duration: 0.3, steps: 3 },
      { onProgress: ({ progress }) => reports.push(progress) },
    );
    expect(reports).toEqual([1, 2, 3]);
    await expect(
      source.call("trigger-long-running-operation", { duration: 5, steps: 1 }, { timeoutMs: 100 }),
    ).rejects.toMatchObject({ code: "tool_timeout" });
    await source.ping?.();
  },
);

test.each(["streamableHttp", "sse"] as const)(
  "a remote server (%s) that dies during a call fails the call, and works again when it is back",
  async (mode) => {
    const port = await freePort();
    const child = await startEverything(mode, port);
    const url = `http://127.0.0.1:${port}/${mode === "sse" ? "sse" : "mcp"}`;
    const source = openSource({ url, transport: mode === "sse" ? "sse" : "http" });
    await source.settled();
    const begun = performance.now();
    const call = source.call(
      "trigger-long-running-operation",
      { duration: 20, steps: 200 },
      { onProgress: ({ progress }) => void (progress === 1 && child.kill("SIGKILL")) },
    );
    await expect(call).rejects.toMatchObject({ code: "server_unavailable" });
    expect(performance.now() - begun).toBeLessThan(10_000);
    await startEverything(mode, port);
    await source.refresh?.();
    expect(firstText(await source.call("echo", { message: "again" }))).toBe("Echo: again");
  },
  30_000,
);

test("server-filesystem lists, writes and reads, and its failures are results", async () => {
  const directory = temporaryDirectory();
  const source = openSource({ command: node, args: [program("filesystem"), directory] });
  const { tools } = await source.settled();
  expect(tools.every(({ outputSchema, annotations }) => outputSchema !== undefined && annotations !== undefined)).toBe(
    true,
  );
  await source.call("write_file", { path: `${directory}/a.txt`, content: "text" });
  const read = await source.call("read_text_file", { path: `${directory}/a.txt` });
  expect(read.structuredContent).toEqual({ content: "text" });
  const missing = await source.call("read_text_file", { path: `${directory}/b.txt` });
  expect(missing.isError).toBe(true);
});

test("server-memory keeps what it is told in the file its environment names", async () => {
  const server: McpServerInput = {
    command: node,
    args: [program("memory")],
    env: { MEMORY_FILE_PATH: "${SOURCE_TEST_DIRECTORY}/memory.jsonl" },
  };
  const variables = { SOURCE_TEST_DIRECTORY: temporaryDirectory() };
  const source = openSource(server, { variables });
  const entities = [{ name: "Ada", entityType: "person", observations: ["counts"] }];
  await source.call("create_entities", { entities });
  await source.close();
  const again = openSource(server, { variables });
  const found = await again.call("search_nodes", { query: "Ada" });
  expect(found.structuredContent).toMatchObject({ entities });
});
