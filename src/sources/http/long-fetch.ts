import { defined } from "../../base/defined.ts";
import type { Fetch } from "./bounded-fetch.ts";

/** A fetch with connections of its own. */
interface LongFetch {
  readonly fetch: Fetch;
  /** Ends the connections. */
  readonly close: () => Promise<void>;
}

/**
 * A fetch that waits for answers as long as its caller does, and goes through a proxy when one is named. The built-in
 * one stops after 300 seconds, or earlier where the program around it has set limits for all of its requests. The caller
 * closes it.
 */
export async function createLongFetch(proxy: string | undefined): Promise<LongFetch> {
  const { Agent, fetch, ProxyAgent } = await import("undici");
  const limits = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } };
  const dispatcher = proxy === undefined ? new Agent(limits) : new ProxyAgent({ uri: proxy, ...limits });
  return {
    fetch: async (url, init = {}) => {
      const { method, headers, body, signal, redirect } = init;
      const response = await fetch(url, {
        dispatcher,
        headers: [...new Headers(headers)],
        ...defined({ method }),
        ...(typeof body === "string" ? { body } : {}),
        ...defined({ signal, redirect }),
      });
      const { status, statusText, url: address, redirected, type } = response;
      const copy = new Response(response.body, { status, statusText, headers: [...response.headers] });
      for (const [key, value] of Object.entries({ url: address, redirected, type }))
        Object.defineProperty(copy, key, { value });
      return copy;
    },
    close: () => dispatcher.destroy(),
  };
}
