import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { field } from "./fields.ts";

const TOKEN = "ann-secret-of-the-test";
const INITIALIZE = {
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

let upstream: Server;
const upstreamHeaders: IncomingHttpHeaders[] = [];
let codemode: Codemode;
let server: HttpServerHandle;

beforeAll(async () => {
  const handler = toNodeHandler(
    createMcpHandler(() => {
      const behind = new McpServer({ name: "behind", version: "1" });
      behind.registerTool("hello", { description: "Greets." }, () => ({ content: [{ type: "text", text: "hello" }] }));
      return behind;
    }),
  );
  upstream = createServer((request, response) => {
    upstreamHeaders.push(request.headers);
    void handler(Object.assign(request, { method: request.method ?? "GET", url: request.url ?? "/" }), response);
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const address = upstream.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  codemode = createCodemode({ mcpServers: { behind: { url: `http://127.0.0.1:${port}/mcp` } } });
  await codemode.executor.setup();
  server = await serveHttp(codemode, { port: 0, log: () => {}, set: "full", token: TOKEN });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
  upstream.closeAllConnections();
  upstream.close();
});

type Headers = Readonly<Record<string, string>>;

function post(body: string | object, { to = server.url, ...headers }: Headers = {}): Promise<Response> {
  return fetch(to, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify({ jsonrpc: "2.0", ...body }),
  });
}

async function begin(to = server.url): Promise<Headers> {
  const begun = await post({ id: 1, ...INITIALIZE }, { to });
  await begun.text();
  return { to, "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
}

let messages = 10;

/** The message that answers a request: in a stream or by itself. */
async function ask(method: string, params: unknown, session: Headers): Promise<unknown> {
  messages += 1;
  const response = await post({ id: messages, method, params }, session);
  const text = await response.text();
  const data = [...text.matchAll(/^data: (\{.*)$/gm)].at(-1)?.[1] ?? text;
  return JSON.parse(data);
}

const callOf = (args: unknown, name = "execute_code"): object => ({ name, arguments: args });

async function isWell(session: Headers): Promise<boolean> {
  const answer = await ask("tools/call", callOf({ code: "20 + 22" }), session);
  return field(field(field(answer, "result"), "structuredContent"), "value") === 42;
}

describe("arguments", () => {
  test.each<readonly [string, unknown, RegExp]>([
    ["no program", {}, /code/],
    ["a number as program", { code: 5 }, /code/],
    ["a list as program", { code: ["1"] }, /code/],
    ["another language", { code: "1", language: "cobol" }, /language/],
    ["a time limit that is text", { code: "1", timeout: "soon" }, /timeout/],
    ["a time limit below zero", { code: "1", timeout: -1 }, /timeout/],
    ["a session that is an object", { code: "1", session: {} }, /session/],
    ["a session of 100,000 characters", { code: "1", session: "x".repeat(100_000) }, /session/],
    ["an argument nobody knows", { code: "1", sandbox: "off" }, /sandbox/],
    ["a list of arguments", ["1"], /arguments|object/i],
    ["arguments that are text", "1", /arguments|object/i],
    ["arguments that name prototypes", { code: "1", constructor: 1 }, /constructor/],
  ])("with %s are refused by name, and the next call works", async (_what, args, named) => {
    const session = await begin();
    const answer = await ask("tools/call", callOf(args), session);
    const refusal = field(answer, "error") ?? field(answer, "result");
    expect(field(refusal, "isError") ?? field(refusal, "code")).toSatisfy((is) => is === true || is === -32_602);
    expect(JSON.stringify(refusal)).toMatch(named);
    expect(await isWell(session)).toBe(true);
  });
});

describe("an odd introduction", () => {
  const clientInfo = { name: "odd", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;

  test.each<readonly [string, unknown]>([
    ["without parameters", undefined],
    ["whose version is a number", { ...params, protocolVersion: 20_251_125 }],
    ["of a revision nobody knows", { ...params, protocolVersion: "2099-01-01" }],
    ["of a revision of 100,000 characters", { ...params, protocolVersion: "2".repeat(100_000) }],
    ["without a name", { ...params, clientInfo: {} }],
    ["with a name of a megabyte", { ...params, clientInfo: { ...clientInfo, name: "x".repeat(1_000_000) } }],
    ["with a name that steers a terminal", { ...params, clientInfo: { ...clientInfo, name: "\u001B[2J\u0000\n" } }],
    ["with capabilities that are a list", { ...params, capabilities: [] }],
    ["with capabilities that are null", { ...params, capabilities: null }],
    ["with capabilities that name prototypes", { ...params, capabilities: { experimental: { __proto__: {} } } }],
  ])("%s is answered, and the server goes on", async (_what, odd) => {
    const response = await post({ id: 1, method: "initialize", params: odd });
    expect([200, 400]).toContain(response.status);
    expect(JSON.stringify(await response.text())).toMatch(/result|error/);
    expect(await isWell(await begin())).toBe(true);
  });

  test("nested 50,000 levels deep is answered, and the server goes on", async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"experimental":${deep}},"clientInfo":{"name":"deep","version":"1"}}}`;
    const response = await post(body);
    expect(response.status).toBeLessThan(600);
    await response.text();
    expect(await isWell(await begin())).toBe(true);
  });
});

describe("words about requests", () => {
  test.each<readonly [string, object]>([
    ["taking back what was never asked", { requestId: 4_711, reason: "none" }],
    ["taking back what was answered", { requestId: 11 }],
    ["taking back nothing", {}],
    ["taking back an object", { requestId: {} }],
    ["taking back by a text", { requestId: "__proto__" }],
  ])("%s changes nothing", async (_what, params) => {
    const session = await begin();
    await ask("ping", {}, session);
    const response = await post({ method: "notifications/cancelled", params }, session);
    expect(response.status).toBeLessThan(500);
    await response.text();
    expect(await isWell(session)).toBe(true);
  });

  test("an answer that nobody asked for, and progress of nothing, change nothing", async () => {
    const session = await begin();
    for (const odd of [
      { id: 999, result: {} },
      { id: "x", error: { code: 1, message: "no" } },
      { method: "notifications/progress", params: { progressToken: 5, progress: 1 } },
      { method: "notifications/no/such", params: {} },
    ]) {
      const response = await post(odd, session);
      expect(response.status).toBeLessThan(500);
      await response.text();
    }
    expect(await isWell(session)).toBe(true);
  });
});

test("two programs at once in one session, and one in another, keep their output and state apart", async () => {
  const [one, other] = [await begin(), await begin()];
  const run = (name: string, session: Headers): Promise<unknown> => {
    const code = `import { sleep } from "codemode"; globalThis.seen = (globalThis.seen ?? 0) + 1;
      for (let i = 0; i < 5; i++) { console.log("${name}"); await sleep(5); } globalThis.seen`;
    return ask("tools/call", callOf({ code, session: "shared name" }), session);
  };
  const [a, b, c] = await Promise.all([run("aaa", one), run("bbb", one), run("ccc", other)]);
  const output = (answer: unknown): unknown => field(field(field(answer, "result"), "structuredContent"), "stdout");
  const value = (answer: unknown): unknown => field(field(field(answer, "result"), "structuredContent"), "value");
  expect([output(a), output(b), output(c)]).toEqual(["aaa\n", "bbb\n", "ccc\n"].map((line) => line.repeat(5)));
  expect(new Set([value(a), value(b)])).toEqual(new Set([1, 2]));
  expect(value(c)).toBe(1);
});

test("the token of a client reaches no server behind, in a header, a name or a message", async () => {
  const session = await begin();
  const answer = await ask("tools/call", callOf({ code: "await behind.hello({})" }), session);
  expect(JSON.stringify(answer)).toContain("hello");
  expect(upstreamHeaders.length).toBeGreaterThan(0);
  expect(JSON.stringify(upstreamHeaders)).not.toContain(TOKEN);
  expect(upstreamHeaders.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

describe("the endpoint of a server", () => {
  test.each<readonly [string, Headers, number]>([
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["JSON with a character set", { "content-type": "application/json; charset=utf-8" }, 200],
    ["a type that only begins like JSON", { "content-type": "application/jsonp" }, 415],
    ["an answer of a type that we do not write", { accept: "text/html" }, 406],
  ])("asked with %s answers %i", async (_what, headers, status) => {
    const response = await post({ id: 1, ...INITIALIZE }, headers);
    await response.text();
    expect(response.status).toBe(status);
  });

  test("asked for a revision in the header that it does not speak answers 400, and lives on", async () => {
    const session = await begin();
    const response = await post({ id: 2, method: "ping" }, { ...session, "mcp-protocol-version": "1999-01-01" });
    await response.text();
    expect(response.status).toBe(400);
    expect(await isWell(session)).toBe(true);
  });

  test("answers a client that has closed its side of the connection", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, ...INITIALIZE });
    const socket = await open();
    socket.end(`${head({ "content-length": String(body.length) })}${body}`);
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 [^]*"serverInfo"/);
  });

  test.each([
    ["two lengths", `${head({ "content-length": "4" }).slice(0, -2)}content-length: 5\r\n\r\n{}`],
    ["a length and pieces", `${head({ "content-length": "4", "transfer-encoding": "chunked" })}0\r\n\r\n`],
    ["a piece whose size is no number", `${head({ "transfer-encoding": "chunked" })}zz\r\n{}\r\n0\r\n\r\n`],
    ["headers of 100 KB", head({ "x-filler": "x".repeat(100_000) })],
    ["no HTTP", "\u0016\u0003\u0001\u0002\u0000"],
  ])("ends a connection with %s, and lives on", async (_what, text) => {
    const socket = await open();
    socket.write(text);
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await isWell(await begin())).toBe(true);
  });

  test(
    "is not held up by a hundred connections that send a byte now and then, and ends them",
    { timeout: 60_000 },
    async () => {
      const slow = await Promise.all(Array.from({ length: 100 }, open));
      const ends = slow.map((socket) => new Promise((resolve) => void socket.once("close", resolve)));
      for (const socket of slow) socket.write("POST /mcp HTTP/1.1\r\nhost: 127");
      const ticking = setInterval(() => {
        for (const socket of slow) if (socket.writable) socket.write("x");
      }, 500);
      expect(await isWell(await begin())).toBe(true);
      await Promise.all(ends);
      clearInterval(ticking);
      expect(await isWell(await begin())).toBe(true);
    },
  );

  test("keeps the session that is used while three hundred idle ones are begun", { timeout: 60_000 }, async () => {
    await using small = await serveHttp(codemode, { port: 0, log: () => {}, token: TOKEN, maxSessions: 50 });
    const used = await begin(small.url);
    expect(await isWell(used)).toBe(true);
    const idle: Headers[] = [];
    for (let count = 0; count < 300; count += 1) idle.push(await begin(small.url));
    expect(await isWell(used)).toBe(true);
    const statuses = await Promise.all(
      idle.map(async (session) => {
        const response = await post({ id: 2, method: "ping" }, session);
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(49);
    expect(statuses.slice(-49)).toEqual(Array.from({ length: 49 }, () => 200));
  });
});

function head(headers: Headers): string {
  const all = { host: "127.0.0.1", authorization: `Bearer ${TOKEN}`, accept: "application/json, text/event-stream" };
  const lines = Object.entries({ ...all, "content-type": "application/json", connection: "close", ...headers });
  return `POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

async function open(): Promise<Socket> {
  const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** All that a connection carries until the server ends it. */
async function textOf(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(socket, "end");
  socket.destroy();
  return text;
}
