import { settleWithin } from "../../base/deadline.ts";
import type { HttpExchange } from "./http-exchange.ts";

/** The requests that are being answered, so that a server which is told to stop can wait for their answers. */
export class OpenAnswers {
  readonly #stopping = new AbortController();
  #count = 0;
  #whenNone = (): void => {};

  /** Aborts when the server is told to stop. */
  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Counts a request until its answer has been sent, or its reader has gone. */
  count(exchange: Pick<HttpExchange, "done">): void {
    this.#count += 1;
    exchange.done(() => {
      this.#count -= 1;
      if (this.#count === 0) this.#whenNone();
    });
  }

  /** Tells all to end; resolves when none is left, at the latest after `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    const none = new Promise<void>((resolve) => (this.#whenNone = resolve));
    this.#stopping.abort();
    if (this.#count > 0) await settleWithin(none, limitMs);
  }
}
