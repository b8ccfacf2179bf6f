import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { parseConfiguration } from "../../src/host/configuration/parse-configuration.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";

const ALLOWED = ["tools.example", "Port.Example:8443", "plain.example:80", "[2001:DB8:0::1]", "[2001:db8::2]:9000"];
const IDLE_MS = 400;

let codemode: Codemode;
let server: HttpServerHandle;

beforeAll(async () => {
  codemode = createCodemode();
  await codemode.executor.setup();
  const { server: settings } = parseConfiguration({ server: { allowedHosts: ALLOWED, token: "s3cret" } });
  server = await serveHttp(codemode, { port: 0, log: () => {}, sessionIdleMs: IDLE_MS, ...settings });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** The answer as soon as its headers are there. */
async function send({ method = "POST", path = "/mcp", headers = {}, body }: Sent): Promise<IncomingMessage> {
  const accept = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const request = httpRequest({
    host: "127.0.0.1",
    port: server.port,
    path,
    method,
    headers: { ...accept, authorization: "Bearer s3cret", ...headers },
  });
  request.end(body === undefined ? undefined : JSON.stringify({ jsonrpc: "2.0", ...body }));
  const [response]: IncomingMessage[] = await once(request, "response");
  if (response === undefined) throw new Error("no response");
  return response;
}

const statusOf = async (sent: Sent): Promise<number | undefined> => {
  const response = await send(sent);
  await text(response);
  return response.statusCode;
};

const clientInfo = { name: "test", version: "1" };
const INITIALIZE = {
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo },
};

async function openSession(): Promise<Record<string, string>> {
  const response = await send({ body: INITIALIZE });
  await text(response);
  const headers = { "mcp-session-id": String(response.headers["mcp-session-id"]) };
  expect(await statusOf({ headers, body: { method: "notifications/initialized" } })).toBe(202);
  return headers;
}

describe("server.allowedHosts", () => {
  test.each([
    ["tools.example", 200],
    ["tools.example:1234", 200],
    ["TOOLS.example", 200],
    ["port.example:8443", 200],
    ["port.example:8444", 403],
    ["port.example", 403],
    ["plain.example", 200],
    ["plain.example:80", 200],
    ["plain.example:8080", 403],
    ["[2001:db8::1]", 200],
    ["[2001:db8::1]:1234", 200],
    ["[2001:db8::2]:9000", 200],
    ["[2001:db8::2]:9001", 403],
    ["127.0.0.1:1", 200],
    ["sub.tools.example", 403],
    ["tools.example.evil.example", 403],
    ["evil.example", 403],
    ["8443", 403],
  ])("a request sent to the Host %s gets %i", async (host, status) => {
    expect(await statusOf({ headers: { host }, body: INITIALIZE })).toBe(status);
  });

  test.each([
    ["https://tools.example", 200],
    ["http://tools.example:3000", 200],
    ["https://port.example:8443", 200],
    ["https://port.example", 403],
    ["http://plain.example", 200],
    ["https://plain.example", 403],
  ])("a page of %s gets %i", async (origin, status) => {
    expect(await statusOf({ headers: { host: "tools.example", origin }, body: INITIALIZE })).toBe(status);
  });

  test.each(["", "https://tools.example", "tools.example/mcp", "tools.example:", "a b", "me@tools.example", "::1"])(
    "%j is refused by the configuration, which names the form",
    (host) => {
      expect(() => parseConfiguration({ server: { allowedHosts: [host] } })).toThrow(/must be HOST or HOST:PORT/);
    },
  );
});

test.each([
  "/.well-known/oauth-protected-resource",
  "/.well-known/oauth-protected-resource/mcp",
  "/.well-known/oauth-authorization-server",
  "/.well-known/openid-configuration?for=mcp",
  "/register",
])("%s answers 404 to a client without a token, so that it looks for no login", async (path) => {
  const response = await send({ method: "GET", path, headers: { authorization: "" } });
  expect(response.statusCode).toBe(404);
  expect(response.headers["www-authenticate"]).toBeUndefined();
  expect(await text(response)).toContain("/mcp");
});

test("the headers of both kinds of stream go out before anything is in it", async () => {
  const headers = await openSession();
  const listening = await send({ method: "GET", headers });
  const code = "import { sleep } from 'codemode'; for (;;) await sleep(1_000)";
  const body = {
    id: 2,
    method: "tools/call",
    params: { name: "execute_code", arguments: { code } },
  };
  const calling = await send({ headers, body });
  for (const response of [listening, calling]) {
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(response.read()).toBeNull();
    response.destroy();
  }
});

test("an open stream keeps its session beyond the idle limit, and the session goes after the stream", async () => {
  const listened = await openSession();
  const stream = await send({ method: "GET", headers: listened });
  const idle = await openSession();
  const ping = { id: 3, method: "ping" };
  const whenGone = async (headers: Record<string, string>): Promise<void> =>
    await expect.poll(() => statusOf({ headers, body: ping }), { interval: 1.5 * IDLE_MS, timeout: 10_000 }).toBe(404);
  await whenGone(idle);
  expect(await statusOf({ headers: listened, body: ping })).toBe(200);
  expect(stream.readableEnded).toBe(false);
  stream.destroy();
  await whenGone(listened);
});
