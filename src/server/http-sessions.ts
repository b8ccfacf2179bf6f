import { randomUUID } from "node:crypto";
import {
  type InitializeRequest,
  isInitializeRequest,
  specTypeSchemas,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { ExactWire } from "../base/exact-wire.ts";
import { isRecord } from "../base/is-record.ts";
import { EventStores } from "./event-store.ts";
import { createToolServer } from "./create-mcp-server.ts";
import type { WhenGone } from "./door/node-http.ts";
import { errorAnswer, type HttpAnswer, refusalAnswer } from "./http-reply.ts";
import { judgeBatch, stillOpen, takesBatches } from "./messages/judge-message.ts";
import { toLine } from "./messages/readable-faults.ts";
import type { ServedExecutor } from "./served-tools.ts";

/** Maximum number of sessions and their idle time. */
export interface HttpSessionLimits {
  /**
   * Maximum number of sessions at a time. Of the holder with most sessions the one that was never used makes room, else
   * the one idle longest. @default 500
   */
  readonly maxSessions?: number;
  /** A session without a request or an open stream for this long is forgotten. @default 1,800,000 (30 minutes) */
  readonly sessionIdleMs?: number;
}

/** The limits, and what the text of requests and responses goes through. */
interface HttpSessionOptions extends HttpSessionLimits {
  readonly wire: ExactWire;
  /** Name of the holder of the token in an `Authorization` header. */
  readonly holder: (authorization: string | undefined) => string | undefined;
}

interface HttpSession {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly close: () => Promise<void>;
  /** Holder of the token that began it. */
  readonly owner: string | undefined;
  readonly takesBatches: boolean;
  /** Ids of the requests whose answers are not sent yet, as JSON text. */
  readonly open: Set<string>;
  /** Requests being answered, other than the stream for notifications. */
  active: number;
  /** Streams for notifications that are being read. */
  streams: number;
  /** The latest of them. */
  listening?: object;
  /** True once it was asked for anything after it had begun. */
  isUsed: boolean;
  usedAt: number;
}

/** Name of the holder of a token as the owner of runs; undefined for a client that is known by its connection alone. */
export function ownerName(holder: string | undefined): string | undefined {
  return holder === undefined ? undefined : `token ${holder}`;
}

/** Header that names the session of a request. */
export const SESSION_HEADER = "mcp-session-id";

/** Serves clients of the 2025 revisions, each with a session of its own that nothing is shared with. */
export class HttpSessions {
  readonly #served: ServedExecutor;
  readonly #wire: ExactWire;
  readonly #holder: HttpSessionOptions["holder"];
  readonly #maxSessions: number;
  readonly #sessionIdleMs: number;
  readonly #sessions = new Map<string, HttpSession>();
  readonly #events = new EventStores();
  readonly #sweeper: NodeJS.Timeout;

  constructor(
    served: ServedExecutor,
    { maxSessions = 500, sessionIdleMs = 1_800_000, wire, holder }: HttpSessionOptions,
  ) {
    this.#served = served;
    this.#wire = wire;
    this.#holder = holder;
    this.#maxSessions = maxSessions;
    this.#sessionIdleMs = sessionIdleMs;
    this.#sweeper = setInterval(() => this.#evictIdle(), Math.min(60_000, sessionIdleMs)).unref();
  }

  /** Number of open sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Answers one request. `body` is its parsed JSON, for a `POST`. */
  async answer(request: Request, body: unknown, whenGone: WhenGone): Promise<HttpAnswer> {
    const id = request.headers.get(SESSION_HEADER);
    const owner = this.#holder(request.headers.get("authorization") ?? undefined);
    if (id !== null) {
      const session = this.#sessions.get(id);
      // Of a session of another holder nothing is said, not even that there is one.
      if (session === undefined || session.owner !== owner) {
        return errorAnswer(404, -32_001, { message: "There is no such session (any more). Initialize a new one." });
      }
      if (request.method === "GET") return listenIn(session, request, whenGone());
      return refusedIn(session, body) ?? answerIn(session, request, body);
    }
    if (request.method === "POST" && isInitializeRequest(body)) return this.#initialize(request, body, owner);
    const fault = batchFault(body, false) ?? initializeFault(body);
    if (fault !== undefined) return fault;
    return errorAnswer(400, -32_000, {
      message: "The header Mcp-Session-Id is missing; initialize a session first.",
    });
  }

  /** Ends all sessions: their programs are cancelled and their state is forgotten. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#sessions.keys()].map((id) => this.#end(id)));
  }

  async #initialize(request: Request, body: InitializeRequest, owner: string | undefined): Promise<HttpAnswer> {
    if (this.#sessions.size >= this.#maxSessions && !this.#makeRoom(owner)) {
      const headers = { "retry-after": "5" };
      return errorAnswer(503, -32_000, { message: `All ${this.#maxSessions} sessions are busy.`, headers });
    }
    const id = randomUUID();
    const session = await this.#open(id, owner, body.params.protocolVersion);
    this.#sessions.set(id, session);
    const answer = await answerIn(session, request, body);
    if (session.transport.sessionId === undefined) await this.#end(id);
    return answer;
  }

  async #open(id: string, owner: string | undefined, revision: string): Promise<HttpSession> {
    const served = this.#served;
    const skills = await served.skills();
    const server = createToolServer(
      (onChange) =>
        served.toolsFor(async (executor) => {
          const { createClientScope } = await import("../tools/client-scope.ts");
          return createClientScope(executor, id, ownerName(owner));
        }, onChange),
      { skills, wire: this.#wire, servers: served.serversNow(), ...served.settingsNow() },
    );
    const eventStore = this.#events.open();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => this.#end(id),
      eventStore,
    });
    await server.connect(transport);
    return {
      transport,
      owner,
      close: () => server.close().finally(() => this.#events.close(eventStore)),
      takesBatches: takesBatches(revision),
      open: new Set(),
      active: 0,
      streams: 0,
      isUsed: false,
      usedAt: performance.now(),
    };
  }

  /** Ends a session of the holder that has most of them, the one that asks included; false when those are all busy. */
  #makeRoom(asking: string | undefined): boolean {
    const held = new Map([[asking, 1]]);
    for (const { owner } of this.#sessions.values()) held.set(owner, (held.get(owner) ?? 0) + 1);
    const most = Math.max(...held.values());
    const [longest] = [...this.#sessions]
      .filter(([, { active, owner }]) => active === 0 && held.get(owner) === most)
      .sort(([, a], [, b]) => byWorth(a, b));
    if (longest === undefined) return false;
    void this.#end(longest[0]);
    return true;
  }

  #evictIdle(): void {
    const oldest = performance.now() - this.#sessionIdleMs;
    for (const [id, { active, streams, usedAt }] of this.#sessions) {
      if (active === 0 && streams === 0 && usedAt <= oldest) void this.#end(id);
    }
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    await session?.close().catch(() => {});
  }
}

/** Sorts the sessions least missed first. */
function byWorth(a: HttpSession, b: HttpSession): number {
  return Number(a.isUsed) - Number(b.isUsed) || Math.sign(a.streams) - Math.sign(b.streams) || a.usedAt - b.usedAt;
}

/** Opens the stream for notifications. */
async function listenIn(session: HttpSession, request: Request, gone: AbortSignal): Promise<HttpAnswer> {
  const { transport } = session;
  session.usedAt = performance.now();
  // A client that lost its stream comes back before we hear of the loss: its new stream takes the place of the old one.
  if (session.streams > 0) transport.closeStandaloneSSEStream();
  const mine = (session.listening = {});
  const leave = (): void => {
    if (session.listening === mine) transport.closeStandaloneSSEStream();
  };
  gone.addEventListener("abort", leave, { once: true });
  session.streams += 1;
  const onSent = (): void => {
    session.streams -= 1;
    session.usedAt = performance.now();
  };
  return { response: await transport.handleRequest(request), onSent };
}

/** The answer to messages that a session does not take; without it the first of two requests with one id would get none. */
function refusedIn({ takesBatches: areTaken, open }: HttpSession, body: unknown): HttpAnswer | undefined {
  const repeated = requestIds(body).find((id) => open.has(id));
  return batchFault(body, areTaken) ?? (repeated === undefined ? undefined : refusalAnswer(stillOpen(repeated)));
}

function batchFault(body: unknown, areTaken: boolean): HttpAnswer | undefined {
  const refusal = Array.isArray(body) ? judgeBatch(body, areTaken) : undefined;
  return refusal === undefined ? undefined : refusalAnswer(refusal);
}

/** The ids of the requests in a body, as JSON text. */
function requestIds(body: unknown): readonly string[] {
  return [body]
    .flat()
    .flatMap((message) =>
      isRecord(message) && typeof message["method"] === "string" && message["id"] !== undefined
        ? [JSON.stringify(message["id"])]
        : [],
    );
}

/** The answer to a request to begin a session that cannot be read as one. */
function initializeFault(body: unknown): HttpAnswer | undefined {
  if (!isRecord(body) || body["method"] !== "initialize") return undefined;
  const { issues = [] } = specTypeSchemas.InitializeRequest["~standard"].validate(body);
  return errorAnswer(400, -32_602, { message: toLine(issues), id: body["id"] });
}

async function answerIn(session: HttpSession, request: Request, body: unknown): Promise<HttpAnswer> {
  const { transport, open } = session;
  const ids = requestIds(body);
  for (const id of ids) open.add(id);
  session.usedAt = performance.now();
  session.active += 1;
  session.isUsed ||= isRecord(body) && "id" in body && body["method"] !== "initialize";
  const response = await transport.handleRequest(request, { parsedBody: body });
  const cancelled = cancelledRequest(body);
  // No answer will come on its stream, which would stay open and keep the session.
  if (cancelled !== undefined) transport.closeSSEStream(cancelled);
  const onSent = (): void => {
    for (const id of ids) open.delete(id);
    session.active -= 1;
    session.usedAt = performance.now();
  };
  return { response, onSent };
}

/** The id of the request that a message takes back. */
function cancelledRequest(body: unknown): string | number | undefined {
  if (!isRecord(body) || body["method"] !== "notifications/cancelled" || !isRecord(body["params"])) return undefined;
  const { requestId } = body["params"];
  return typeof requestId === "string" || typeof requestId === "number" ? requestId : undefined;
}
