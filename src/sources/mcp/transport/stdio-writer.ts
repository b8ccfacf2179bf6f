import { isLarge } from "../../../base/steps/json-in-steps.ts";
import type { Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";

/** Conversion of messages to lines. */
export interface LineWriter {
  readonly serialize: (message: JSONRPCMessage) => string;
  /** The same for a message of any size, while other work goes on. */
  readonly serializeInPieces: (message: JSONRPCMessage) => Iterable<string>;
}

/**
 * Bytes that may wait to be read by a server, beside one message of any size. One that leaves more unread does not read
 * at all, and what is written to it would queue without end.
 */
const UNREAD_BYTES = 4 * 1024 * 1024;

/** Messages that may wait behind a long one that the server is to read. */
const MOST_WAITING = 1_000;

/** Writes messages to a local server, as fast as it reads them. */
export class StdioWriter {
  readonly #stdin: Writable;
  readonly #onDeaf: () => void;
  /** Long messages being written, and what is to be sent after them. */
  #writing: Promise<void> | undefined;
  #waiting = 0;
  #drained: Promise<void> | undefined;
  #closed = false;

  /** @param onDeaf hears that the server does not read what is written to it */
  constructor(stdin: Writable, onDeaf: () => void) {
    this.#stdin = stdin;
    this.#onDeaf = onDeaf;
  }

  /** Writes nothing any more. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when there is room for more. Rejects when the server's input is closed, or it does not read. */
  send(message: JSONRPCMessage, format: LineWriter): Promise<void> {
    if (this.#writing !== undefined || isLarge(message)) return this.#sendInTurn(message, format);
    return this.#write(format.serialize(message));
  }

  /** A long message is written in pieces, as fast as the server reads; what is sent after it stays after it. */
  #sendInTurn(message: JSONRPCMessage, { serializeInPieces }: LineWriter): Promise<void> {
    if (this.#waiting >= MOST_WAITING) this.#onDeaf();
    this.#waiting += 1;
    const sent = (this.#writing ?? Promise.resolve())
      .then(async () => {
        for (const piece of serializeInPieces(message)) await this.#write(piece);
      })
      .finally(() => {
        this.#waiting -= 1;
      });
    const turn = sent.then(
      () => undefined,
      () => undefined,
    );
    this.#writing = turn;
    void turn.then(() => {
      if (this.#writing === turn) this.#writing = undefined;
    });
    return sent;
  }

  #write(text: string): Promise<void> {
    const stdin = this.#stdin;
    if (this.#closed || !stdin.writable) return Promise.reject(new Error("The server's input is closed."));
    if (stdin.writableLength > UNREAD_BYTES) {
      this.#onDeaf();
      return Promise.reject(new Error("The server does not read what is written to it."));
    }
    if (stdin.write(text)) return Promise.resolve();
    // One listener serves all that wait.
    this.#drained ??= new Promise((resolve) => {
      const done = (): void => {
        stdin.removeListener("drain", done);
        stdin.removeListener("close", done);
        this.#drained = undefined;
        resolve();
      };
      stdin.on("drain", done);
      stdin.on("close", done);
    });
    return this.#drained;
  }
}
