import {
  deserializeMessage,
  type JSONRPCMessage,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  type Transport,
} from "@modelcontextprotocol/client";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { createBoundedFetch, type BodyBound } from "../../http/bounded-fetch.ts";
import { createLongFetch } from "../../http/long-fetch.ts";
import { proxyFor } from "../../http/proxy-for.ts";
import { createAuthorizedFetch, type Credentials } from "../auth/credentials.ts";
import { HttpRefusal } from "./http-refusal.ts";
import { createPatientFetch } from "./patient-fetch.ts";
import { createReadingFetch, type ReadingEvents } from "./reading-fetch.ts";
import { settleWithin } from "../../../base/deadline.ts";
import type { HttpServerConfig } from "../server-config.ts";

/** Settings of a remote transport beside its configuration. */
export interface HttpTransportOptions extends BodyBound, ReadingEvents {
  /** Whether anybody waits for the answer to a request. */
  readonly isWanted: (id: number) => boolean;
  /** Environment in which the names of proxies are looked up. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Logs in at the server. */
  readonly credentials?: Credentials | undefined;
}

/** A transport that knows how the other side was lost. */
interface RemoteTransport extends Transport {
  /** Ending of the connection, as the middle of a sentence; undefined while nothing is known of it. */
  readonly ending: () => string | undefined;
}

/** Answers to a server's own requests that may be under way at once; one that takes none of more does not read them. */
const MOST_ANSWERS = 256;

/**
 * A transport to a remote server: streamable HTTP or the older event stream.
 *
 * The headers and the login go to the server's own origin only: the SDK follows no redirect to another one.
 * @param config with its variables expanded
 */
export async function createHttpTransport(
  config: HttpServerConfig,
  options: HttpTransportOptions,
): Promise<RemoteTransport> {
  const url = parseUrl(config.url);
  const proxy = proxyFor(url, options.variables);
  const connections = await createLongFetch(proxy);
  const { credentials } = options;
  const send =
    credentials === undefined ? connections.fetch : createAuthorizedFetch(connections.fetch, url.origin, credentials);
  const { isWanted } = options;
  const settings = (onApart: ReadingEvents["onApart"]): StreamableHTTPClientTransportOptions => ({
    requestInit: { headers: { ...config.headers } },
    fetch: createReadingFetch(createPatientFetch(createBoundedFetch(options, send), isWanted), { ...options, onApart }),
    redirectPolicy: "same-origin" as const,
  });
  const transport: Transport =
    config.transport === "http"
      ? new StreamableHttpTransport(url, settings(undefined))
      : new SseTransport(
          url,
          settings((text) => transport.onmessage?.(deserializeMessage(text))),
        );
  return bounded(transport, connections.close);
}

/** The transport with a bound on what waits to be read by the server, and with an end to its connections. */
function bounded(transport: Transport, closeConnections: () => Promise<void>): RemoteTransport {
  const close = transport.close.bind(transport);
  const send = transport.send.bind(transport);
  let answers = 0;
  let isDeaf = false;
  const answer: Transport["send"] = async (message, options) => {
    if (answers >= MOST_ANSWERS) {
      isDeaf = true;
      await transport.close();
      throw new Error("The server does not read what is written to it.");
    }
    answers += 1;
    await send(message, options).finally(() => (answers -= 1));
  };
  return Object.assign(transport, {
    ending: () => (isDeaf ? "was ended because it does not read what is written to it" : undefined),
    send: (async (message, options) =>
      Array.isArray(message) || "method" in message
        ? send(message, options)
        : answer(message, options)) satisfies Transport["send"],
    close: async (): Promise<void> => {
      await close();
      await closeConnections();
    },
  });
}

/** Ends its session at the server when it is closed, as well-behaved clients do. */
class StreamableHttpTransport extends StreamableHTTPClientTransport {
  override async close(): Promise<void> {
    await settleWithin(this.terminateSession(), 1_000);
    await super.close();
  }
}

/** A dropped stream is a lost session here; the library below would quietly open another one without a handshake. */
class SseTransport extends SSEClientTransport {
  #started = false;
  #isOpen = false;

  /** The older server knows a session by its stream; after the handshake that can be lost as any other. */
  get sessionId(): string | undefined {
    return this.#isOpen ? "stream" : undefined;
  }

  override async start(): Promise<void> {
    const announce = this.onerror;
    const endWhenLost = (error: Error): void => {
      announce?.(error);
      // What was refused is one message; the stream goes on.
      if (this.#started && !(error instanceof HttpRefusal)) void this.close();
    };
    Object.assign(this, { onerror: endWhenLost });
    await super.start();
    this.#started = true;
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    await super.send(message);
    if ("method" in message && message.method === "notifications/initialized") this.#isOpen = true;
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  const isNamed = /^https?:\/\//i.test(text);
  const problem = isNamed
    ? "is not a valid address; look at its host and port"
    : "does not begin with http:// or https://";
  throw new CodemodeError("config_error", `The url of a remote server ${problem}.`, {
    hint: "Write the full address of the server's MCP endpoint.",
  });
}
