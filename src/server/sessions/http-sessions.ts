import { randomUUID } from "node:crypto";
import { isInitializeRequest, type JSONRPCRequest, type Server, specTypeSchemas } from "@modelcontextprotocol/server";
import type { ExactWire } from "../../base/exact-wire.ts";
import { isRecord } from "../../base/is-record.ts";
import { introduction } from "../clients/introduction.ts";
import { createToolServer } from "../create-mcp-server.ts";
import type { HttpExchange } from "../door/http-exchange.ts";
import { judgeBatch, refusalReply } from "../messages/judge-message.ts";
import { toLine } from "../messages/readable-faults.ts";
import type { PublishedSkills } from "../published-skills.ts";
import type { ServedExecutor, ServedTools } from "../served-tools.ts";
import { BeginLine } from "./begin-line.ts";
import { EventStores } from "./event-store.ts";
import { type Greeting, Greetings } from "./greetings.ts";
import { HttpSession } from "./http-session.ts";
import { answerIn, greetIn, isOfUnknownRevision, listenIn, readPost } from "./streamable-http.ts";

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
  /** Aborts when the server is told to stop. */
  readonly stopped: AbortSignal;
  /** Name of the holder of the token in an `Authorization` header. */
  readonly holder: (authorization: string | undefined) => string | undefined;
}

/** Name of the holder of a token as the owner of runs; undefined for a client that is known by its connection alone. */
export function ownerName(holder: string | undefined): string | undefined {
  return holder === undefined ? undefined : `token ${holder}`;
}

/** Header that names the session of a request. */
export const SESSION_HEADER = "mcp-session-id";

/** Longest time that the first list of tools waits for a turn: with what the client has waited before, less than a second. */
const LONGEST_LIST_MS = 500;

/** Longest silence on an open stream, which proxies and clients take for a broken one. */
const KEEP_ALIVE_MS = 15_000;

const NO_SESSION = {
  status: 400,
  code: -32_000,
  message: "The header Mcp-Session-Id is missing; initialize a session first.",
} as const;

/** @internal Serves clients of the 2025 revisions, each with a session of its own that nothing is shared with. */
export class HttpSessions {
  readonly #served: ServedExecutor;
  readonly #wire: ExactWire;
  readonly #holder: HttpSessionOptions["holder"];
  readonly #maxSessions: number;
  readonly #sessionIdleMs: number;
  readonly #sessions = new Map<string, HttpSession>();
  readonly #events = new EventStores();
  readonly #greetings = new Greetings();
  readonly #line = new BeginLine();
  readonly #sweeper: NodeJS.Timeout;
  readonly #keeper: NodeJS.Timeout;
  readonly #stopped: AbortSignal;

  constructor(
    served: ServedExecutor,
    { maxSessions = 500, sessionIdleMs = 1_800_000, wire, holder, stopped }: HttpSessionOptions,
  ) {
    this.#stopped = stopped;
    this.#served = served;
    this.#wire = wire;
    this.#holder = holder;
    this.#maxSessions = maxSessions;
    this.#sessionIdleMs = sessionIdleMs;
    this.#sweeper = setInterval(() => this.#evictIdle(), Math.min(60_000, sessionIdleMs)).unref();
    this.#keeper = setInterval(() => {
      for (const { streams } of this.#sessions.values()) streams.keepAlive();
    }, KEEP_ALIVE_MS).unref();
  }

  /** Number of open sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Answers one request. `body` is its parsed JSON, for a `POST`. */
  answer(exchange: HttpExchange, body: unknown): Promise<void> | void {
    const id = exchange.header(SESSION_HEADER);
    const owner = this.#holder(exchange.header("authorization"));
    if (id === undefined) return this.#answerStranger(exchange, body, owner);
    const session = this.#sessions.get(id);
    // Of a session of another holder nothing is said, not even that there is one.
    if (session === undefined || session.owner !== owner) {
      return exchange.refuse({
        status: 404,
        code: -32_001,
        message: "There is no such session (any more). Initialize a new one.",
      });
    }
    session.usedAt = performance.now();
    switch (exchange.method) {
      case "POST":
        return this.#answerPost(session, exchange, body);
      case "GET":
        return listenIn(session, exchange);
      default:
        return this.#delete(session, exchange);
    }
  }

  #answerPost(session: HttpSession, exchange: HttpExchange, body: unknown): Promise<void> | void {
    const method = isRecord(body) ? body["method"] : undefined;
    if (method === "tools/call") {
      exchange.done(this.#line.enter());
      exchange.done(session.onFirstCall ?? noCall);
      session.onFirstCall = noCall;
    }
    // Whoever began without a turn, having waited for one for long, waits for it here.
    if (method !== "tools/list" || session.onFirstCall !== undefined) return answerIn(session, exchange, body);
    session.onFirstCall = noCall;
    return this.#line.turn(LONGEST_LIST_MS).then((begun) => {
      session.onFirstCall = begun ?? noCall;
      // The session may have ended meanwhile.
      return this.answer(exchange, body);
    });
  }

  /** Answers a request that names no session. */
  #answerStranger(exchange: HttpExchange, body: unknown, owner: string | undefined): Promise<void> | void {
    if (exchange.method === "POST" && isRecord(body) && body["method"] === "initialize") {
      return this.#initialize(exchange, body, owner);
    }
    const refusal = Array.isArray(body) ? judgeBatch(body, false) : undefined;
    exchange.refuse(refusal === undefined ? NO_SESSION : refusalReply(refusal));
  }

  /** Ends all sessions: their programs are cancelled and their state is forgotten. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    clearInterval(this.#keeper);
    await Promise.all([...this.#sessions.keys()].map((id) => this.#end(id)));
  }

  async #initialize(exchange: HttpExchange, body: unknown, owner: string | undefined): Promise<void> {
    const onFirstCall = await this.#line.turn();
    const served = this.#served;
    const skills = await served.skills();
    const settings = served.settingsNow();
    const said = isRecord(body) ? body["params"] : undefined;
    const words = JSON.stringify([said, introduction(served.serversNow(), settings.mode), skills !== undefined]);
    const known = this.#greetings.find(words);
    if (known === undefined && !isInitializeRequest(body)) return exchange.refuse(initializeFault(body));
    const [message] = readPost(exchange, body) ?? [];
    if (message === undefined) return;
    if (!("method" in message) || !("id" in message)) return exchange.acknowledge(202);
    const openServer = (tools: ServedTools): Server => this.#openServer(tools, skills);
    const greeting =
      known ??
      (await this.#greetings.ask(message, words, {
        openServer: () =>
          openServer(
            served.toolsFor(
              async () => undefined,
              () => {},
            ),
          ),
        client: settings.client,
      }));
    if (this.#sessions.size >= this.#maxSessions && !this.#makeRoom(owner)) {
      const reply = { status: 503, code: -32_000, message: `All ${this.#maxSessions} sessions are busy.` };
      return exchange.refuse({ ...reply, headers: { "retry-after": "5" } });
    }
    const session = this.#open(message, greeting, { owner, skills, openServer });
    session.onFirstCall = onFirstCall;
    greetIn(session, exchange, message);
  }

  #open(
    initialize: JSONRPCRequest,
    greeting: Greeting,
    {
      owner,
      skills,
      openServer,
    }: {
      readonly owner: string | undefined;
      readonly skills: PublishedSkills | undefined;
      readonly openServer: (tools: ServedTools) => Server;
    },
  ): HttpSession {
    const id = randomUUID();
    const served = this.#served;
    const openTools = (onChange: () => void): ServedTools =>
      served.toolsFor(async (executor) => {
        const { createClientScope } = await import("../../tools/client-scope.ts");
        return createClientScope(executor, id, ownerName(owner));
      }, onChange);
    const parts = {
      id,
      owner,
      wire: this.#wire,
      stopped: this.#stopped,
      events: this.#events.open(),
      answerMs: served.settingsNow().answerMs,
      openTools,
      openServer,
      onSkills: (listener: () => void) => skills?.onListChange(listener),
    };
    const session = new HttpSession(parts, initialize, greeting);
    this.#sessions.set(id, session);
    return session;
  }

  #openServer(tools: ServedTools, skills: PublishedSkills | undefined): Server {
    const served = this.#served;
    const given = { skills, wire: this.#wire, disconnected: this.#stopped, servers: served.serversNow() };
    return createToolServer(() => tools, { ...given, ...served.settingsNow() });
  }

  async #delete(session: HttpSession, exchange: HttpExchange): Promise<void> {
    if (isOfUnknownRevision(exchange)) return;
    await this.#end(session.id);
    exchange.acknowledge(200);
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
    for (const [id, { active, readers, usedAt }] of this.#sessions) {
      if (active === 0 && readers === 0 && usedAt <= oldest) void this.#end(id);
    }
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    if (session === undefined) return;
    await session.close().catch(() => {});
    this.#events.close(session.events);
  }
}

function noCall(): void {}

/** The answer to a request to begin a session that cannot be read as one. */
function initializeFault(body: unknown): Parameters<HttpExchange["refuse"]>[0] {
  const { issues = [] } = specTypeSchemas.InitializeRequest["~standard"].validate(body);
  return { status: 400, code: -32_602, message: toLine(issues), id: isRecord(body) ? body["id"] : null };
}

/** Sorts the sessions least missed first. */
function byWorth(a: HttpSession, b: HttpSession): number {
  return Number(a.isUsed) - Number(b.isUsed) || Math.sign(a.readers) - Math.sign(b.readers) || a.usedAt - b.usedAt;
}
