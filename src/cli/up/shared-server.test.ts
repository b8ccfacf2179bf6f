import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { CLI, documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { stubbornServer } from "../__fixtures__/stdio-servers.ts";

const state = z.object({ up: z.boolean(), pid: z.number().optional(), clients: z.number().default(0) });
// Each starts several processes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: Awaited<ReturnType<typeof testFolder>>;

const status = async (): Promise<z.infer<typeof state>> =>
  documentOf(await runCli(["status", "--json"], { cwd: folder.path }), state);

/** The parrot says in a file of its folder when it is started. */
beforeAll(async () => {
  const { command, args } = stubbornServer();
  const said = `require("node:fs").appendFileSync("started", "x");${args[1]}`;
  folder = await testFolder({
    typeCheck: false,
    server: { shared: true, tools: "full" },
    mcpServers: { parrot: { command, args: ["-e", said], env: { WORD: "${SHARED_TEST_WORD:-none}" } } },
  });
});

afterAll(async () => {
  await runCli(["down"], { cwd: folder.path });
  await folder[Symbol.asyncDispose]();
});

async function connect(env: Readonly<Record<string, string>> = {}): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, "serve"],
    cwd: folder.path,
    env: { ...getDefaultEnvironment(), ...env },
    stderr: "ignore",
  });
  await client.connect(transport);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

const execute = (client: Client, code: string, session?: string): Promise<unknown> =>
  client
    .callTool({ name: "execute_code", arguments: { code, ...(session === undefined ? {} : { session }) } })
    .then(({ structuredContent }) => z.looseObject({ value: z.unknown() }).parse(structuredContent).value);

test("clients that start at once share one process, its servers and its sessions", async () => {
  const clients = await Promise.all(Array.from({ length: 4 }, () => connect()));
  const echoes = clients.map((client, at) => execute(client, `await parrot.echo({ text: "${at}" })`));
  expect(await Promise.all(echoes)).toEqual(["0", "1", "2", "3"]);
  expect(await readFile(join(folder.path, "started"), "utf8")).toBe("x");
  expect(await status()).toMatchObject({ up: true, clients: 4 });

  const [one, other] = clients;
  if (one === undefined || other === undefined) throw new Error("no clients");
  await execute(one, "let n = 40", "s");
  expect(await execute(other, "n += 2; n", "s")).toBe(42);
  const run = await runCli(["exec", "--session", "s", "-e", "n"], { cwd: folder.path });
  expect(run.stdout).toBe("42\n");

  await Promise.all(clients.map((client) => client.close()));
  await expect.poll(async () => (await status()).clients, { timeout: 20_000 }).toBe(0);
});

test("a client that goes in the middle of a program ends it and nobody else's", async () => {
  await using staying = await connect();
  const leaving = await connect();
  const endless = execute(leaving, "await new Promise(() => setTimeout(() => {}, 60_000))").catch(() => "gone");
  await expect.poll(running, { timeout: 20_000 }).toContain('"running"');
  await leaving.close();
  await endless;
  expect(await execute(staying, "1 + 1")).toBe(2);
  await expect.poll(running, { timeout: 20_000 }).not.toContain('"running"');
});

test("a process that dies costs the requests it was busy with, and the next one finds another process", async () => {
  await using client = await connect();
  const { pid } = await status();
  if (pid === undefined) throw new Error("no background process answered");
  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler("notifications/tools/list_changed", () => resolve());
  });
  const code = "await new Promise(() => setTimeout(() => {}, 60_000))";
  const busy = client.callTool({ name: "execute_code", arguments: { code } }, { timeout: 60_000 });
  await expect.poll(running, { timeout: 20_000 }).toContain('"running"');
  process.kill(pid, "SIGKILL");
  const lost = await busy;
  expect(lost.isError).toBe(true);
  expect(JSON.stringify(lost.content)).toContain("codemode runs list");
  expect(await execute(client, 'await parrot.echo({ text: "again" })')).toBe("again");
  await changed;
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain("execute_code");
  expect((await status()).pid).not.toBe(pid);
});

test("a client with another value of a variable is served by a process of its own", async () => {
  await using client = await connect({ SHARED_TEST_WORD: "other" });
  expect(await execute(client, "1 + 1")).toBe(2);
  expect((await status()).clients).toBe(0);
});

async function running(): Promise<string> {
  return (await runCli(["runs", "list", "--json"], { cwd: folder.path })).stdout;
}
