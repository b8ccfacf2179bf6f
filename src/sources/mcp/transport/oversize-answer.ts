import type { WatchedTransport } from "./watched-transport.ts";

const ID_AT_HEAD = /^\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+)/;
const ID_AT_TAIL = /"id"\s*:\s*(\d+)\s*\}\s*$/;
const LONGEST_WAIT_MS = 1_000;

/**
 * Finds out which request an answer belongs to that is too large to be read, and ends that request.
 *
 * The id stands at one end of the line. Where only one request is open it is that one; where the end of the line does
 * not come soon, all open requests end, because they cannot be distinguished.
 */
export class OversizeAnswer {
  readonly #transport: WatchedTransport;
  #giveUp: NodeJS.Timeout | undefined;

  constructor(transport: WatchedTransport) {
    this.#transport = transport;
  }

  /** A line has passed the limit; `head` is its beginning. */
  begin(head: string): void {
    const id = Number(ID_AT_HEAD.exec(head)?.[1]);
    if (this.#transport.isOpen(id)) this.#transport.endRequest(id, "too_large");
    else if (this.#transport.openRequests <= 1) this.#transport.endAll("too_large");
    else this.#giveUp = setTimeout(() => this.#transport.endAll("too_large"), LONGEST_WAIT_MS);
  }

  /** The line has ended; `tail` is its end. */
  end(tail: string): void {
    if (this.#giveUp === undefined) return;
    clearTimeout(this.#giveUp);
    this.#giveUp = undefined;
    const id = Number(ID_AT_TAIL.exec(tail)?.[1]);
    if (this.#transport.isOpen(id)) this.#transport.endRequest(id, "too_large");
    else this.#transport.endAll("too_large");
  }
}
