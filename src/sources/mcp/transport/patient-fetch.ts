import { setTimeout as delay } from "node:timers/promises";
import { requestId, type Fetch } from "../../http/bounded-fetch.ts";

/** Longest wait that a server may ask for and is given; one that wants more is reported. */
const MOST_WAIT_MS = 10_000;
const MOST_WAITS = 3;

/**
 * A fetch that sends a message again when the server asks for that: it refused the message before anything was done,
 * with status 429 or 503, and says after what time it takes it.
 *
 * @param isWanted whether anybody still waits for the answer to a request; one that was given up is not sent again
 */
export function createPatientFetch(send: Fetch, isWanted: (id: number) => boolean): Fetch {
  return async (url, init) => {
    let response = await send(url, init);
    for (let waits = 0; waits < MOST_WAITS; waits += 1) {
      const waitMs = askedWaitMs(response);
      if (waitMs === undefined || waitMs > MOST_WAIT_MS || init?.method !== "POST") return response;
      const id = requestId(init.body);
      await delay(waitMs, undefined, init.signal === null || init.signal === undefined ? {} : { signal: init.signal });
      if (id !== undefined && !isWanted(id)) return response;
      await response.body?.cancel();
      response = await send(url, init);
    }
    return response;
  };
}

/** Time after which a refused message may be sent again, as the server names it; undefined where it names none. */
export function askedWaitMs({ status, headers }: Response): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if ((status !== 429 && status !== 503) || text === "") return undefined;
  const isDate = /^[A-Z][a-z]{2}, /.test(text);
  const ms = isDate ? Date.parse(text) - Date.now() : /^\d{1,7}(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : NaN;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
