import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Client, type ClientCapabilities } from "@modelcontextprotocol/client";
import { InMemoryTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";
import { serveHttp } from "../../src/server/serve-http.ts";
import type { McpServerInput } from "../../src/sources/mcp/server-input.ts";

const script = fileURLToPath(new URL("../../src/sources/mcp/__fixtures__/eras-server.mjs", import.meta.url));

async function upstream(way: string): Promise<McpServerInput> {
  const [transport = "", eras = ""] = way.split(" ");
  if (transport === "stdio") return { command: process.execPath, args: [script, "stdio", eras] };
  const child = spawn(process.execPath, [script, "http", eras], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const port = await new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))));
  return { url: `http://127.0.0.1:${port.trim()}/mcp` };
}

interface Heard {
  readonly asked: unknown[];
  readonly logs: unknown[];
}

/** The official client that answers forms and takes logs. */
function officialClient(capabilities: ClientCapabilities, heard: Heard): Client {
  const client = new Client({ name: "a client", version: "1" }, { capabilities });
  if (capabilities.elicitation !== undefined)
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      heard.asked.push(params.message);
      return { action: "accept", content: { colour: "green" } };
    });
  client.setNotificationHandler("notifications/message", ({ params }) => void heard.logs.push(params));
  return client;
}

async function connected(codemode: Codemode, client: Client, over: "memory" | "http"): Promise<void> {
  onTestFinished(() => client.close());
  if (over === "memory") {
    const served = createMcpServer({ executor: codemode.executor, configuration: codemode.configuration });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await Promise.all([served.connect(theirs), client.connect(ours)]);
    return;
  }
  const server = await serveHttp(codemode, { port: 0, log: () => {} });
  onTestFinished(() => server.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
}

const PROGRAM = `import { emit, readResource, getPrompt } from "codemode";
const answer = await up.ask({});
await up.talk({});
await emit((await up.image({}))[0]);
const [{ text }] = await readResource("up", "note://one");
const { messages } = await getPrompt("up", "greet", {});
[answer, text, messages[0].content.text]`;

const structured = z.looseObject({ value: z.unknown(), error: z.unknown() });

async function run(client: Client, code: string): Promise<{ readonly content: unknown[]; readonly out: unknown }> {
  const result = await client.callTool(
    { name: "execute_code", arguments: { code, timeout: 120 } },
    { timeout: 140_000 },
  );
  const { value, error } = structured.parse(result.structuredContent);
  return { content: result.content, out: error ?? value };
}

test.each([
  ["memory", "stdio legacy"],
  ["memory", "stdio modern"],
  ["memory", "http both"],
  ["http", "stdio both"],
  ["http", "http modern"],
] as const)(
  "a program of the official client over %s has a server over %s ask that client, and shows what it has",
  { timeout: 150_000 },
  async (over, way) => {
    const codemode = createCodemode({ mcpServers: { up: await upstream(way) } });
    onTestFinished(() => codemode.close());
    const heard: Heard = { asked: [], logs: [] };
    const client = officialClient({ elicitation: { form: {} } }, heard);
    await connected(codemode, client, over);
    const { out, content } = await run(client, PROGRAM);
    expect(out).toEqual(["it is green", "a note", "Hello."]);
    expect(content).toContainEqual(expect.objectContaining({ type: "image", mimeType: "image/png" }));
    expect(heard.asked).toEqual(['The server "up" asks: Which colour?']);
    expect(heard.logs).toEqual([expect.objectContaining({ level: "info", logger: "up/worker", data: "half way" })]);
  },
);

test("a client that cannot answer is not asked, and the program is told", { timeout: 60_000 }, async () => {
  const codemode = createCodemode({ mcpServers: { up: await upstream("stdio both") } });
  onTestFinished(() => codemode.close());
  const client = officialClient({}, { asked: [], logs: [] });
  await connected(codemode, client, "memory");
  const { out } = await run(client, `await up.ask({})`);
  expect(JSON.stringify(out)).toContain("cannot answer elicitation/create");
});
