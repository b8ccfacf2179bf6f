import { defined } from "../../base/defined.ts";
import { performance } from "node:perf_hooks";
import type { Client } from "@modelcontextprotocol/client";
import { isRecord } from "../../base/is-record.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";
import { type CallOptions, LIST_FIELDS, type SourceRequest, type ToolResultEnvelope } from "../source.ts";
import { callTool } from "./call/call-tool.ts";
import { listAllTools, type RawToolList } from "./listing/list-tools.ts";
import { looseResult } from "./call/loose-result.ts";
import { type ParamHeader, paramHeaders, paramHeaderValues } from "./call/param-headers.ts";
import type { ServerRequests } from "./call/server-requests.ts";
import { requestAnswered } from "./call/request-answered.ts";
import { Subscriptions } from "./call/subscriptions.ts";
import type { WatchedTransport } from "./transport/watched-transport.ts";

/** JSON-RPC's code for a method that the other side does not know. */
const METHOD_NOT_FOUND = -32601;

/** Time in which a server says that it takes a subscription, which is no request of one program. */
const SUBSCRIBE_MS = 30_000;

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
  /** What the server asks of the clients that call it. */
  readonly requests: ServerRequests;
  /** Time of the finished handshake, by `performance.now()`. */
  readonly since: number = performance.now();
  #closed = false;
  #nextToken = 0;
  readonly #subscriptions = new Subscriptions((uri) => this.#subscribe(uri));
  /** Arguments that travel as headers too, by the names of the tools that have any. */
  readonly #headers = new Map<string, readonly ParamHeader[]>();

  /** Whether it is a process of this machine, which is written to and read line by line. */
  readonly #isLocal: boolean;

  constructor(
    client: Client,
    parts: Pick<McpConnection, "transport" | "health" | "requests"> & { readonly isLocal: boolean },
  ) {
    this.client = client;
    this.#isLocal = parts.isLocal;
    this.transport = parts.transport;
    this.health = parts.health;
    this.requests = parts.requests;
  }

  /** Self-description of a server of revision 2026-07-28 or later; undefined for one that shook hands. */
  get discover(): Readonly<Record<string, unknown>> | undefined {
    return this.client.getDiscoverResult();
  }

  /** True once `close` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Lists all tools as they came; cut short after `limitMs`. */
  async listTools(limitMs: number, signal: AbortSignal): Promise<RawToolList> {
    const until = performance.now() + limitMs;
    const request = (cursor: unknown): Promise<Record<string, unknown>> =>
      this.client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } }, looseResult, {
        timeout: Math.max(1, until - performance.now()),
        signal,
      });
    const listed = await listAllTools(request, { until });
    return this.#isModern ? this.#takeHeaders(listed) : listed;
  }

  /** Asks for anything but a tool; a list that the server does not offer is empty. */
  async ask(
    { method, params = {} }: SourceRequest,
    { timeoutMs, signal, answers, client }: CallOptions & { readonly timeoutMs: number },
  ): Promise<Readonly<Record<string, unknown>>> {
    if (answers !== undefined) {
      const ask = { method, params };
      return this.#during(client, () => requestAnswered(this.client, ask, { timeoutMs, signal, answers }));
    }
    const uri = params["uri"];
    if (typeof uri === "string" && method === "resources/subscribe") {
      await this.#subscriptions.add(uri);
      return {};
    }
    if (typeof uri === "string" && method === "resources/unsubscribe") {
      await this.#subscriptions.drop(uri);
      return {};
    }
    const until = performance.now() + timeoutMs;
    const request = (cursor?: unknown): Promise<Record<string, unknown>> =>
      this.client.request({ method, params: { ...params, ...defined({ cursor }) } }, looseResult, {
        timeout: Math.max(1, until - performance.now()),
        ...defined({ signal }),
      });
    const field = fieldOf(method);
    if (field === undefined) return this.#during(client, request);
    const { resources, prompts } = this.client.getServerCapabilities() ?? {};
    if ((field === "prompts" ? prompts : resources) === undefined) return { [field]: [] };
    const { items } = await listAllTools(request, { until, field });
    return { [field]: items };
  }

  /** Servers of revision 2026-07-28 have no request for it: they announce changes to those who listen. */
  async #subscribe(uri: string): Promise<() => Promise<unknown>> {
    if (this.#isModern) {
      const stream = await this.client.listen({ resourceSubscriptions: [uri] }, { timeout: SUBSCRIBE_MS });
      return () => stream.close();
    }
    const ask = (method: string): Promise<unknown> =>
      this.client.request({ method, params: { uri } }, looseResult, { timeout: SUBSCRIBE_MS });
    await ask("resources/subscribe");
    return () => ask("resources/unsubscribe");
  }

  /** Performs one call; see {@link callTool} for its errors. */
  call(
    toolName: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions & { readonly timeoutMs: number },
  ): Promise<ToolResultEnvelope> {
    const { onProgress, client, idempotencyKey, place } = options;
    if (place !== undefined) this.transport.places.expect(args, place);
    const progressToken = onProgress === undefined ? undefined : `p${this.#nextToken++}`;
    const logLevel = client === undefined || !this.#isModern ? undefined : "info";
    const meta = defined({
      progressToken,
      "codemode/idempotencyKey": idempotencyKey,
      "io.modelcontextprotocol/logLevel": logLevel,
    });
    const params = { name: toolName, arguments: args, ...(Object.keys(meta).length === 0 ? {} : { _meta: meta }) };
    const marked = this.#headers.get(toolName);
    const headers = marked === undefined ? undefined : paramHeaderValues(marked, args);
    const own = this.#isLocal && !this.#isModern ? this.transport.own : undefined;
    const call = (): Promise<ToolResultEnvelope> =>
      callTool(this.client, params, { ...options, ...defined({ headers }), own });
    if (onProgress === undefined) return this.#during(client, call);
    const forget = this.transport.watchProgress(progressToken ?? "", onProgress);
    return this.#during(client, call).finally(forget);
  }

  /** One round trip. A server that answers that it knows no ping is there, too. */
  async ping(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const options = { timeout: timeoutMs, ...defined({ signal }) };
    if (this.#isModern) await this.client.discover(options);
    else await this.client.request({ method: "ping" }, looseResult, options).catch(throwUnlessUnknown);
  }

  get #isModern(): boolean {
    return this.client.getProtocolEra() === "modern";
  }

  /** What an older local server asks for does not say which call it is for. */
  #during<Result>(client: CallOptions["client"], work: () => Promise<Result>): Promise<Result> {
    return this.requests.during(client, work, { isTraced: this.#isModern || !this.#isLocal });
  }

  /** Leaves out the tools whose arguments cannot be put into headers as their server wants it, and remembers the others. */
  #takeHeaders({ items, warnings }: RawToolList): RawToolList {
    this.#headers.clear();
    const left: string[] = [];
    const usable = items.filter((item) => {
      if (!isSchemaObject(item) || typeof item["name"] !== "string") return true;
      const headers = paramHeaders(item["inputSchema"]);
      if (headers === undefined) left.push(item["name"]);
      else if (headers.length > 0) this.#headers.set(item["name"], headers);
      return headers !== undefined;
    });
    const named = left.map(
      (name) => `${name} was left out: its schema marks arguments for headers in a forbidden way.`,
    );
    return { items: usable, warnings: [...warnings, ...named] };
  }

  /** Ends the connection and, for a local server, its processes. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.transport.close();
  }
}

function throwUnlessUnknown(error: unknown): void {
  if (!(isRecord(error) && error["code"] === METHOD_NOT_FOUND)) throw error;
}

function fieldOf(method: string): string | undefined {
  return Object.entries(LIST_FIELDS).find(([list]) => list === method)?.[1];
}
