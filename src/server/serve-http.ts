import type { Server } from "node:http";
import { defined } from "../base/defined.ts";
import { isJsonContentType, isLegacyRequest, type McpHttpHandler } from "@modelcontextprotocol/server";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { isRecord } from "../base/is-record.ts";
import { SlicedWork } from "../base/sliced-work.ts";
import { PIECE_CHARACTERS } from "../base/steps/json-in-steps.ts";
import { parseInSteps } from "../base/steps/parse-in-steps.ts";
import { ExactWire } from "../base/exact-wire.ts";
import { type AccessRules, holderOf, holdTokens, type HttpToken, isLoopback, knownHosts } from "./door/http-access.ts";
import { createHttpServer, listen, PATH } from "./door/http-door.ts";
import type { ResourceServerSettings } from "../host/configuration/configuration.ts";
import { HttpHealth } from "./door/http-health.ts";
import type { HttpExchange } from "./door/http-exchange.ts";
import { judgeMessage, refusalReply } from "./messages/judge-message.ts";
import { mendRequest } from "./messages/mend-request.ts";
import { answerOverNode } from "./door/node-http.ts";
import { type HttpSessionLimits, HttpSessions, SESSION_HEADER } from "./sessions/http-sessions.ts";
import { plainMessage } from "./sessions/plain-message.ts";
import { LeftoverMemory } from "./door/leftover-memory.ts";
import { OpenAnswers } from "./door/open-answers.ts";
import { OAuthDoor } from "./door/oauth-door.ts";
import { createStateless } from "./stateless-clients.ts";
import { CLOSE_MS, createServerHandle, type ServerHandle } from "./server-handle.ts";
import { type CodemodeSource, ServedExecutor, type ServedToolsOptions } from "./served-tools.ts";

/** Address, access and limits of an HTTP server. */
export interface ServeHttpOptions extends ServedToolsOptions, HttpSessionLimits {
  /** Address to bind. One that other machines can reach needs a token. @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes any free port. @default 8787 */
  readonly port?: number;
  /** Bearer token that every request must carry; its holder is called `default`. */
  readonly token?: string;
  /** Further tokens, each with the name of its holder; a session belongs to the holder that began it. */
  readonly tokens?: readonly HttpToken[];
  /** An authorization server whose tokens are accepted too; the account of a token is its holder. */
  readonly oauth?: ResourceServerSettings;
  /** Maximum size of a request; a larger one gets 413. @default 4,194,304 (4 MB) */
  readonly maxBodyBytes?: number;
  /** Tells whether the state can be written, for `/readyz`. @default it can */
  readonly isReady?: () => Promise<boolean>;
  /**
   * Further hosts this server is reached by, for instance behind a proxy: `HOST` for any port, or `HOST:PORT` for that
   * port alone.
   */
  readonly allowedHosts?: readonly string[];
  /** Hears what the operator should know. @default standard error */
  readonly log?: (line: string) => void;
}

/** An HTTP server that is running. */
export interface HttpServerHandle extends ServerHandle {
  /** URL that clients connect to. */
  readonly url: string;
  readonly port: number;
}

const BODY_BYTES = 4 * 1024 * 1024;
/** Time for the answers to requests that have arrived when the server is told to stop. */
const STOP_MS = 2_500;

/**
 * Serves MCP clients over streamable HTTP at `/mcp`: the 2025 revisions with sessions, the 2026 revision without.
 *
 * Resolves when the address is bound. Throws `config_error` for an address that needs a token and has none, and for one
 * that cannot be bound.
 */
export async function serveHttp(source: CodemodeSource, options: ServeHttpOptions = {}): Promise<HttpServerHandle> {
  const {
    host = "127.0.0.1",
    port = 8787,
    token,
    tokens = [],
    oauth,
    maxBodyBytes = BODY_BYTES,
    isReady = async () => true,
    allowedHosts,
    maxSessions,
    sessionIdleMs,
    log: write = logLine,
    ...tools
  } = options;
  const given = token === undefined ? tokens : [{ name: "default", token }, ...tokens];
  const held = holdGuarded(host, given, oauth !== undefined);
  const served = new ServedExecutor(source, tools, write);
  const { log } = served;
  const wire = new ExactWire();
  const door = oauth === undefined ? undefined : new OAuthDoor(oauth, () => url);
  const holder = (authorization: string | undefined): string | undefined =>
    holderOf(authorization, held) ?? door?.holderOf(authorization);
  const answers = new OpenAnswers();
  const shared = { wire, holder, stopped: answers.stopped };
  const sessions = new HttpSessions(served, { ...shared, ...defined({ maxSessions, sessionIdleMs }) });
  const stateless = createStateless(served, { ...shared, log, maxBodyBytes });
  const answer = remembering(new LeftoverMemory(), { sessions, stateless, wire, answers });
  const health = new HttpHealth(async () => (await isReady()) && (await served.open()) !== undefined);
  const http = createHttpServer(
    { hosts: knownHosts(host, allowedHosts), tokens: held },
    { health, door },
    answerOverNode({ maxBodyBytes, wire, log, answer }),
  );
  const endClients = (): Promise<unknown> => Promise.all([sessions.close(), stateless.close()]);
  let url = "";
  const bound = await listen(http, host, port).catch(async (error: unknown) => {
    await endClients();
    throw error;
  });
  url = `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${bound}${PATH}`;
  log(`Serving MCP at ${url}`);
  const secrets = given.flatMap((each) => (each.token === undefined ? [] : [each.token]));
  const opened = served.open().then(({ executor }) => executor.registry.secrets.add(secrets));
  opened.catch((error: unknown) => log(toCodemodeError(error).message));
  const handle = createServerHandle(async () => {
    health.end();
    await endHttp(http, async () => {
      // Programs are parked, and their clients read by which id they are found.
      await answers.stop(STOP_MS);
      await endClients();
    });
    await served.close();
  }, STOP_MS + CLOSE_MS);
  return { ...handle, url, port: bound };
}

/** Takes no connection any more, and ends those there are when what they serve has ended. */
async function endHttp(http: Server, end: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  await end();
  http.closeAllConnections();
  await closed;
}

/** The tokens, of which an address that other machines can reach needs one, unless an authorization server has them. */
function holdGuarded(host: string, tokens: readonly HttpToken[], hasIssuer: boolean): AccessRules["tokens"] {
  const held = holdTokens(tokens);
  if (isLoopback(host) || held.length > 0 || hasIssuer) return held;
  throw new CodemodeError(
    "config_error",
    `${host || "The empty address"} can be reached from other machines and no token is set.`,
    {
      hint: "Set a token (--token, or server.token or server.oauth in the configuration), or bind 127.0.0.1.",
    },
  );
}

/** Answers requests; streams for notifications stay open as long as their clients, whether anybody asks for anything or not. */
function remembering(
  memory: LeftoverMemory,
  routes: Routes,
): (exchange: HttpExchange, text: string) => Promise<void> | void {
  return (exchange, text) => {
    if (exchange.method !== "GET") {
      memory.begins();
      exchange.done(() => memory.ends());
    }
    return route(exchange, text, routes);
  };
}

interface Routes {
  readonly sessions: HttpSessions;
  readonly stateless: Pick<McpHttpHandler, "fetch">;
  readonly wire: ExactWire;
  readonly answers: OpenAnswers;
}

function route(exchange: HttpExchange, text: string, routes: Routes): Promise<void> | void {
  if (exchange.method !== "POST") return routes.sessions.answer(exchange, undefined);
  const unread = unreadable(exchange);
  if (unread !== undefined) return exchange.refuse(unread);
  if (text.length <= PIECE_CHARACTERS) return routePost(exchange, parseJson(text, routes.wire), routes);
  return readLong(text, routes.wire).then((given) => routePost(exchange, given, routes));
}

function routePost(exchange: HttpExchange, given: unknown, routes: Routes): Promise<void> | void {
  const refusal = refusalOf(given);
  if (refusal !== undefined) return exchange.refuse(refusal);
  const mend = (message: unknown): unknown => mendRequest(message, (written) => parseJson(written, routes.wire));
  const body = Array.isArray(given) ? given.map(mend) : mend(given);
  if (!isListening(body)) routes.answers.count(exchange);
  return isPlainlyOfSession(exchange, body)
    ? routes.sessions.answer(exchange, body)
    : routeOther(exchange, body, routes);
}

async function routeOther(exchange: HttpExchange, body: unknown, { sessions, stateless }: Routes): Promise<void> {
  const request = exchange.toRequest();
  if (await isLegacyRequest(request, body)) return sessions.answer(exchange, body);
  await exchange.send(await stateless.fetch(request, { parsedBody: body }));
}

/** The stream of a client that listens to changes stays open as long as the client, as that of a `GET`. */
function isListening(body: unknown): boolean {
  return isRecord(body) && body["method"] === "subscriptions/listen";
}

/** Requests of the revision that has no sessions say so, in their header or in their `_meta`. */
const WITHOUT_SESSIONS = "2026";

/** Decides for a plain message in a session at a glance, which the library takes a tenth of the work of a call for. */
function isPlainlyOfSession(exchange: HttpExchange, body: unknown): boolean {
  if ((exchange.header("mcp-protocol-version") ?? "") >= WITHOUT_SESSIONS) return false;
  const message = plainMessage(body);
  return message !== undefined && (exchange.header(SESSION_HEADER) !== undefined || message.method === "initialize");
}

/** Arguments of a call beside each other; the library takes time for each, within which nobody else is served. */
const MOST_ARGUMENTS = 10_000;

function argumentCount(body: unknown): number {
  const params = isRecord(body) ? body["params"] : undefined;
  const args = isRecord(params) ? params["arguments"] : undefined;
  return isRecord(args) ? Object.keys(args).length : 0;
}

type Reply = Parameters<HttpExchange["refuse"]>[0];

/** The answer to a body that is not read, by what its headers say of it. */
function unreadable(exchange: HttpExchange): Reply | undefined {
  if (!isJsonContentType(exchange.header("content-type") ?? null)) {
    return { status: 415, code: -32_000, message: "The Content-Type must be application/json." };
  }
  const encoding = exchange.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() === "identity") return undefined;
  const message = `A body in the Content-Encoding ${encoding} is not read; send it as it is.`;
  return { status: 415, code: -32_000, message, headers: { "accept-encoding": "identity" } };
}

/** The answer to a body that holds no message, or one that is not looked into. */
function refusalOf(given: unknown): Reply | undefined {
  if (given === undefined) return { status: 400, code: -32_700, message: "Parse error: the body is not JSON." };
  for (const message of [given].flat()) {
    const refusal = judgeMessage(message);
    if (refusal !== undefined) return refusalReply(refusal);
    if (argumentCount(message) > MOST_ARGUMENTS) {
      const why = `Invalid params: there are more than ${MOST_ARGUMENTS} arguments.`;
      return { status: 400, code: -32_602, message: why };
    }
  }
  return undefined;
}

/** The value of a long text, read in steps that let other clients have their turn; undefined for what is not JSON. */
async function readLong(text: string, wire: ExactWire): Promise<unknown> {
  const parse = (piece: string): unknown => JSON.parse(wire.fromWire(piece));
  try {
    return await new SlicedWork(() => parseInSteps(text, parse)).soon();
  } catch {
    return undefined;
  }
}

function parseJson(text: string, wire: ExactWire): unknown {
  try {
    return JSON.parse(wire.fromWire(text));
  } catch {
    return undefined;
  }
}

function logLine(line: string): void {
  process.stderr.write(`codemode: ${line}\n`);
}
