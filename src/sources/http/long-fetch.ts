import { Socket } from "node:net";
import { defined } from "../../base/defined.ts";
import type { Fetch } from "./bounded-fetch.ts";

/** A fetch with connections of its own. */
interface LongFetch {
  readonly fetch: Fetch;
  /** Ends the connections. */
  readonly close: () => Promise<void>;
}

/** See {@link readAnswers}, which is needed once. */
let ready: Promise<void> | undefined;

/**
 * A fetch that waits for answers as long as its caller does, and goes through a proxy when one is named. The built-in
 * one stops after 300 seconds, or earlier where the program around it has set limits for all of its requests. The caller
 * closes it.
 */
export async function createLongFetch(proxy: string | undefined): Promise<LongFetch> {
  const undici = await import("undici");
  const { Agent, fetch, ProxyAgent } = undici;
  await (ready ??= readAnswers(undici));
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

/**
 * Resolves once undici can read answers. The program for that is compiled while the first connection of a process waits,
 * and nobody listens to that connection meanwhile: if it ended then, its request would never fail, and no end of the
 * agent would ever be done. So the first connection is one to nowhere.
 */
function readAnswers({ Client }: Pick<typeof import("undici"), "Client">): Promise<void> {
  const client = new Client("http://localhost", { connect: (_options, found) => found(null, new Socket()) });
  return new Promise((resolve) => {
    const end = (): void => {
      resolve();
      void client.destroy();
    };
    client.once("connect", end).once("connectionError", end);
    // The client connects when it is asked for something, which is refused as it ends.
    client.request({ method: "GET", path: "/" }).catch(() => {});
  });
}
