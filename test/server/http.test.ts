import { request as httpRequest } from "node:http";
import { connect as connectSocket } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { listField } from "./fields.ts";

let calls = 0;
let codemode: Codemode;
let server: HttpServerHandle;

/** Resolves when `tick` has been called this often. */
let whenTicked = { count: Infinity, resolve: (): void => {} };

function ticked(more: number): Promise<void> {
  return new Promise((resolve) => {
    whenTicked = { count: calls + more, resolve };
  });
}

const tick = defineTool({
  name: "tick",
  description: "Notes that it was called.",
  inputSchema: { type: "object" },
  execute: async () => {
    calls += 1;
    if (calls >= whenTicked.count) whenTicked.resolve();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return "ticked";
  },
});

const quiet = { port: 0, log: (): void => {} };
const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

beforeAll(async () => {
  codemode = createCodemode({ tools: { host: [tick] } });
  await codemode.executor.setup();
  server = await serveHttp(codemode, { ...quiet, set: "full" });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

async function connect(mode: "legacy" | "auto" = "legacy", to = server): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(to.url)));
  return client;
}

const execute = async (
  client: Client,
  args: Record<string, unknown>,
): Promise<Awaited<ReturnType<Client["callTool"]>>> => client.callTool({ name: "execute_code", arguments: args });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request with any headers, `Host` included. */
function send(
  options: {
    readonly headers?: Record<string, string>;
    readonly method?: string;
    readonly path?: string;
    readonly to?: HttpServerHandle;
  },
  body = "",
): Promise<Answer> {
  const { headers = {}, method = "POST", path = "/mcp", to = server } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: "127.0.0.1",
        port: to.port,
        path,
        method,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

describe.each(["legacy", "auto"] as const)("a client in %s mode", (mode) => {
  test("lists, searches, runs, and hears of progress", async () => {
    const client = await connect(mode);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("execute_code");
    const found = await client.callTool({ name: "search_tools", arguments: { query: "tick" } });
    expect(found.structuredContent).toMatchObject({ tools: [{ name: "host__tick" }] });
    const messages: (string | undefined)[] = [];
    const result = await client.callTool(
      { name: "execute_code", arguments: { code: "await host.tick({}); await host.tick({})" } },
      { onprogress: ({ message }) => messages.push(message) },
    );
    expect(result.structuredContent).toMatchObject({ status: "completed", value: "ticked" });
    expect(messages).toContain("host__tick: ok");
    expect(await execute(client, { code: "throw 1" })).toMatchObject({ isError: true });
    await client.close();
  });

  test("cancels a running program, after which no tool is called", async () => {
    const client = await connect(mode);
    const stop = new AbortController();
    const running = client.callTool(
      { name: "execute_code", arguments: { code: "for (;;) await host.tick({})" } },
      { signal: stop.signal },
    );
    running.catch(() => {});
    await ticked(3);
    stop.abort();
    await expect(running).rejects.toBeDefined();
    await runsToEnd(client);
    const before = calls;
    await execute(client, { code: "import { sleep } from 'codemode'; await sleep(200)" });
    expect(calls).toBe(before);
    await client.close();
  });

  test("that goes away has its program cancelled, one with a session when that ends", async () => {
    const [client, other] = [await connect(mode), await connect(mode)];
    const body = await bodyOfLastCall(client, "for (;;) await host.tick({})");
    const started = ticked(3);
    const request = httpRequest(server.url, { method: "POST", headers: body.headers });
    request.on("error", () => {});
    request.end(body.text);
    await started;
    request.destroy();
    // Before the 2026 revision a client may read on over another connection.
    if (mode === "legacy") await send({ method: "DELETE", headers: body.headers });
    await runsToEnd(other);
    const before = calls;
    await execute(other, { code: "import { sleep } from 'codemode'; await sleep(200)" });
    expect(calls).toBe(before);
    await Promise.all([client.close(), other.close()]);
  });
});

/** Waits, by asking the server, until no run is in progress. */
async function runsToEnd(client: Client): Promise<void> {
  for (let asked = 0; asked < 200; asked++) {
    await client.callTool({ name: "list_servers", arguments: {} });
    if (codemode.executor.running().length === 0) return;
  }
  throw new Error("A run goes on though its client has gone.");
}

/** What a client sends for a call, to be sent on a connection that can be cut. */
async function bodyOfLastCall(
  client: Client,
  code: string,
): Promise<{ text: string; headers: Record<string, string> }> {
  const transport = client.transport;
  if (transport === undefined) throw new Error("not connected");
  const sent: { text: string; headers: Record<string, string> }[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const text = typeof init?.body === "string" ? init.body : "";
    sent.push({ text, headers: Object.fromEntries(new Headers(init?.headers)) });
    return original(input, init);
  };
  try {
    await execute(client, { code: "1" });
  } finally {
    globalThis.fetch = original;
  }
  const last = sent.find(({ text }) => text.includes("execute_code"));
  if (last === undefined) throw new Error("nothing was sent");
  const text = last.text.replace(/"id":\d+/, '"id":1000000').replace('"code":"1"', `"code":${JSON.stringify(code)}`);
  return { text, headers: last.headers };
}

describe("sessions", () => {
  test("two clients share no state, though they choose the same session name", async () => {
    const [one, other] = [await connect(), await connect()];
    await execute(one, { code: "const secret = 42", session: "s" });
    expect((await execute(one, { code: "secret", session: "s" })).structuredContent).toMatchObject({ value: 42 });
    const code = "typeof (globalThis as any).secret";
    expect((await execute(other, { code, session: "s" })).structuredContent).toMatchObject({ value: "undefined" });
    const { structuredContent } = await other.callTool({ name: "get_execution_history", arguments: {} });
    expect(listField(structuredContent, "runs")).toHaveLength(1);
    await Promise.all([one.close(), other.close()]);
  });

  test("clients without protocol sessions need a session name that cannot be guessed, and are shown nothing of others", async () => {
    const client = await connect("auto");
    expect(await execute(client, { code: "1", session: "s" })).toMatchObject({
      isError: true,
      structuredContent: { error: { code: "invalid_arguments" } },
    });
    const code = "import { artifacts } from 'codemode'; await artifacts.save('mine'); (await artifacts.list()).length";
    expect((await execute(client, { code })).structuredContent).toMatchObject({
      value: 0,
      artifacts: [{ preview: "mine" }],
    });
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).not.toContain("get_execution_history");
    await client.close();
  });

  test("an unknown session is 404, none is 400, and an ended one is unknown", async () => {
    const message = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    expect(await send({ headers: { "mcp-session-id": "guess" } }, message)).toMatchObject({ status: 404 });
    expect(await send({}, message)).toMatchObject({ status: 400 });
    const id = String((await send({}, JSON.stringify(INITIALIZE))).headers["mcp-session-id"]);
    expect(await send({ headers: { "mcp-session-id": id } }, message)).toMatchObject({ status: 200 });
    expect(await send({ method: "DELETE", headers: { "mcp-session-id": id } })).toMatchObject({ status: 200 });
    expect(await send({ headers: { "mcp-session-id": id } }, message)).toMatchObject({ status: 404 });
  });

  test("at the limit the session idle longest makes room", async () => {
    await using small = await serveHttp(codemode, { ...quiet, maxSessions: 2 });
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      ids.push(String((await send({ to: small }, JSON.stringify(INITIALIZE))).headers["mcp-session-id"]));
    }
    const message = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping" });
    const statuses = await Promise.all(
      ids.map(async (id) => (await send({ to: small, headers: { "mcp-session-id": id } }, message)).status),
    );
    expect(statuses).toEqual([404, 200, 200]);
  });

  test("a session that is idle too long is forgotten", async () => {
    await using brief = await serveHttp(codemode, { ...quiet, sessionIdleMs: 20 });
    const id = String((await send({ to: brief }, JSON.stringify(INITIALIZE))).headers["mcp-session-id"]);
    const message = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping" });
    await expect
      .poll(async () => (await send({ to: brief, headers: { "mcp-session-id": id } }, message)).status, {
        interval: 100,
      })
      .toBe(404);
  });
});

describe("access", () => {
  const message = JSON.stringify(INITIALIZE);

  test.each([
    ["a foreign Host", { host: "evil.example" }],
    ["a Host that only looks local", { host: "127.0.0.1.evil.example" }],
    ["a Host with more than a name and a port", { host: "evil.example@127.0.0.1" }],
    ["a foreign Origin", { origin: "https://evil.example" }],
    ["an opaque Origin", { origin: "null" }],
  ])("%s is 403", async (_what, headers) => {
    expect(await send({ headers }, message)).toMatchObject({ status: 403 });
    expect(await send({ headers, method: "GET" })).toMatchObject({ status: 403 });
  });

  test("a local page and a local name are served", async () => {
    const headers = { host: `localhost:${server.port}`, origin: "http://localhost:3000" };
    expect(await send({ headers }, message)).toMatchObject({ status: 200 });
  });

  test("with a token, a request needs it in its header and nowhere else", async () => {
    await using guarded = await serveHttp(codemode, { ...quiet, token: "s3cret" });
    const missing = await send({ to: guarded }, message);
    expect(missing).toMatchObject({ status: 401, headers: { "www-authenticate": 'Bearer realm="codemode"' } });
    expect(await send({ to: guarded, path: "/mcp?token=s3cret&access_token=s3cret" }, message)).toMatchObject({
      status: 401,
    });
    const wrong = await send({ to: guarded, headers: { authorization: "Bearer s3cre" } }, message);
    expect(wrong).toMatchObject({
      status: 401,
      headers: { "www-authenticate": expect.stringContaining("invalid_token") },
    });
    expect(await send({ to: guarded, headers: { authorization: "Bearer s3cret" } }, message)).toMatchObject({
      status: 200,
    });
  });

  test.each(["0.0.0.0", "::", "", "192.0.2.1"])("the address %j is not bound without a token", async (host) => {
    await expect(serveHttp(codemode, { ...quiet, host })).rejects.toMatchObject({ code: "config_error" });
  });

  test("an address that is taken is named", async () => {
    const taken = serveHttp(codemode, { ...quiet, port: server.port });
    await expect(taken).rejects.toMatchObject({
      code: "config_error",
      message: expect.stringContaining(`:${server.port}`),
    });
  });

  test("on a wildcard address with a token a foreign Host is refused all the same", async () => {
    await using open = await serveHttp(codemode, {
      ...quiet,
      host: "0.0.0.0",
      token: "s3cret",
      allowedHosts: ["tools.example"],
    });
    const authorization = "Bearer s3cret";
    expect(await send({ to: open, headers: { authorization, host: "evil.example" } }, message)).toMatchObject({
      status: 403,
    });
    expect(await send({ to: open, headers: { authorization, host: "tools.example" } }, message)).toMatchObject({
      status: 200,
    });
  });
});

describe("bad requests", () => {
  test.each([
    ["what is not JSON", "{", 400, -32_700],
    ["an empty body", "", 400, -32_700],
    ["a batch", JSON.stringify([INITIALIZE]), 400, -32_600],
  ])("%s is refused as the protocol says", async (_what, body, ...[status, code]) => {
    const answer = await send({}, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ jsonrpc: "2.0", error: { code }, id: null });
  });

  test("an unknown method is -32601", async () => {
    const id = String((await send({}, JSON.stringify(INITIALIZE))).headers["mcp-session-id"]);
    const answer = await send(
      { headers: { "mcp-session-id": id } },
      JSON.stringify({ jsonrpc: "2.0", id: 2, method: "no/such" }),
    );
    expect(answer.body).toContain("-32601");
  });

  test("a body over 4 MB is 413, another type of content 415, another path 404", async () => {
    expect(await send({}, `"${"x".repeat(4 * 1024 * 1024)}"`)).toMatchObject({ status: 413 });
    expect(await send({ headers: { "content-type": "text/plain" } }, "{}")).toMatchObject({ status: 415 });
    expect(await send({ path: "/" }, "{}")).toMatchObject({ status: 404 });
  });

  test("the server lives on after a connection that is cut in the middle of a request", async () => {
    const socket = connectSocket(server.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    socket.destroy();
    expect(await send({}, JSON.stringify(INITIALIZE))).toMatchObject({ status: 200 });
  });
});

test("a change of the tools is announced to a client that listens, and the list has them", async () => {
  const own = createCodemode({ tools: { host: [tick] } });
  await using changing = await serveHttp(own, quiet);
  const client = await connect("legacy", changing);
  await client.listTools();
  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler("notifications/tools/list_changed", () => resolve());
  });
  own.registry.addTools("late", [defineTool({ ...tick, name: "tock" })]);
  await changed;
  const { tools } = await client.listTools();
  expect(tools.find(({ name }) => name === "execute_code")?.description).toContain("## late");
  await client.close();
  await own.close();
});

test("a server that is told to stop tells the clients whose programs run by which id they are found", async () => {
  const own = createCodemode({ tools: { host: [tick] } });
  const closing = await serveHttp(own, quiet);
  const clients = await Promise.all([connect("legacy", closing), connect("auto", closing)]);
  const running = clients.map((client) => execute(client, { code: "for (;;) await host.tick({})" }));
  await ticked(6);
  await closing.close();
  for (const { structuredContent } of await Promise.all(running)) {
    expect(structuredContent).toMatchObject({ runId: expect.stringMatching(/^run_/), status: "cancelled" });
  }
  await own.close();
});

test("closing cancels the programs that run and refuses new connections", async () => {
  const own = createCodemode({ tools: { host: [tick] } });
  const closing = await serveHttp(own, quiet);
  const client = await connect("legacy", closing);
  const running = execute(client, { code: "for (;;) await host.tick({})" });
  running.catch(() => {});
  await ticked(3);
  await closing.close();
  const before = calls;
  await expect(send({ to: closing }, JSON.stringify(INITIALIZE))).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await own.executor.execute("import { sleep } from 'codemode'; await sleep(200)");
  expect(calls).toBe(before);
  await own.close();
});
