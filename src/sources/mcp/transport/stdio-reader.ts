import { PIECE_CHARACTERS } from "../../../base/steps/json-in-steps.ts";
import type { Readable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { LineSplitter, NEWLINE } from "./line-splitter.ts";
import { SpreadMessage } from "./spread-message.ts";

/** A line as text, or a very long one as its bytes, which are used up in reading. */
type LongLine = string | readonly Buffer[];

/** Conversion of lines to messages. */
export interface LineParser {
  /** The messages of a line, more than one in a batch. Throws when it is not a message. */
  readonly deserialize: (line: string) => readonly JSONRPCMessage[];
  /** The same for a line of any size, while other work goes on. */
  readonly deserializeSoon: (line: LongLine) => Promise<readonly JSONRPCMessage[]>;
}

/** Reports beside the messages. */
export interface StdioEvents {
  /** A line that is not a message; `text` is the line. */
  readonly onGarbage: (text: string) => void;
  /** A line passed the limit and is being dropped; `head` is its beginning. */
  readonly onTooLong: (head: string) => void;
  /** That line has ended with `tail`. */
  readonly onTooLongEnd: (tail: string) => void;
}

/** Silence after which a whole message is taken that no line end follows. */
const UNENDED_MS = 200;

/** Time that messages of one server take at a stretch before the others and everything else have their turn. */
const SLICE_MS = 8;

/** Reads what a local server writes, line by line and message by message. */
export class StdioReader {
  readonly #stdout: Readable;
  readonly #events: StdioEvents;
  readonly #onMessage: (message: JSONRPCMessage) => void;
  readonly #lines: LineSplitter;
  readonly #spread = new SpreadMessage();
  #format: LineParser | undefined;
  /** Long lines being read, and what came after them. */
  #reading: Promise<void> | undefined;
  #closed = false;
  #sliceEnd = 0;
  #unended: NodeJS.Timeout | undefined;
  #repeated: { readonly line: string; readonly message: JSONRPCMessage } | undefined;

  constructor(
    stdout: Readable,
    limitBytes: number,
    { events, onMessage }: { readonly events: StdioEvents; readonly onMessage: (message: JSONRPCMessage) => void },
  ) {
    this.#stdout = stdout;
    this.#events = events;
    this.#onMessage = onMessage;
    this.#lines = new LineSplitter(limitBytes, {
      ...events,
      onLine: (line) => this.#read(line),
      onLargeLine: (parts) => this.#readParts(parts),
    });
  }

  /** Begins to read. */
  start(format: LineParser): void {
    this.#format = format;
    this.#stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** Reads nothing any more. */
  close(): void {
    clearTimeout(this.#unended);
    this.#closed = true;
  }

  /** Takes what nothing follows any more; resolves when all that has come is read. */
  async end(): Promise<void> {
    this.#takeUnended();
    await this.#reading;
  }

  /** A server that writes without pause is read in slices, and not ahead of what it reads itself. */
  #receive(chunk: Buffer): void {
    const begun = performance.now();
    if (begun >= this.#sliceEnd) this.#sliceEnd = begun + SLICE_MS;
    this.#lines.push(chunk);
    this.#awaitEnd(chunk);
    const stdout = this.#stdout;
    if (this.#closed || performance.now() < this.#sliceEnd) return;
    stdout.pause();
    setImmediate(() => {
      if (this.#reading === undefined) stdout.resume();
    });
  }

  /** Some servers end a message with nothing, or frame it by its length; it is one all the same. */
  #awaitEnd(chunk: Buffer): void {
    clearTimeout(this.#unended);
    if (this.#closed || chunk.at(-1) === NEWLINE) return;
    this.#unended = setTimeout(() => this.#takeUnended(), UNENDED_MS);
    this.#unended.unref();
  }

  #takeUnended(): void {
    const { rest } = this.#lines;
    if (rest === undefined || this.#reading !== undefined) return;
    try {
      JSON.parse(rest);
    } catch {
      return;
    }
    this.#lines.takeRest();
  }

  #read(line: string): void {
    if (this.#closed || line === "") return;
    if (this.#spread.isApart(line)) this.#readText(line);
    else for (const text of this.#spread.take(line)) this.#readText(text);
  }

  #readParts(parts: readonly Buffer[]): void {
    if (this.#closed) return;
    if (this.#spread.isApart("")) this.#readInTurn(parts);
    else this.#read(Buffer.concat(parts).toString());
  }

  #readText(line: string): void {
    if (this.#reading !== undefined || line.length > PIECE_CHARACTERS) this.#readInTurn(line);
    else this.#handOn(line, this.#parse(line));
  }

  /** A long line is read while other work goes on, and nothing more of the server until then. */
  #readInTurn(line: LongLine): void {
    const stdout = this.#stdout;
    stdout.pause();
    const begin = typeof line === "string" ? line : Buffer.concat(line.slice(0, 2)).toString();
    const messages = (this.#reading ?? Promise.resolve()).then(() => this.#format?.deserializeSoon(line));
    const turn = messages
      .catch(() => undefined)
      .then((read) => {
        if (!this.#closed) this.#handOn(begin, read);
        if (this.#reading !== turn) return;
        this.#reading = undefined;
        stdout.resume();
      });
    this.#reading = turn;
  }

  #handOn(line: string, messages: readonly JSONRPCMessage[] | undefined): void {
    if (messages === undefined) this.#events.onGarbage(line);
    for (const message of messages ?? []) this.#onMessage(message);
  }

  #parse(line: string): readonly JSONRPCMessage[] | undefined {
    // Floods repeat one notification; checking it once keeps them from holding up everything else.
    if (line === this.#repeated?.line) return [this.#repeated.message];
    try {
      const messages = this.#format?.deserialize(line);
      const [message, ...more] = messages ?? [];
      if (message !== undefined && more.length === 0 && !("id" in message)) this.#repeated = { line, message };
      return messages;
    } catch {
      return undefined;
    }
  }
}
