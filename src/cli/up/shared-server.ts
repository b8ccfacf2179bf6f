import type { Socket } from "node:net";
import { isRecord } from "../../base/is-record.ts";
import { createServerHandle, type ServerHandle } from "../../server/server-handle.ts";
import { LineSplitter } from "../../sources/mcp/transport/line-splitter.ts";
import { enterResident } from "./resident-door.ts";
import { hearMessages, sendMessage, type ServeRequest } from "./resident-messages.ts";
import { type ResidentPlace, residentPlace } from "./resident-place.ts";
import { startResident } from "./start-resident.ts";

/** The background process stays this long after its last client and command. */
const IDLE_MS = 30 * 60_000;
const MESSAGE_BYTES = 256 * 1024 * 1024;
const INTERNAL_ERROR = -32_603;
/** Beginning of the ids of requests that introduce the client to the next background process. */
const AGAIN = "codemode-introduced-again-";
/** What the next background process has to hear as well, in this order. The client has had the answers. */
const INTRODUCTION = ["initialize", "notifications/initialized", "logging/setLevel", "resources/subscribe"] as const;

const LOST =
  "The background process that serves codemode ended while the request ran. What its program had done is in " +
  "`codemode runs list`, and `codemode runs resume RUN` goes on with it. The next request starts a new process.";
const NO_OTHER = "The background process that serves codemode has ended, and no other could be started: ";

/** Which configuration to serve, and what of it. */
interface SharedServerSettings {
  /** The configuration file that was named, if one was. */
  readonly file: string | undefined;
  readonly request: Omit<ServeRequest, "kind">;
}

/**
 * Serves the MCP client of this process's standard streams by the background process of the configuration, which is
 * started if there is none: all clients then use one set of servers and sandboxes.
 *
 * A background process that dies costs the requests it was busy with: they are answered with an error, and the next
 * request finds another process that knows the client as the first did.
 *
 * @returns a text that says why the background process cannot be used
 */
export async function serveShared(settings: SharedServerSettings): Promise<ServerHandle | string> {
  const client = new SharedClient(settings);
  const refusal = await client.connect();
  return refusal ?? client.serve();
}

class SharedClient {
  readonly #settings: SharedServerSettings;
  readonly #stop = new AbortController();
  /** Requests of the client that are not answered, as JSON of their ids, with their methods. */
  readonly #open = new Map<string, string>();
  /** Requests to the client over the current connection, as JSON of their ids. */
  readonly #asked = new Set<string>();
  /** Lines of the client that introduce it, by what they set. */
  readonly #introduction = new Map<string, string>();
  #socket: Socket | undefined;
  #turn: Promise<void> = Promise.resolve();
  #gone: () => void = () => {};

  constructor(settings: SharedServerSettings) {
    this.#settings = settings;
  }

  /** Finds or starts the background process; a text says why it cannot be used. */
  async connect(): Promise<string | undefined> {
    const { file, request } = this.#settings;
    const place = await residentPlace({ file, directory: process.cwd() });
    const socket = await this.#enter(place);
    if (typeof socket === "string") return socket;
    const isServing = await new Promise<boolean>((resolve) => {
      socket.once("close", () => resolve(false));
      hearMessages(socket, ({ kind }) => resolve(kind === "serving"));
      sendMessage(socket, { kind: "serve", ...request });
    });
    socket.removeAllListeners();
    if (!isServing) return "it ended while it was asked";
    this.#hear(socket);
    return undefined;
  }

  serve(): ServerHandle {
    const { stdin, stdout } = process;
    const handle = createServerHandle(async () => {
      this.#stop.abort();
      stdin.pause();
      this.#socket?.destroy();
    });
    this.#gone = () => void handle.close();
    const lines = this.#lines((line) => {
      this.#turn = this.#turn.then(() => this.#take(line));
    });
    stdin.on("data", (chunk: Buffer) => lines.push(chunk));
    stdin.once("error", this.#gone).once("end", () => {
      this.#turn = this.#turn.then(() => this.#endInput());
    });
    stdout.once("error", this.#gone);
    return handle;
  }

  async #enter(place: ResidentPlace): Promise<Socket | string> {
    const caller = { isInputTerminal: false, isClient: true };
    const found = await enterResident(place, caller);
    if (found !== undefined) return found;
    await startResident(place, { idleMs: IDLE_MS, file: this.#settings.file, signal: this.#stop.signal });
    return (await enterResident(place, caller)) ?? "it does not answer";
  }

  #hear(socket: Socket): void {
    const lines = this.#lines((line) => this.#pass(line));
    this.#socket = socket;
    this.#asked.clear();
    socket.on("data", (chunk: string | Buffer) => lines.push(Buffer.from(chunk)));
    socket.on("error", () => {}).once("close", () => this.#lose());
  }

  #lines(onLine: (line: string) => void): LineSplitter {
    return new LineSplitter(MESSAGE_BYTES, { onLine, onTooLong: () => this.#gone(), onTooLongEnd: () => {} });
  }

  /** Passes a line of the server on to the client. */
  #pass(line: string): void {
    const { id, method } = parse(line);
    if (typeof id === "string" && id.startsWith(AGAIN)) return;
    if (method === undefined) this.#open.delete(JSON.stringify(id) ?? "");
    else if (id !== undefined) this.#asked.add(JSON.stringify(id));
    process.stdout.write(`${line}\n`);
  }

  /** Passes a line of the client on to the server, for which there may have to be a new one. */
  async #take(line: string): Promise<void> {
    if (this.#stop.signal.aborted || line.trim() === "") return;
    const message = parse(line);
    const { id, method } = message;
    const key = JSON.stringify(id) ?? "";
    const isRequest = id !== undefined && typeof method === "string";
    if (this.#socket === undefined && !(isRequest && (await this.#reconnect(id)))) return;
    // The process that asked is gone.
    if (method === undefined && id !== undefined && !this.#asked.delete(key)) return;
    if (isRequest) this.#open.set(key, method);
    this.#remember(line, message);
    await this.#write(line);
  }

  #remember(line: string, { method, params }: Record<string, unknown>): void {
    const { uri, requestId } = isRecord(params) ? params : {};
    const of = JSON.stringify(uri) ?? "";
    if (method === "notifications/cancelled") this.#open.delete(JSON.stringify(requestId) ?? "");
    else if (method === "resources/unsubscribe") this.#introduction.delete(`resources/subscribe ${of}`);
    else if (INTRODUCTION.some((each) => each === method)) this.#introduction.set(`${String(method)} ${of}`, line);
  }

  async #write(line: string): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.write(`${line}\n`)) return;
    await new Promise<void>((resolve) => {
      socket.once("drain", resolve).once("close", () => resolve());
    });
  }

  /** Makes a new connection and introduces the client there; otherwise answers the request that wanted it, and is false. */
  async #reconnect(id: unknown): Promise<boolean> {
    const refusal = await this.connect().catch((error: unknown) => String(error));
    if (refusal !== undefined) {
      answer(id, { error: failure(NO_OTHER + refusal) });
      return false;
    }
    const lines = INTRODUCTION.flatMap((method) =>
      [...this.#introduction].filter(([what]) => what.startsWith(`${method} `)).map(([, line]) => parse(line)),
    );
    for (const [at, line] of lines.entries())
      await this.#write(JSON.stringify(line["id"] === undefined ? line : { ...line, id: `${AGAIN}${at}` }));
    if (lines.length > 0) process.stdout.write('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n');
    return true;
  }

  /** The client has written its last line: what it asked for is still answered. */
  #endInput(): void {
    if (this.#socket === undefined) this.#gone();
    else this.#socket.once("close", this.#gone).end();
  }

  #lose(): void {
    this.#socket = undefined;
    for (const [key, method] of this.#open) {
      const id: unknown = JSON.parse(key);
      if (method === "tools/call") answer(id, { result: { content: [{ type: "text", text: LOST }], isError: true } });
      else answer(id, { error: failure(LOST) });
    }
    this.#open.clear();
  }
}

function failure(message: string): object {
  return { code: INTERNAL_ERROR, message };
}

function answer(id: unknown, outcome: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...outcome })}\n`);
}

/** What a line says, as far as it is an object. */
function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
