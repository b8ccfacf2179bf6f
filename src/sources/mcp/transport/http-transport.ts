import { SSEClientTransport, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { createBoundedFetch, type BodyBound } from "../../http/bounded-fetch.ts";
import { settleWithin } from "../../../base/deadline.ts";
import type { HttpServerConfig } from "../server-config.ts";

/**
 * A transport to a remote server: streamable HTTP or the older event stream.
 *
 * The headers go to the server's own origin only: the SDK follows no redirect to another one.
 * @param config with its variables expanded
 */
export function createHttpTransport(config: HttpServerConfig, bound: BodyBound): Transport {
  const url = parseUrl(config.url);
  const options = {
    requestInit: { headers: { ...config.headers } },
    fetch: createBoundedFetch(bound),
    redirectPolicy: "same-origin" as const,
  };
  if (config.transport === "http") return new StreamableHttpTransport(url, options);
  return new SseTransport(url, options);
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
