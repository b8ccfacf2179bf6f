import type { ServerResponse } from "node:http";

/** Time after which a stream that has nothing to say yet shows that it is there. */
const QUIET_STREAM_MS = 250;
/** An event that says only that a stream is there, and where to read on when it breaks. */
const EMPTY_EVENT = /^(?:(?:id|retry): [^\n]{0,100}\n)*data: ?\n\n$/;

/**
 * Bytes on their way to all readers together. Above that the one that has been reading for longest loses its connection:
 * whoever asks for large answers and reads none would fill the memory of all.
 */
const MOST_UNREAD_BYTES = 128 * 1024 * 1024;
/** Bytes that any connection may have. */
const FEW_BYTES = 1024 * 1024;

/** Answers that had more than that, and were not sent whole yet, in the order they began. */
const unread = new Set<ServerResponse>();

function boundUnread(outgoing: ServerResponse): void {
  if (outgoing.writableLength <= FEW_BYTES) return;
  if (!unread.has(outgoing)) outgoing.once("close", () => unread.delete(outgoing));
  unread.add(outgoing);
  let sum = 0;
  for (const each of unread) sum += each.writableLength;
  const [oldest] = unread;
  if (sum > MOST_UNREAD_BYTES) oldest?.destroy();
}

/**
 * An event stream on its way to its reader. The headers and an empty event wait a moment for the answer: most come so
 * soon that all of it goes out in one piece, which a crowd of clients waits half as long for. A stream for notifications,
 * which may have nothing to say for long, is there at once.
 */
export class EventOutput {
  readonly #outgoing: ServerResponse;
  readonly #headers: Readonly<Record<string, string>>;
  #timer: NodeJS.Timeout | undefined;
  #held: string | undefined = "";

  /** @param headers of the answer, whose status is 200 */
  constructor(outgoing: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#outgoing = outgoing;
    this.#headers = headers;
    if (outgoing.req.method === "GET") this.#show();
    else this.#timer = setTimeout(() => this.#show(), QUIET_STREAM_MS);
  }

  /** Writes whole events; false when the reader is to be waited for. */
  write(text: string): boolean {
    if (this.#held !== undefined && EMPTY_EVENT.test(text)) {
      this.#held += text;
      return true;
    }
    const isRead = this.#outgoing.write(this.#take() + text);
    if (!isRead) boundUnread(this.#outgoing);
    return isRead;
  }

  /** Writes the last events and ends the stream. */
  end(text = ""): void {
    if (this.#held === undefined) {
      this.#outgoing.end(text);
      return boundUnread(this.#outgoing);
    }
    clearTimeout(this.#timer);
    const whole = this.#held + text;
    this.#held = undefined;
    // Nothing was sent yet, so head and body are one piece of text.
    this.#outgoing.writeHead(200, { ...this.#headers, "content-length": Buffer.byteLength(whole) });
    this.#outgoing.end(whole);
    boundUnread(this.#outgoing);
  }

  #show(): void {
    if (this.#outgoing.destroyed) return;
    const held = this.#take();
    if (held === "") this.#outgoing.flushHeaders();
    else this.#outgoing.write(held);
  }

  #take(): string {
    if (this.#held === undefined) return "";
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = undefined;
    this.#outgoing.writeHead(200, this.#headers);
    return held;
  }
}
