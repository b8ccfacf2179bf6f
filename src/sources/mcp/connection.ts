import { defined } from "../../base/defined.ts";
import { performance } from "node:perf_hooks";
import type { Client } from "@modelcontextprotocol/client";
import { type CallOptions, LIST_FIELDS, type SourceRequest, type ToolResultEnvelope } from "../source.ts";
import { callTool } from "./call/call-tool.ts";
import { listAllTools, type RawToolList } from "./listing/list-tools.ts";
import { looseResult } from "./call/loose-result.ts";
import { requestAnswered } from "./call/request-answered.ts";
import type { WatchedTransport } from "./transport/watched-transport.ts";

/** Diagnosis of a transport; shared by all kinds. */
export interface TransportHealth {
  /** Ending of a local server, as the middle of a sentence. */
  readonly ending: () => string | undefined;
  /** Why a local server's program could not be started. */
  readonly startError: () => Error | undefined;
  /** The end of the server's stderr. */
  readonly lastWords: () => string;
  /** Messages ignored on this connection, as sentences. */
  readonly warnings: () => readonly string[];
}

/** A live connection to one server, after the handshake. */
export class McpConnection {
  readonly client: Client;
  readonly transport: WatchedTransport;
  readonly health: TransportHealth;
  /** Time of the finished handshake, by `performance.now()`. */
  readonly since: number = performance.now();
  #closed = false;
  #nextToken = 0;

  constructor(client: Client, transport: WatchedTransport, health: TransportHealth) {
    this.client = client;
    this.transport = transport;
    this.health = health;
  }

  /** True once `close` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Lists all tools as they came; cut short after `limitMs`. */
  listTools(limitMs: number, signal: AbortSignal): Promise<RawToolList> {
    const until = performance.now() + limitMs;
    const request = (cursor: string | undefined): Promise<Record<string, unknown>> =>
      this.client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } }, looseResult, {
        timeout: Math.max(1, until - performance.now()),
        signal,
      });
    return listAllTools(request, { until });
  }

  /** Asks for anything but a tool; a list that the server does not offer is empty. */
  async ask(
    { method, params = {} }: SourceRequest,
    { timeoutMs, signal, answers }: CallOptions & { readonly timeoutMs: number },
  ): Promise<Readonly<Record<string, unknown>>> {
    if (answers !== undefined) {
      return requestAnswered(this.client, { method, params }, { timeoutMs, signal, answers });
    }
    const until = performance.now() + timeoutMs;
    const request = (cursor?: string): Promise<Record<string, unknown>> =>
      this.client.request({ method, params: { ...params, ...defined({ cursor }) } }, looseResult, {
        timeout: Math.max(1, until - performance.now()),
        ...defined({ signal }),
      });
    const field = fieldOf(method);
    if (field === undefined) return request();
    const { resources, prompts } = this.client.getServerCapabilities() ?? {};
    if ((field === "prompts" ? prompts : resources) === undefined) return { [field]: [] };
    const { items } = await listAllTools(request, { until, field });
    return { [field]: items };
  }

  /** Performs one call; see {@link callTool} for its errors. */
  call(
    toolName: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions & { readonly timeoutMs: number },
  ): Promise<ToolResultEnvelope> {
    const { onProgress } = options;
    if (onProgress === undefined) return callTool(this.client, { name: toolName, arguments: args }, options);
    const progressToken = `p${this.#nextToken++}`;
    const forget = this.transport.watchProgress(progressToken, onProgress);
    const params = { name: toolName, arguments: args, _meta: { progressToken } };
    return callTool(this.client, params, options).finally(forget);
  }

  /** One round trip. */
  async ping(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const options = { timeout: timeoutMs, ...defined({ signal }) };
    await this.client.request({ method: "ping" }, looseResult, options);
  }

  /** Ends the connection and, for a local server, its processes. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.transport.close();
  }
}

function fieldOf(method: string): string | undefined {
  return Object.entries(LIST_FIELDS).find(([list]) => list === method)?.[1];
}
