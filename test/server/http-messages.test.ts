import { connect as connectSocket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { ODD_MESSAGES } from "../../src/server/messages/__fixtures__/odd-messages.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

let codemode: Codemode;
let server: HttpServerHandle;
let guarded: HttpServerHandle;

beforeAll(async () => {
  codemode = createCodemode();
  const options = { port: 0, log: (): void => {} };
  server = await serveHttp(codemode, options);
  guarded = await serveHttp(codemode, { ...options, token: "secret" });
});

afterAll(async () => {
  await Promise.all([server.close(), guarded.close()]);
  await codemode.close();
});

type Headers = Readonly<Record<string, string>>;

const JSON_BODY = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const page = { origin: "http://localhost:6274" };

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Headers = {}): Promise<Response> =>
  fetch(server.url, { method: "POST", headers: { ...JSON_BODY, ...headers }, body });

function initialize(protocolVersion: string): string {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: "test", version: "1" } };
  return JSON.stringify({ jsonrpc: "2.0", id: "hello", method: "initialize", params });
}

async function openSession(revision = "2025-06-18"): Promise<Headers> {
  const response = await post(initialize(revision));
  await response.text();
  return { "mcp-session-id": response.headers.get("mcp-session-id") ?? "" };
}

/** The messages of an answer, whichever of the two types it has. */
async function messagesOf(
  response: Response,
): Promise<readonly { readonly id?: unknown; readonly error?: { readonly code: number; readonly message: string } }[]> {
  const text = await response.text();
  const lines = text.split("\n").flatMap((line) => (line.startsWith("data: {") ? [line.slice(6)] : []));
  return (lines.length > 0 ? lines : [text]).map((line) => JSON.parse(line));
}

describe("messages that are not as they should be", () => {
  test.each(ODD_MESSAGES)("%s is answered as over stdio", async (...[, line, id, code]) => {
    const session = await openSession();
    const [answer] = await messagesOf(await post(line, session));
    expect(answer).toMatchObject({ id });
    expect(answer?.error?.code).toBe(code);
    expect(answer?.error?.message ?? "").not.toContain("\n");
  });

  test("a session that is asked for without what belongs to it is refused with what is missing", async () => {
    const response = await post(
      '{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}',
    );
    expect(response.status).toBe(400);
    expect(await messagesOf(response)).toMatchObject([
      { id: 7, error: { code: -32_602, message: expect.stringMatching(/capabilities: .*clientInfo: /) } },
    ]);
  });

  test("a batch of more messages than are begun at once is refused whole", async () => {
    const session = await openSession("2025-03-26");
    const answer = await post(`[${Array.from({ length: 101 }, () => PING).join()}]`, session);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("A batch has 100 messages at most.");
  });

  test("the revision that has batches has them in its sessions", async () => {
    const session = await openSession("2025-03-26");
    const batch = `[${PING},{"jsonrpc":"2.0","method":"notifications/none"},{"jsonrpc":"2.0","id":2,"method":"tools/list"}]`;
    const answers = await messagesOf(await post(batch, session));
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([1, 2]));
    const [empty] = await messagesOf(await post("[]", session));
    expect(empty?.error?.code).toBe(-32_600);
  });

  test("of two requests with one id the second is refused while the first is open", async () => {
    const session = await openSession();
    const call = (code: string): string =>
      JSON.stringify({
        jsonrpc: "2.0",
        id: 5,
        method: "tools/call",
        params: { name: "execute_code", arguments: { code } },
      });
    const first = await post(call("await codemode.sleep(600); 1 + 1"), session);
    expect(await messagesOf(await post(call("2 + 2"), session))).toMatchObject([{ id: 5, error: { code: -32_600 } }]);
    expect(await messagesOf(first)).toMatchObject([{ id: 5, result: { structuredContent: { value: 2 } } }]);
    expect(await messagesOf(await post(call("3 + 3"), session))).toMatchObject([{ id: 5, result: {} }]);
  });
});

test.each([
  ["*/*", 200],
  ["application/*, text/*", 200],
  ["Application/JSON;q=0.9 , TEXT/Event-Stream; charset=utf-8", 200],
  ["application/json", 406],
  ["text/event-stream", 406],
  ["application/json, text/event-stream;q=0", 406],
  ["text/html", 406],
])("what is accepted is read as HTTP has it: %s", async (accept, status) => {
  const response = await post(PING, { ...(await openSession()), accept });
  await response.text();
  expect(response.status).toBe(status);
});

test.each(["PUT", "PATCH", "HEAD", "OPTIONS"])("%s is not served, and what is is named", async (method) => {
  const response = await fetch(server.url, { method, headers: page });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, POST, DELETE");
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test("a compressed body is refused as such", async () => {
  const response = await post(gzipSync(PING), { ...(await openSession()), "content-encoding": "gzip" });
  expect([response.status, response.headers.get("accept-encoding")]).toEqual([415, "identity"]);
});

test("a page of this machine may call a server that wants a token, and reads why it was turned away", async () => {
  const asked = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, mcp-method",
  };
  const preflight = await fetch(guarded.url, { method: "OPTIONS", headers: { ...page, ...asked } });
  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    "access-control-allow-origin": page.origin,
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "authorization, mcp-method",
  });
  const refused = await fetch(guarded.url, { method: "POST", headers: { ...JSON_BODY, ...page }, body: PING });
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, page.origin]);
  const headers = { ...JSON_BODY, ...page, authorization: "Bearer secret" };
  const begun = await fetch(guarded.url, { method: "POST", headers, body: initialize("2025-06-18") });
  expect(begun.headers.get("access-control-expose-headers")).toContain("mcp-session-id");
  const foreign = await fetch(guarded.url, { method: "OPTIONS", headers: { origin: "http://evil.example", ...asked } });
  expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([403, null]);
});

test("the stream for notifications of a client that comes back takes the place of the one it lost", async () => {
  const session = await openSession();
  const listen = (signal?: AbortSignal): Promise<Response> =>
    fetch(server.url, { headers: { ...session, accept: "text/event-stream" }, ...(signal && { signal }) });
  const first = await listen();
  const gone = new AbortController();
  const second = await listen(gone.signal);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(await first.text()).toBe("");
  gone.abort();
  expect((await listen()).status).toBe(200);
});

/** The answer to a greeting whose request line is written by hand. */
async function answerAt(target: string): Promise<string> {
  const body = initialize("2025-06-18");
  const socket = connectSocket(server.port, "127.0.0.1");
  const headers = Object.entries({
    host: "localhost",
    ...JSON_BODY,
    "content-length": body.length,
    connection: "close",
  });
  socket.write(
    `POST ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
  );
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test.each([
  ["with a slash behind it", "/mcp/"],
  ["with a query", "/mcp?client=test"],
  ["written out whole, as to a proxy", "http://localhost/mcp"],
])("the address %s is the same one", async (_how, target) => {
  expect(await answerAt(target)).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  "http://evil.example/mcp",
  "HTTPS://evil.example:80/mcp",
  "http://localhost@evil.example/mcp",
  "http:///mcp",
])("a request line with the foreign address %s is refused, whatever its Host says", async (target) => {
  expect(await answerAt(target)).toMatch(/^HTTP\/1\.1 403 /);
});

describe("the headers that repeat arguments of a tool offered by itself", () => {
  let direct: HttpServerHandle;
  let calls = 0;
  const lookUp = defineTool({
    name: "look_up",
    description: "Looks up.",
    inputSchema: { type: "object", properties: { region: { type: "string", "x-mcp-header": "Region" } } },
    execute: ({ region }) => {
      calls += 1;
      return `in ${String(region)}`;
    },
  });
  const host = createCodemode({ tools: { host: [lookUp] } });
  beforeAll(async () => {
    direct = await serveHttp(host, { port: 0, log: () => {}, mode: "direct" });
  });
  afterAll(async () => {
    await direct.close();
    await host.close();
  });

  const call = (headers: Headers): Promise<Response> => {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const params = { name: "host__look_up", arguments: { region: "Zürich" }, _meta: meta };
    const standard = {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "host__look_up",
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params });
    return fetch(direct.url, { method: "POST", headers: { ...JSON_BODY, ...standard, ...headers }, body });
  };

  test("let the call through where they agree", async () => {
    const response = await call({ "mcp-param-region": "=?base64?WsO8cmljaA==?=" });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("in Zürich");
  });

  test.each<[string, Headers]>([
    ["are missing", {}],
    ["say another text", { "mcp-param-region": "Bern" }],
    ["cannot be read", { "mcp-param-region": "=?base64?WsO8cmljaA=?=" }],
  ])("refuse it where they %s, before the tool is called", async (_what, headers) => {
    const before = calls;
    const response = await call(headers);
    expect(response.status).toBe(400);
    const [answer] = await messagesOf(response);
    expect(answer).toMatchObject({ id: 7, error: { code: -32_020 } });
    expect(answer?.error?.message).toContain("Mcp-Param-Region");
    expect(calls).toBe(before);
  });
});
