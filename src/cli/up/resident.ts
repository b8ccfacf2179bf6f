import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { CodemodeError } from "../../base/codemode-error.ts";
import { defined } from "../../base/defined.ts";
import { type Codemode, composeLoaded } from "../../host/create-codemode.ts";
import type { Configuration } from "../../host/configuration/configuration.ts";
import { loadConfiguration } from "../../host/configuration/load-configuration.ts";
import type { CommandContext, CommandPlace, ExitStatus } from "../command-context.ts";
import { MOST_INPUT_BYTES, tooMuchInput } from "../exec/program-input.ts";
import { createTerminal, type RawStream } from "../terminal.ts";
import {
  hearMessages,
  type Hello,
  type LineRequest,
  type ResidentMessage,
  type ResidentStatus,
  sendMessage,
  type ServeRequest,
} from "./resident-messages.ts";
import { isSafeFolder, isSamePlace, type ResidentPlace, residentPlace } from "./resident-place.ts";

/** Longest message of a command's process: a program that is piped in. */
const MOST_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Parts of one state of the configuration, open as long as something uses them. */
interface OpenParts {
  readonly fingerprint: string;
  readonly codemode: Codemode;
  users: number;
}

/** Settings of a background process. */
interface ResidentSettings {
  /** The configuration file that was named, if one was. */
  readonly file: string | undefined;
  /** It ends by itself when no command ran for this long. */
  readonly idleMinutes: number;
  readonly runLine: CommandContext["runLine"];
}

/**
 * Keeps the servers and sandboxes of one configuration open, and runs the command lines that come over its socket with
 * them. What it runs is journaled like any other run, so that nothing acknowledged is lost with it.
 */
export class Resident {
  readonly #place: ResidentPlace;
  readonly #options: ResidentSettings;
  readonly #startedAt = new Date();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #parts: OpenParts;
  #commands = 0;
  #running = 0;
  #clients = 0;
  #idle: NodeJS.Timeout | undefined;
  #end: () => void = () => {};
  /** Resolves when the process is to end: on request, or after idle time. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#end = resolve;
  });

  private constructor(place: ResidentPlace, options: ResidentSettings) {
    this.#place = place;
    this.#options = options;
    this.#parts = this.#open(place.fingerprint);
    // A client that has written its last request still reads the answers.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#greet(socket));
    this.#rest();
  }

  /** Opens the parts and listens. Throws `config_error`, and what the system says when it cannot listen. */
  static async start(place: ResidentPlace, options: ResidentSettings): Promise<Resident> {
    const { socket } = place;
    mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
    if (!isSafeFolder(dirname(socket))) {
      throw new CodemodeError("config_error", `The folder ${dirname(socket)} is not this user's alone.`, {
        hint: 'Remove it, or set a shorter "stateDir", in which the socket of codemode up has room.',
      });
    }
    const resident = new Resident(place, options);
    rmSync(socket, { force: true });
    // Nobody else may connect, not even before the mode is set.
    const mask = process.umask(0o177);
    try {
      await new Promise<void>((resolve, reject) => {
        resident.#server.once("error", reject).listen(socket, resolve);
      });
    } finally {
      process.umask(mask);
    }
    chmodSync(socket, 0o600);
    void resident.#parts.codemode.executor.setup();
    return resident;
  }

  /** Cancels what runs, and closes the parts and the socket. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#place.socket, { force: true });
    await this.#parts.codemode.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #open(fingerprint: string): OpenParts {
    const { directory } = this.#place;
    const loaded = loadConfiguration({ file: this.#options.file, directory });
    return { fingerprint, codemode: composeLoaded(loaded), users: 0 };
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#running + this.#clients === 0)
      this.#idle = setTimeout(() => this.#end(), this.#options.idleMinutes * 60_000);
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket)).on("error", () => {});
    const hangUp = (): void => void socket.end();
    socket.once("end", hangUp);
    let line: RunningLine | undefined;
    hearMessages(
      socket,
      (message) => {
        if (message.kind === "hello") void this.#answer(socket, message);
        else if (message.kind === "status") sendMessage(socket, { kind: "state", state: this.#status() });
        else if (message.kind === "down") this.#end();
        else if (message.kind === "serve") {
          socket.off("end", hangUp);
          void this.#serve(socket, message);
        } else if (message.kind === "run") line ??= this.#run(socket, message);
        else line?.hear(message);
      },
      MOST_MESSAGE_BYTES,
    );
  }

  /** Agrees to run a command, with parts that fit the configuration as it is now. */
  async #answer(
    socket: Socket,
    { fingerprint, installation, isInputTerminal, isClient = false }: Hello,
  ): Promise<void> {
    try {
      if (installation !== this.#place.installation) throw new Error("another version is installed");
      if (!isSamePlace(fingerprint, this.#parts.fingerprint, isClient)) await this.#reopen(fingerprint, isClient);
      if (isInputTerminal && mayAsk(this.#parts.codemode.configuration)) throw new Error("a person may be asked");
      sendMessage(socket, { kind: "ready" });
    } catch (thrown) {
      // The command says by itself what is wrong with a configuration.
      sendMessage(socket, { kind: "declined", reason: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }

  async #reopen(wanted: string, anyPath: boolean): Promise<void> {
    const { fingerprint } = await residentPlace({ file: this.#options.file, directory: this.#place.directory });
    if (!isSamePlace(fingerprint, wanted, anyPath))
      throw new Error("variables that the configuration names have other values here");
    const before = this.#parts;
    this.#parts = this.#open(fingerprint);
    void this.#parts.codemode.executor.setup();
    if (before.users === 0) void before.codemode.close();
  }

  #run(socket: Socket, request: LineRequest): RunningLine {
    const parts = this.#use();
    this.#commands += 1;
    this.#running += 1;
    this.#rest();
    const line = new RunningLine(socket, request, parts.codemode);
    void this.#options.runLine(request.argv, line.place, line.signal).then((status) => {
      line.end(status);
      this.#running -= 1;
      this.#leave(parts);
    });
    return line;
  }

  /** Serves an MCP client until it or this process ends. */
  async #serve(socket: Socket, { tools, mode, allowCallTool }: ServeRequest): Promise<void> {
    const parts = this.#use();
    this.#clients += 1;
    this.#rest();
    const { serveStream } = await import("../../server/serve-stream.ts");
    const { ServedExecutor } = await import("../../server/served-tools.ts");
    const served = new ServedExecutor(parts.codemode, defined({ set: tools, mode, allowCallTool }));
    // What comes next is the protocol's: the client waits for this word.
    socket.removeAllListeners("data");
    sendMessage(socket, { kind: "serving" });
    const handle = serveStream(served, { input: socket, output: socket }, () => served.close());
    socket.once("close", () => void handle.close());
    await handle.ending;
    await handle.close();
    socket.end();
    this.#clients -= 1;
    this.#leave(parts);
  }

  #use(): OpenParts {
    this.#parts.users += 1;
    return this.#parts;
  }

  #leave(parts: OpenParts): void {
    parts.users -= 1;
    this.#rest();
    if (parts.users === 0 && parts !== this.#parts) void parts.codemode.close();
  }

  #status(): ResidentStatus {
    const servers = this.#parts.codemode.registry.listServers();
    return {
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      commands: this.#commands,
      running: this.#running,
      clients: this.#clients,
      idleMinutes: this.#options.idleMinutes,
      memoryBytes: process.memoryUsage.rss(),
      servers: servers.map(({ name, status, toolCount }) => ({ name, status, tools: toolCount })),
    };
  }
}

/** One command line on its way, and the process it was typed into. */
class RunningLine {
  readonly place: CommandPlace;
  readonly signal: AbortSignal;
  readonly #socket: Socket;
  readonly #controller = new AbortController();
  readonly #input: string[] = [];
  #inputCharacters = 0;
  #inputEnd: (() => void) | undefined;

  constructor(socket: Socket, { out, err, directory, isInputTerminal, colors }: LineRequest, codemode: Codemode) {
    this.#socket = socket;
    this.signal = this.#controller.signal;
    // A command whose process is gone has nobody to answer.
    socket.once("close", () => this.#controller.abort());
    const stream = (kind: "out" | "err", { isTerminal, columns }: LineRequest["out"]): RawStream => ({
      isTerminal,
      ...defined({ columns }),
      write: (text) => sendMessage(socket, { kind, text }),
    });
    this.place = {
      terminal: createTerminal(stream("out", out), stream("err", err), colors),
      input: { isTerminal: isInputTerminal, text: () => this.#readInput() },
      directory,
      codemode,
    };
  }

  hear(message: ResidentMessage): void {
    if (message.kind === "input") this.#take(message.text);
    else if (message.kind === "inputEnd") this.#inputEnd?.();
    else if (message.kind === "cancel") this.#controller.abort();
  }

  end(status: ExitStatus): void {
    sendMessage(this.#socket, { kind: "end", status });
  }

  async #readInput(): Promise<string> {
    const ended = new Promise<void>((resolve) => {
      this.#inputEnd = resolve;
      this.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    sendMessage(this.#socket, { kind: "wantsInput" });
    await ended;
    if (this.#inputCharacters > MOST_INPUT_BYTES) throw tooMuchInput("The input");
    return this.#input.join("");
  }

  /** Of an input without end nothing is kept beyond what a program may have. */
  #take(text: string): void {
    this.#inputCharacters += text.length;
    if (this.#inputCharacters <= MOST_INPUT_BYTES) this.#input.push(text);
    else this.#inputEnd?.();
  }
}

/** True when a call may need an approval: a command asks for that at its own terminal. */
function mayAsk({ policy = {}, hooks = {} }: Configuration): boolean {
  const { preset = "allow-all", rules = [], default: rest } = policy;
  const decisions = [...rules.map(({ decision }) => decision), rest];
  return preset.startsWith("ask-") || decisions.includes("ask") || (hooks.beforeToolCall ?? []).length > 0;
}
