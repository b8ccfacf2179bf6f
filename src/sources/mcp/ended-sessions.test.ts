import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { firstText, listenLocally, openSource } from "./__fixtures__/hostile-source.ts";

interface Rpc {
  readonly id?: number;
  readonly method: string;
}

type Refusal = (response: ServerResponse, rpc: Rpc) => void;

const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
  "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" } }] },
  "tools/call": { content: [{ type: "text", text: "done" }] },
};

/** A server with sessions that refuses what comes in the first one after `forget`, and counts the calls it performed. */
async function openServer(refuse: Refusal, { pings = refuse }: { readonly pings?: Refusal } = {}) {
  const seen = { calls: 0, sessions: 0, forgotten: false };
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const rpc: Rpc = JSON.parse(Buffer.concat(chunks).toString());
    if (rpc.method === "initialize") seen.sessions += 1;
    else if (seen.forgotten && request.headers["mcp-session-id"] === "s1") {
      return rpc.method === "ping" ? pings(response, rpc) : refuse(response, rpc);
    }
    if (rpc.id === undefined) return response.writeHead(202).end();
    if (rpc.method === "tools/call") seen.calls += 1;
    response.writeHead(200, { "content-type": "application/json", "mcp-session-id": `s${seen.sessions}` });
    return response.end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result: results[rpc.method] ?? {} }));
  });
  const port = await listenLocally(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, port, url: `http://127.0.0.1:${port}/mcp` };
}

const status =
  (code: number, body = ""): Refusal =>
  (response) =>
    void response.writeHead(code).end(body);

const rpcError =
  (message: string, code = -32_001): Refusal =>
  (response, { id }) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } }));
  };

test.each<readonly [string, Refusal]>([
  ["404", status(404)],
  ["400 with words about the session", status(400, "Bad Request: No valid session ID provided")],
  [
    '400 with "not initialized"',
    status(400, '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Server not initialized"},"id":null}'),
  ],
  ["400 without words", status(400)],
  ["401", status(401, "unknown session")],
  ["410", status(410)],
  ["500 without words", status(500)],
  ["500 with words", status(500, "session expired")],
  ["503", status(503)],
  ['200 with an error "Session not found"', rpcError("Session not found")],
  ['200 with an error "Invalid session id"', rpcError("Invalid session id", -32_600)],
  ['200 with an error "not initialized"', rpcError("Received request before initialization: not initialized", -32_602)],
])("a session that ends with %s is renewed once, and the call is performed once", async (_how, refuse) => {
  const { seen, url } = await openServer(refuse);
  const source = openSource({ url });
  await source.settled();
  seen.forgotten = true;
  expect(firstText(await source.call("echo", {}))).toBe("done");
  expect(seen).toMatchObject({ calls: 1, sessions: 2 });
});

const lives: Refusal = (response, { id }) => {
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ jsonrpc: "2.0", id, result: {} }));
};

test.each<readonly [string, Refusal, RegExp]>([
  ["500 while the session lives", status(500, "no disk"), /HTTP 500 Internal Server Error: no disk/],
  ["400 while the session lives", status(400, "bad json"), /HTTP 400 Bad Request: bad json/],
  ["403", status(403, "not yours"), /HTTP 403/],
  ["502, which a proxy says of a call that may have been performed", status(502), /HTTP 502/],
  [
    "an error of the tool about a session of its own",
    rpcError("browser session not found"),
    /browser session not found/,
  ],
])("a call refused with %s is not sent twice", async (_how, refuse, words) => {
  const { seen, url } = await openServer(refuse, { pings: lives });
  const source = openSource({ url });
  await source.settled();
  seen.forgotten = true;
  await expect(source.call("echo", {})).rejects.toThrow(words);
  expect(seen).toMatchObject({ calls: 0, sessions: 1 });
});

test("a server is reached through the proxy that the environment names", async () => {
  const { seen, port } = await openServer(status(500));
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", ({ url = "" }, client) => {
    asked.push(url);
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => {});
  });
  const proxyPort = await listenLocally(proxy);
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const variables = { HTTP_PROXY: `http://127.0.0.1:${proxyPort}` };
  const source = openSource({ url: "http://tools.invalid/mcp" }, { variables });
  await source.settled();
  expect(firstText(await source.call("echo", {}))).toBe("done");
  expect(new Set(asked)).toEqual(new Set(["tools.invalid:80"]));
  expect(seen.calls).toBe(1);
  const direct = openSource(
    { url: "http://tools.invalid/mcp", connectTimeoutMs: 5_000 },
    { variables: { ...variables, NO_PROXY: ".invalid" } },
  );
  expect((await direct.settled()).status).toBe("failed");
});
