import { defined } from "../../../base/defined.ts";
import { isLarge, PIECE_CHARACTERS } from "../../../base/steps/json-in-steps.ts";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { baseEnvironment } from "./base-environment.ts";
import { LineSplitter, NEWLINE } from "./line-splitter.ts";
import { endProcessGroup, guardProcessGroup, reapProcessGroup } from "./process-group.ts";
import type { StdioServerConfig } from "../server-config.ts";
import { SpreadMessage } from "./spread-message.ts";
import { TextRing } from "./text-ring.ts";

type ServerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** A line as text, or a very long one as its bytes, which are used up in reading. */
type LongLine = string | readonly Buffer[];

/** Conversion of messages to lines and back; the SDK's own functions. */
interface MessageFormat {
  readonly serialize: (message: JSONRPCMessage) => string;
  /** The messages of a line, more than one in a batch. Throws when it is not a message. */
  readonly deserialize: (line: string) => readonly JSONRPCMessage[];
  /** The same for a message and a line of any size, while other work goes on. */
  readonly serializeInPieces: (message: JSONRPCMessage) => Iterable<string>;
  readonly deserializeSoon: (line: LongLine) => Promise<readonly JSONRPCMessage[]>;
}

/** Reports to the owner of a {@link StdioTransport} beside the messages. */
interface StdioEvents {
  /** A line that is not a message; `text` is the line. */
  readonly onGarbage: (text: string) => void;
  /** A line passed the limit and is being dropped; `head` is its beginning. */
  readonly onTooLong: (head: string) => void;
  /** That line has ended with `tail`. */
  readonly onTooLongEnd: (tail: string) => void;
}

const EXIT_SETTLE_MS = 50;

/** Silence after which a whole message is taken that no line end follows. */
const UNENDED_MS = 200;

/**
 * Bytes that may wait to be read by a server, beside one message of any size. One that leaves more unread does not read
 * at all, and what is written to it would queue without end.
 */
const UNREAD_BYTES = 4 * 1024 * 1024;

/** Messages that may wait behind a long one that the server is to read. */
const MOST_WAITING = 1_000;

/** Time that messages of one server take at a stretch before the others and everything else have their turn. */
const SLICE_MS = 8;

/**
 * A local server as an SDK transport.
 *
 * The process starts with {@link launch}, before the SDK has to be there, and leads a process group, so that `close`
 * ends whatever it started too.
 */
export class StdioTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport["onmessage"];
  /** The last 64 KB the server wrote to its error output. */
  readonly stderr: TextRing = new TextRing();
  readonly #process: ServerProcess;
  readonly #format: () => Promise<MessageFormat>;
  readonly #lines: LineSplitter;
  readonly #spread = new SpreadMessage();
  #known: MessageFormat | undefined;
  /** Long lines being read, and what came after them. */
  #reading: Promise<void> | undefined;
  /** Long messages being written, and what is to be sent after them. */
  #writing: Promise<void> | undefined;
  #waiting = 0;
  #spawnError: Error | undefined;
  #ended: Promise<void> | undefined;
  #closed = false;
  #drained: Promise<void> | undefined;
  #isDeaf = false;
  #sliceEnd = 0;
  #unended: NodeJS.Timeout | undefined;
  #repeated: { readonly line: string; readonly message: JSONRPCMessage } | undefined;
  readonly #events: StdioEvents;

  /** Starts the process at once. `format` is asked for when the SDK connects. */
  static launch(
    config: StdioServerConfig,
    limitBytes: number,
    wiring: StdioEvents & { readonly format: () => Promise<MessageFormat> },
  ): StdioTransport {
    const child = spawn(config.command, [...config.args], {
      env: { ...baseEnvironment(), ...config.env },
      ...defined({ cwd: config.cwd }),
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    return new StdioTransport(child, limitBytes, wiring);
  }

  private constructor(
    child: ServerProcess,
    limitBytes: number,
    wiring: StdioEvents & { readonly format: () => Promise<MessageFormat> },
  ) {
    this.#process = child;
    this.#format = wiring.format;
    this.#events = wiring;
    this.#lines = new LineSplitter(limitBytes, {
      ...wiring,
      onLine: (line) => this.#read(line),
      onLargeLine: (parts) => this.#readParts(parts),
    });
    if (child.pid !== undefined) guardProcessGroup(child.pid);
    child.on("error", (error) => {
      this.#spawnError = error;
      this.#lost();
    });
    child.on("exit", () => this.#settleExit());
    child.stdin.on("error", (error) => this.onerror?.(error));
    child.stderr.on("data", (chunk: Buffer) => this.stderr.push(chunk));
    child.stderr.on("error", () => {});
  }

  /** Process id, or undefined when the program could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Why the program could not be started, if it could not. */
  get startError(): Error | undefined {
    return this.#spawnError;
  }

  /** Ending of the process, as the middle of a sentence; undefined while it runs. */
  get ending(): string | undefined {
    const { exitCode, signalCode } = this.#process;
    if (this.#spawnError !== undefined) return `could not be started (${this.#spawnError.message})`;
    if (this.#isDeaf) return `was ended because it does not read what is written to it`;
    if (exitCode !== null) return `exited with status ${exitCode}`;
    if (signalCode !== null) return `was ended by ${signalCode}`;
    return undefined;
  }

  async start(): Promise<void> {
    this.#known = await this.#format();
    if (this.#spawnError !== undefined) throw this.#spawnError;
    this.#process.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#process.stdout.on("end", () => this.#settleExit());
    this.#process.stdout.on("error", (error) => this.onerror?.(error));
  }

  send(message: JSONRPCMessage): Promise<void> {
    const { stdin } = this.#process;
    if (this.#closed || this.#known === undefined || !stdin.writable) {
      return Promise.reject(new Error("The server's input is closed."));
    }
    if (this.#writing !== undefined || isLarge(message)) return this.#sendInTurn(message, this.#known);
    return this.#write(this.#known.serialize(message));
  }

  /** A long message is written in pieces, as fast as the server reads; what is sent after it stays after it. */
  #sendInTurn(message: JSONRPCMessage, { serializeInPieces }: MessageFormat): Promise<void> {
    if (this.#waiting >= MOST_WAITING) this.#endDeaf();
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
    const { stdin } = this.#process;
    if (this.#closed || !stdin.writable) return Promise.reject(new Error("The server's input is closed."));
    if (stdin.writableLength > UNREAD_BYTES) {
      this.#endDeaf();
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

  close(): Promise<void> {
    this.#ended ??= endProcessGroup(this.#process).finally(() => this.#release());
    this.#lost();
    return this.#ended;
  }

  /** A server that writes without pause is read in slices, and not ahead of what it reads itself. */
  #receive(chunk: Buffer): void {
    const begun = performance.now();
    if (begun >= this.#sliceEnd) this.#sliceEnd = begun + SLICE_MS;
    this.#lines.push(chunk);
    this.#awaitEnd(chunk);
    const { stdout } = this.#process;
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

  #endDeaf(): void {
    this.#isDeaf = true;
    void this.close();
  }

  /** Lets the last words arrive before the connection counts as lost: `exit` may come before the final output. */
  #settleExit(): void {
    if (this.#closed) return;
    let settled = false;
    const settle = (): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      this.#takeUnended();
      if (this.#ended === undefined && this.pid !== undefined && this.ending !== undefined) reapProcessGroup(this.pid);
      void (this.#reading ?? Promise.resolve()).then(() => this.#lost());
    };
    const timer = setTimeout(settle, EXIT_SETTLE_MS);
    this.#process.once("close", settle);
  }

  #lost(): void {
    if (this.#closed) return;
    clearTimeout(this.#unended);
    this.#closed = true;
    this.onclose?.();
  }

  /** A descendant may hold the pipes open; nothing of them is wanted any more. */
  #release(): void {
    this.#process.stdin.destroy();
    this.#process.stdout.destroy();
    this.#process.stderr.destroy();
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
    const { stdout } = this.#process;
    stdout.pause();
    const begin = typeof line === "string" ? line : Buffer.concat(line.slice(0, 2)).toString();
    const messages = (this.#reading ?? Promise.resolve()).then(() => this.#known?.deserializeSoon(line));
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
    for (const message of messages ?? []) this.onmessage?.(message);
  }

  #parse(line: string): readonly JSONRPCMessage[] | undefined {
    // Floods repeat one notification; checking it once keeps them from holding up everything else.
    if (line === this.#repeated?.line) return [this.#repeated.message];
    try {
      const messages = this.#known?.deserialize(line);
      const [message, ...more] = messages ?? [];
      if (message !== undefined && more.length === 0 && !("id" in message)) this.#repeated = { line, message };
      return messages;
    } catch {
      return undefined;
    }
  }
}
