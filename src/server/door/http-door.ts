import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CodemodeError } from "../../base/codemode-error.ts";
import { type AccessRules, type Refusal, refuseOrigin, refuseStranger } from "./http-access.ts";
import { targetOf } from "./http-exchange.ts";
import type { HttpHealth } from "./http-health.ts";
import type { OAuthDoor } from "./oauth-door.ts";

/** Where MCP is served. */
export const PATH = "/mcp";
const PATHS: ReadonlySet<string | undefined> = new Set([PATH, `${PATH}/`]);
const METHODS = ["GET", "POST", "DELETE"];
/** Headers of an answer that a page needs. */
const SHOWN_HEADERS = "mcp-session-id, mcp-protocol-version, www-authenticate";

/** Time and connections that a slow or silent peer may use. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 2_000;
/** Time that a connection without a request is kept: a request that comes just as it ends finds it reset. */
const KEEP_ALIVE_MS = 30_000;
const MAX_CONNECTIONS = 1_024;

/**
 * A server that lets requests in by their address, their page and their token before anything of them is read, and turns
 * all others away. The caller listens and closes.
 *
 * @param answer gets the requests at {@link PATH} that were let in
 */
export function createHttpServer(
  rules: AccessRules,
  { health, door }: { readonly health: HttpHealth; readonly door: OAuthDoor | undefined },
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): HttpServer {
  const http = createServer({ connectionsCheckingInterval: CHECK_INTERVAL_MS }, (request, response) => {
    const path = targetOf(request).split("?", 1)[0];
    if (health.answer(path, response)) return;
    const refusal = refuseOrigin(request, rules);
    if (refusal !== undefined) return refuse(response, refusal);
    // Elsewhere no page is let in: what runs on this machine could call all tools of a server that wants no token.
    if ((door !== undefined || rules.tokens.length > 0) && showPage(request, response)) return;
    const metadata = door?.metadataAt(path);
    if (metadata !== undefined) return describe(response, metadata);
    // A client that looks for a login service elsewhere on this host must learn that there is none, before any token.
    if (!PATHS.has(path)) return refuse(response, { status: 404, message: `MCP is served at ${PATH}.` });
    const stranger = refuseStranger(request.headers, rules);
    const isKnown = door === undefined || (rules.tokens.length > 0 && stranger === undefined);
    if (isKnown) return admit(request, response, { refusal: stranger, answer });
    void door
      .refuse(request.headers.authorization)
      .then((turnedAway) => admit(request, response, { refusal: turnedAway, answer }));
  });
  http.headersTimeout = HEADERS_TIMEOUT_MS;
  http.requestTimeout = REQUEST_TIMEOUT_MS;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  http.maxConnections = MAX_CONNECTIONS;
  return http;
}

/** Answers a request that was let in, and turns any other away. */
function admit(
  request: IncomingMessage,
  response: ServerResponse,
  {
    refusal,
    answer,
  }: {
    readonly refusal: Refusal | undefined;
    readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  },
): void {
  if (refusal !== undefined) return refuse(response, refusal);
  if (!METHODS.includes(request.method ?? "")) {
    const message = `The method ${request.method} is not served here.`;
    return refuse(response, { status: 405, message, headers: { allow: METHODS.join(", ") } });
  }
  answer(request, response);
}

/** Lets a page of a known host read the answer. True when it only asked whether it may call, which is answered. */
function showPage({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = headers;
  if (origin === undefined) return false;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", SHOWN_HEADERS);
  response.setHeader("vary", "origin");
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  response.writeHead(204, {
    "access-control-allow-methods": METHODS.join(", "),
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "",
    "access-control-max-age": "600",
  });
  response.end();
  return true;
}

/** Public by its nature, and read by pages too. */
function describe(response: ServerResponse, metadata: object): void {
  response.writeHead(200, { "content-type": "application/json", "access-control-allow-origin": "*" });
  response.end(JSON.stringify(metadata));
}

function refuse(
  response: ServerResponse,
  {
    status,
    message,
    headers = {},
  }: { readonly status: number; readonly message: string; readonly headers?: Readonly<Record<string, string>> },
): void {
  response.writeHead(status, { ...headers, "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null }));
}

/** Binds an address; resolves with the port. Throws `config_error` for one that cannot be bound. */
export function listen(http: HttpServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", (cause) => {
      reject(
        new CodemodeError("config_error", `${host}:${port} cannot be served: ${cause.message}.`, {
          hint: "Choose another port.",
          cause,
        }),
      );
    });
    http.listen(port, host.replace(/^\[(.*)\]$/, "$1"), () => {
      const address: AddressInfo | string | null = http.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
