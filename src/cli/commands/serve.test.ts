import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, test } from "vitest";
import { CLI, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { stubbornServer } from "../__fixtures__/stdio-servers.ts";

const parrot = { mcpServers: { parrot: stubbornServer() } };

test("serve offers the configured tools over stdio and ends with its client", async () => {
  await using folder = await testFolder(parrot);
  const client = new Client({ name: "test", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, "serve", "--tools", "minimal"],
    cwd: folder.path,
    stderr: "pipe",
  });
  await client.connect(transport);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["search_tools", "get_tool_details", "execute_code"]);
  const result = await client.callTool({
    name: "execute_code",
    arguments: { code: 'await parrot.echo({ text: "hi" })' },
  });
  expect(result.structuredContent).toMatchObject({ status: "completed", value: "hi" });
  const { pid } = transport;
  await client.close();
  expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
});

test("serve --http wants its token and ends with status 0 when it is told to stop", async () => {
  await using folder = await testFolder(parrot);
  const child = spawn(process.execPath, [CLI, "serve", "--http", "127.0.0.1:0", "--token", "secret"], {
    cwd: folder.path,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await servedUrl(child);
  expect((await fetch(url, { method: "POST" })).status).toBe(401);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: "Bearer secret" } } }),
  );
  expect((await client.listTools()).tools.length).toBeGreaterThan(3);
  await client.close();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("an address that others can reach needs a token, and a wrong one is wrong usage", async () => {
  const [open, wrong] = await Promise.all([
    runCli(["serve", "--http", "0.0.0.0:0"]),
    runCli(["serve", "--http", "8080"]),
  ]);
  expect(open.stderr).toContain("no token is set");
  expect(wrong.stderr).toContain("HOST:PORT");
  expect([open.status, wrong.status]).toEqual([2, 2]);
});

test("a token that names an unset variable is wrong configuration", async () => {
  await using folder = await testFolder({ server: { http: "127.0.0.1:0", token: "${CODEMODE_TEST_UNSET}" } });
  const run = await runCli(["serve"], { cwd: folder.path });
  expect(run.stderr).toContain("server.token refers to ${CODEMODE_TEST_UNSET}");
  expect(run.status).toBe(2);
});

function servedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const [url] = /http:\/\/\S+/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", () => reject(new Error(`No address was told:\n${text}`)));
  });
}
