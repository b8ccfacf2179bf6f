import type { ServerResponse } from "node:http";

/** Answers of the two paths that watch a server: neither needs a token, and neither names anything. */
export class HttpHealth {
  readonly #isReady: () => Promise<boolean>;
  #isEnding = false;

  /** @param isReady true when programs can be run; one that rejects counts as false */
  constructor(isReady: () => Promise<boolean>) {
    this.#isReady = isReady;
  }

  /** From now on the server is not ready. */
  end(): void {
    this.#isEnding = true;
  }

  /** Answers a request about health; false for any other. `/healthz` says that the process answers, `/readyz` that it is ready. */
  answer(path: string | undefined, response: ServerResponse): boolean {
    if (path === "/healthz") write(response, true);
    else if (path === "/readyz") void this.#ready().then((ready) => write(response, ready));
    else return false;
    return true;
  }

  async #ready(): Promise<boolean> {
    try {
      return !this.#isEnding && (await this.#isReady());
    } catch {
      return false;
    }
  }
}

function write(response: ServerResponse, ok: boolean): void {
  response.writeHead(ok ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ status: ok ? "ok" : "unavailable" }));
}
