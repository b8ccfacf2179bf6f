import { type IncomingMessage, request as httpRequest } from "node:http";
import { connect as connectSocket } from "node:net";
import { text } from "node:stream/consumers";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";

let codemode: Codemode;
let server: HttpServerHandle;

beforeAll(async () => {
  codemode = createCodemode();
  await codemode.executor.setup();
  server = await serveHttp(codemode, { port: 0, log: () => {} });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

const ACCEPT = { accept: "application/json, text/event-stream", "content-type": "application/json" };
const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url, { method: "POST", headers: { ...ACCEPT, ...headers }, body: JSON.stringify(body) });

async function openSession(): Promise<Record<string, string>> {
  const response = await post(INITIALIZE);
  await response.text();
  const headers = { "mcp-session-id": response.headers.get("mcp-session-id") ?? "" };
  await post({ jsonrpc: "2.0", method: "notifications/initialized" }, headers);
  return headers;
}

test("a client learns that its connection is kept while it thinks for some seconds, and one that wants it ended is heard", async () => {
  const connections: unknown[] = [];
  for (const connection of ["keep-alive", "close"]) {
    const headers = { ...ACCEPT, "mcp-session-id": (await openSession())["mcp-session-id"] ?? "", connection };
    const sent = httpRequest(server.url, { method: "POST", headers });
    sent.end(JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping" }));
    const response = await new Promise<IncomingMessage>((resolve) => sent.once("response", resolve));
    expect(await text(response)).toContain('"id":2');
    connections.push([response.headers["connection"], response.headers["keep-alive"]]);
  }
  expect(connections).toEqual([
    ["keep-alive", "timeout=30"],
    ["close", undefined],
  ]);
});

test("the stream of a request that was cancelled ends, for each of thirty", async () => {
  const headers = await openSession();
  const streams = await Promise.all(
    Array.from({ length: 30 }, (_, index) => {
      const params = {
        name: "execute_code",
        arguments: { code: "await new Promise((done) => setTimeout(done, 20_000))" },
      };
      return post({ jsonrpc: "2.0", id: index + 10, method: "tools/call", params }, headers);
    }),
  );
  for (let index = 0; index < 30; index += 1)
    await post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: index + 10 } }, headers);
  const texts = await Promise.all(streams.map((stream) => stream.text()));
  expect(texts.filter((each) => each.includes('"result"'))).toEqual([]);
  const after = await post({ jsonrpc: "2.0", id: 99, method: "ping" }, headers);
  expect(await after.text()).toContain('"id":99');
});

test("TRACE is refused as a method that is not served", async () => {
  const answer = await new Promise<{ status: number | undefined; allow: unknown; body: string }>((resolve, reject) => {
    const request = httpRequest(server.url, { method: "TRACE" }, (response) => {
      void text(response).then((body) =>
        resolve({ status: response.statusCode, allow: response.headers["allow"], body }),
      );
    });
    request.on("error", reject);
    request.end();
  });
  expect(answer).toMatchObject({ status: 405, allow: "GET, POST, DELETE", body: expect.stringContaining("TRACE") });
});

test("a client that asks for the end of the connection gets it after the answer", async () => {
  const body = JSON.stringify(INITIALIZE);
  const head = [
    "POST /mcp HTTP/1.1",
    `Host: 127.0.0.1:${server.port}`,
    "Connection: close",
    `Accept: ${ACCEPT.accept}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  const socket = connectSocket(server.port, "127.0.0.1");
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(answer.toLowerCase()).toContain("connection: close");
});

test(
  "fifty clients with sessions of their own, begun at once, are all answered and keep what is theirs",
  { timeout: 120_000 },
  async () => {
    const open = async (index: number): Promise<Client> => {
      const client = new Client({ name: `client ${index}`, version: "1" });
      await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
      return client;
    };
    const run = async (client: Client, code: string): Promise<unknown> => {
      const { structuredContent } = await client.callTool({
        name: "execute_code",
        arguments: { code, session: "mine" },
      });
      return structuredContent;
    };
    const clients = await Promise.all(Array.from({ length: 50 }, (_, index) => open(index)));
    const keep = clients.map((client, index) =>
      run(client, `const kept = ${index}; await codemode.artifacts.save("of " + kept); kept`),
    );
    expect(await Promise.all(keep)).toMatchObject(clients.map((_, index) => ({ status: "completed", value: index })));
    const first = clients[0];
    if (first === undefined) throw new Error("no client");
    const alone: number[] = [];
    for (let times = 0; times < 5; times += 1) {
      const begun = performance.now();
      await run(first, "kept");
      alone.push(performance.now() - begun);
    }
    const together = await Promise.all(
      clients.map(async (client, index) => {
        const begun = performance.now();
        expect(await run(client, "kept")).toMatchObject({ value: index });
        return performance.now() - begun;
      }),
    );
    // Fifty pieces of work take fifty times one of them on one processor; nobody waits for more than the work itself.
    expect(Math.max(...together)).toBeLessThan(50 * Math.max(...alone, 50));
    const lists = await Promise.all(clients.map((client) => run(client, "codemode.artifacts.list()")));
    for (const list of lists) expect(list).toMatchObject({ status: "completed" });
    await Promise.all(clients.map((client) => client.close()));
  },
);
