import { execFile } from "node:child_process";
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listenLocally } from "../__fixtures__/hostile-source.ts";

const HOST = fileURLToPath(new URL("../__fixtures__/impatient-host.mjs", import.meta.url));
const SILENCE_MS = 1_200;
const EVENTS = { "content-type": "text/event-stream" };

/** How a tool makes its caller wait, by its name. */
const waits: Readonly<Record<string, (response: ServerResponse, answer: string) => Promise<void>>> = {
  before_json_headers: async (response, answer) => {
    await delay(SILENCE_MS);
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  },
  before_json_body: async (response, answer) => {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    await delay(SILENCE_MS);
    response.end(answer);
  },
  before_stream_headers: async (response, answer) => {
    await delay(SILENCE_MS);
    response.writeHead(200, EVENTS).end(`data: ${answer}\n\n`);
  },
  before_first_event: async (response, answer) => {
    response.writeHead(200, EVENTS).flushHeaders();
    await delay(SILENCE_MS);
    response.end(`data: ${answer}\n\n`);
  },
  between_events: async (response, answer) => {
    response.writeHead(200, EVENTS).write(": begun\n\n");
    await delay(SILENCE_MS);
    response.end(`data: ${answer}\n\n`);
  },
};
const tools = Object.keys(waits);

interface Rpc {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly name?: string };
}

const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
  "tools/list": { tools: tools.map((name) => ({ name, inputSchema: { type: "object" } })) },
  "tools/call": { content: [{ type: "text", text: "done" }] },
};

const server = createServer(async (request, response) => {
  if (request.method !== "POST") return response.writeHead(405).end();
  const { id, method, params }: Rpc = JSON.parse(await text(request));
  if (id === undefined) return response.writeHead(202).end();
  const answer = JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} });
  const wait = waits[params?.name ?? ""];
  if (wait !== undefined) return wait(response, answer);
  return response.writeHead(200, { "content-type": "application/json" }).end(answer);
});
let url: string;
beforeAll(async () => {
  url = `http://127.0.0.1:${await listenLocally(server)}/mcp`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const all = (outcome: unknown): unknown => Object.fromEntries(tools.map((name) => [name, outcome]));

test.each([
  ["the default", 60_000, "done"],
  ["longer than the 300 s of the built-in fetch", 400_000, "done"],
  ["shorter than the silence", 600, "tool_timeout"],
])(
  "with a timeoutMs that is %s no other limit ends a call, though the program's own HTTP client has shorter ones",
  async (_what, timeoutMs, outcome) => {
    const { stdout } = await promisify(execFile)(process.execPath, [HOST, url, String(timeoutMs), ...tools], {
      timeout: 30_000,
    });
    const { own, calls }: { readonly own: Record<string, string>; readonly calls: unknown } = JSON.parse(stdout);
    expect(Object.values(own)).not.toContain("answered");
    expect(calls).toEqual(all(outcome));
  },
);
