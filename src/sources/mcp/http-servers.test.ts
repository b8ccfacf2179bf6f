import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { firstText, listenLocally, openSource } from "./__fixtures__/hostile-source.ts";

interface Rpc {
  readonly id?: number;
  readonly method: string;
}

type Answer = (rpc: Rpc, response: ServerResponse, request: IncomingMessage) => void;

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const port = await listenLocally(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}/mcp`;
}

const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
};

const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "raw", version: "1" } },
  "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" } }] },
};

/** A minimal server that answers the handshake and the listing; `onCall` answers calls. */
function rawServer(onCall: Answer, onOther: Answer = () => {}): Promise<string> {
  return listen(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const rpc: Rpc = JSON.parse(Buffer.concat(chunks).toString());
    onOther(rpc, response, request);
    if (response.writableEnded) return undefined;
    if (rpc.method === "tools/call") return onCall(rpc, response, request);
    if (rpc.id === undefined) return response.writeHead(202).end();
    return json(
      response,
      { jsonrpc: "2.0", id: rpc.id, result: results[rpc.method] ?? {} },
      { "mcp-session-id": "s1" },
    );
  });
}

const done = (id: number | undefined): unknown => ({
  jsonrpc: "2.0",
  id,
  result: { content: [{ type: "text", text: "done" }] },
});

test("headers are sent expanded, and to no other origin when redirected there", async () => {
  const seen: (string | undefined)[] = [];
  let stolen = 0;
  const thief = await listen((_request, response) => {
    stolen += 1;
    response.writeHead(200).end();
  });
  const url = await rawServer(
    (_rpc, response) => response.writeHead(307, { location: thief }).end(),
    (_rpc, _response, request) => seen.push(request.headers.authorization),
  );
  const server = { url, headers: { authorization: "Bearer ${SOURCE_TEST_TOKEN}" } };
  const source = openSource(server, { variables: { SOURCE_TEST_TOKEN: "t0k" } });
  expect((await source.settled()).status).toBe("ready");
  await expect(source.call("echo", {})).rejects.toMatchObject({
    code: "server_unavailable",
    message: expect.stringContaining("redirect"),
  });
  expect(seen[0]).toBe("Bearer t0k");
  expect(stolen).toBe(0);
});

test.each([404, 400])(
  "a session the server has forgotten (%i) is opened again, and the call sent once more",
  async (status) => {
    let calls = 0;
    let handshakes = 0;
    const url = await rawServer(
      ({ id }, response) => {
        calls += 1;
        if (calls === 1) response.writeHead(status).end("Session not found");
        else json(response, done(id));
      },
      ({ method }) => void (method === "initialize" && (handshakes += 1)),
    );
    const source = openSource({ url });
    await source.settled();
    expect(firstText(await source.call("echo", {}))).toBe("done");
    expect({ calls, handshakes }).toEqual({ calls: 2, handshakes: 2 });
  },
);

test("a server that forgets every session is not asked for ever", async () => {
  let calls = 0;
  const url = await rawServer((_rpc, response) => {
    calls += 1;
    response.writeHead(404).end("Session not found");
  });
  const source = openSource({ url });
  await source.settled();
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "server_unavailable" });
  expect(calls).toBe(2);
});

const huge = JSON.stringify({ jsonrpc: "2.0", id: 0, result: { content: [{ type: "text", text: "x".repeat(3e6) }] } });

test.each<[string, Answer]>([
  ["one body", (_rpc, response) => response.writeHead(200, { "content-type": "application/json" }).end(huge)],
  [
    "a small compressed body",
    (_rpc, response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync(huge)),
  ],
  [
    "one event of a stream",
    (_rpc, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`event: message\ndata: ${huge}`);
    },
  ],
])("an answer that is too large as %s fails its call at once, and the next one works", async (_kind, answer) => {
  let calls = 0;
  const url = await rawServer((rpc, response, request) => {
    calls += 1;
    if (calls === 1) answer(rpc, response, request);
    else json(response, done(rpc.id));
  });
  const source = openSource({ url }, { messageBytes: 1_000_000 });
  await source.settled();
  const begun = performance.now();
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "response_too_large" });
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(firstText(await source.call("echo", {}))).toBe("done");
});

test("a stream that breaks off during a call fails it at once", async () => {
  const url = await rawServer((_rpc, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("event: message\n");
    setTimeout(() => response.destroy(), 50);
  });
  const source = openSource({ url });
  await source.settled();
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "server_unavailable" });
});

test("a remote server that asks without pause and takes no answers is ended, by name", async () => {
  const url = await listen(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const rpc: { readonly id?: number; readonly method?: string } = JSON.parse(Buffer.concat(chunks).toString());
    // An answer of ours, which is never taken.
    if (rpc.method === undefined) return undefined;
    if (rpc.method !== "tools/call") {
      if (rpc.id === undefined) return response.writeHead(202).end();
      return json(response, { jsonrpc: "2.0", id: rpc.id, result: results[rpc.method] ?? {} });
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let id = 0; id < 1_000; id += 1)
      response.write(`data: ${JSON.stringify({ jsonrpc: "2.0", id: `ask-${id}`, method: "ping" })}\n\n`);
    return undefined;
  });
  const source = openSource({ url, transport: "http" });
  await source.settled();
  const failure = await source.call("echo", {}, { timeoutMs: 20_000 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "server_unavailable" });
  expect(String(failure)).toContain("does not read what is written to it");
});

test("an address where nobody listens fails with the reason", async () => {
  const { status, error } = await openSource({ url: "http://127.0.0.1:9/mcp" }).settled();
  expect(status).toBe("failed");
  expect(error).toMatch(/ECONNREFUSED|bad port/);
});

test("a missing credential is told as the server tells it", async () => {
  const url = await listen((_request, response) => void response.writeHead(401).end("token needed"));
  const { status, error } = await openSource({ url }).settled();
  expect(status).toBe("failed");
  expect(error).toContain("token needed");
});

test("a server that accepts and never answers fails after its connect time-out", async () => {
  const url = await listen(() => {});
  for (const transport of ["http", "sse"] as const) {
    const { status, error } = await openSource({ url, transport, connectTimeoutMs: 200 }).settled();
    expect(status).toBe("failed");
    expect(error).toContain("200 ms");
  }
});
