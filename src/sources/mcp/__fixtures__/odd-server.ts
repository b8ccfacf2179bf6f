import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { expect, onTestFinished } from "vitest";
import type { ToolSource } from "../../source.ts";
import { firstText, listenLocally, openSource } from "./hostile-source.ts";

interface Rpc {
  readonly id?: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

interface Exchange {
  readonly rpc: Rpc;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Number of calls so far, this one included. */
  readonly calls: number;
}

export type Answer = (exchange: Exchange) => unknown;

export const JSON_TYPE = { "content-type": "application/json" };
export const STREAM_TYPE = { "content-type": "text/event-stream" };
export const SOON = { timeoutMs: 20_000 };
export const echo = { name: "echo", inputSchema: { type: "object" } };

export const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "odd", version: "1" } },
  "tools/list": { tools: [echo] },
};

export const done = (id: number | undefined, text = "done"): string =>
  JSON.stringify({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }] } });

function reply(response: ServerResponse, message: object): void {
  response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: "2.0", ...message }));
}

/** A remote server that is ordinary but for what `answers` says of one method or of every request (`*`). */
export async function odd(answers: Readonly<Record<string, Answer>>): Promise<ToolSource> {
  let calls = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const rpc: Rpc = body === "" ? { method: request.method ?? "" } : JSON.parse(body);
    if (rpc.method === "tools/call") calls += 1;
    await answers["*"]?.({ rpc, request, response, calls });
    if (response.writableEnded || response.headersSent) return;
    const own = answers[rpc.method];
    if (own !== undefined) await own({ rpc, request, response, calls });
    else if (request.method !== "POST") response.writeHead(405).end();
    else if (rpc.id === undefined) response.writeHead(202).end();
    else reply(response, { id: rpc.id, result: results[rpc.method] ?? {} });
  });
  const port = await listenLocally(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const source = openSource({ url: `http://127.0.0.1:${port}/mcp`, transport: "http" }, {}, "odd");
  expect((await source.settled()).error).toBe(undefined);
  return source;
}

/** Text of the result, or the code and the words of the error. */
export const outcome = (source: ToolSource): Promise<unknown> =>
  source
    .call("echo", {}, SOON)
    .then(firstText, (error: { code: string; message: string }) => [error.code, error.message]);

