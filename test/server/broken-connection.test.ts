import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

let codemode: Codemode;
let server: HttpServerHandle;
/** Notes of programs, and what those wait for that stand at the gate. */
const notes: string[] = [];
let gate: PromiseWithResolver;
let reached: PromiseWithResolver;

interface PromiseWithResolver {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function later(): PromiseWithResolver {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

beforeAll(async () => {
  const tool = (name: string, execute: (args: Readonly<Record<string, unknown>>) => unknown) =>
    defineTool({ name, description: name, inputSchema: { type: "object" }, execute });
  const note = tool("note", ({ text }) => notes.push(String(text)));
  const pass = tool("pass", async () => {
    reached.resolve();
    await gate.promise;
    return "through";
  });
  codemode = createCodemode({ tools: { gate: [note, pass] } });
  await codemode.executor.setup();
  server = await serveHttp(codemode, { port: 0, log: () => {}, set: "full" });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

beforeEach(() => {
  notes.length = 0;
  [gate, reached] = [later(), later()];
});

const CODE = `await gate.note({ text: "begun" }); await gate.pass({}); await gate.note({ text: "ended" }); "done"`;
const HEADERS = { accept: "application/json, text/event-stream", "content-type": "application/json" };

/** Makes a call over a connection that breaks while its program waits; returns the last event that its client has seen. */
async function callAndBreak(headers: Readonly<Record<string, string>>, params: object): Promise<string> {
  const socket = new AbortController();
  const answering = fetch(server.url, {
    method: "POST",
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params }),
    signal: socket.signal,
  });
  // The first event only says where to read on; the 2026 revision has none, and answers when there is something to say.
  const seen = headers["mcp-session-id"] === undefined ? answering.then(() => "") : answering.then(firstEvent);
  seen.catch(() => {});
  await reached.promise;
  const lastEvent = headers["mcp-session-id"] === undefined ? "" : await seen;
  socket.abort();
  return lastEvent;
}

async function firstEvent({ body }: Response): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/id: \S+\n/.test(text)) text += (await reader?.read())?.value ?? "";
  return /id: (\S+)/.exec(text)?.[1] ?? "";
}

/** A session of the 2025 revision, as its header. */
async function openSession(): Promise<Readonly<Record<string, string>>> {
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  const post = (body: object, headers = {}): Promise<Response> =>
    fetch(server.url, { method: "POST", headers: { ...HEADERS, ...headers }, body: JSON.stringify(body) });
  const response = await post({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  await response.text();
  const headers = {
    "mcp-session-id": response.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": params.protocolVersion,
  };
  await post({ jsonrpc: "2.0", method: "notifications/initialized" }, headers);
  return headers;
}

test("a program goes on when its connection breaks, and a client that comes back reads on where it was", async () => {
  const headers = await openSession();
  const lastEvent = await callAndBreak(headers, { name: "execute_code", arguments: { code: CODE } });
  expect(lastEvent).not.toBe("");
  gate.resolve();
  // The server may not have noticed yet that the other connection is gone.
  let response: Response;
  do {
    response = await fetch(server.url, { headers: { ...HEADERS, ...headers, "last-event-id": lastEvent } });
  } while (response.status === 409);
  expect(await response.text()).toMatch(/"result":.*"done".*"id":7/);
  expect(notes).toEqual(["begun", "ended"]);
});

test("a program whose client does not read on is found by the id of its run", async () => {
  const headers = await openSession();
  await callAndBreak(headers, { name: "execute_code", arguments: { code: CODE } });
  const [runId = ""] = codemode.executor.running();
  gate.resolve();
  const found = await codemode.executor.runs.wait(runId);
  expect(found).toMatchObject({ status: "completed", value: "done" });
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    sessionId: headers["mcp-session-id"] ?? "",
  });
  const client = new Client({ name: "again", version: "1" }, { versionNegotiation: { mode: "legacy" } });
  await client.connect(transport);
  const asked = await client.callTool({ name: "get_execution", arguments: { run_id: runId } });
  expect(asked.structuredContent).toMatchObject({ status: "completed", value: "done" });
  await client.close();
});

test("a word of cancellation still ends a program whose connection broke", async () => {
  const headers = await openSession();
  await callAndBreak(headers, { name: "execute_code", arguments: { code: CODE } });
  const [runId = ""] = codemode.executor.running();
  const body = JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } });
  await fetch(server.url, { method: "POST", headers: { ...HEADERS, ...headers }, body });
  expect(await codemode.executor.runs.wait(runId)).toMatchObject({ status: "cancelled" });
  gate.resolve();
  expect(notes).toEqual(["begun"]);
});

test("of the 2026 revision the end of the connection takes the call back", async () => {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const headers = {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "execute_code",
  };
  await callAndBreak(headers, { name: "execute_code", arguments: { code: CODE }, _meta: meta });
  const [runId = ""] = codemode.executor.running();
  expect(await codemode.executor.runs.wait(runId)).toMatchObject({ status: "cancelled" });
  gate.resolve();
  expect(notes).toEqual(["begun"]);
});
