import { SSEClientTransport, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { createBoundedFetch, type BodyBound } from "../../http/bounded-fetch.ts";
import { createLongFetch } from "../../http/long-fetch.ts";
import { proxyFor } from "../../http/proxy-for.ts";
import { createAuthorizedFetch, type Credentials } from "../auth/credentials.ts";
import { createReadingFetch, type ReadingEvents } from "./reading-fetch.ts";
import { settleWithin } from "../../../base/deadline.ts";
import type { HttpServerConfig } from "../server-config.ts";

/** Settings of a remote transport beside its configuration. */
export interface HttpTransportOptions extends BodyBound, ReadingEvents {
  /** Environment in which the names of proxies are looked up. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Logs in at the server. */
  readonly credentials?: Credentials | undefined;
}

/**
 * A transport to a remote server: streamable HTTP or the older event stream.
 *
 * The headers and the login go to the server's own origin only: the SDK follows no redirect to another one.
 * @param config with its variables expanded
 */
export async function createHttpTransport(config: HttpServerConfig, options: HttpTransportOptions): Promise<Transport> {
  const url = parseUrl(config.url);
  const proxy = proxyFor(url, options.variables);
  const connections = await createLongFetch(proxy);
  const { credentials } = options;
  const send =
    credentials === undefined ? connections.fetch : createAuthorizedFetch(connections.fetch, url.origin, credentials);
  const settings = {
    requestInit: { headers: { ...config.headers } },
    fetch: createReadingFetch(createBoundedFetch(options, send), {
      ...options,
      answersApart: config.transport === "sse",
    }),
    redirectPolicy: "same-origin" as const,
  };
  const transport =
    config.transport === "http" ? new StreamableHttpTransport(url, settings) : new SseTransport(url, settings);
  return closingWith(transport, connections.close);
}

function closingWith(transport: Transport, close: () => Promise<void>): Transport {
  const before = transport.close.bind(transport);
  return Object.assign(transport, {
    close: async (): Promise<void> => {
      await before();
      await close();
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

  override async start(): Promise<void> {
    const announce = this.onerror;
    const endWhenLost = (error: Error): void => {
      announce?.(error);
      if (this.#started) void this.close();
    };
    Object.assign(this, { onerror: endWhenLost });
    await super.start();
    this.#started = true;
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new CodemodeError("config_error", "The url of a remote server does not begin with http:// or https://.", {
    hint: "Write the full address of the server's MCP endpoint.",
  });
}
