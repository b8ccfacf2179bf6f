import { defined } from "../../../base/defined.ts";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { baseEnvironment } from "./base-environment.ts";
import { endProcessGroup, guardProcessGroup, reapProcessGroup } from "./process-group.ts";
import type { StdioServerConfig } from "../server-config.ts";
import { type LineParser, type StdioEvents, StdioReader } from "./stdio-reader.ts";
import { type LineWriter, StdioWriter } from "./stdio-writer.ts";
import { TextRing } from "./text-ring.ts";

type ServerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

const EXIT_SETTLE_MS = 50;

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
  readonly #format: () => Promise<LineParser & LineWriter>;
  readonly #reader: StdioReader;
  readonly #writer: StdioWriter;
  #known: LineWriter | undefined;
  #spawnError: Error | undefined;
  #ended: Promise<void> | undefined;
  #closed = false;
  #isDeaf = false;

  /** Starts the process at once. `format` is asked for when the SDK connects. */
  static launch(
    config: StdioServerConfig,
    limitBytes: number,
    wiring: StdioEvents & { readonly format: () => Promise<LineParser & LineWriter> },
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
    wiring: StdioEvents & { readonly format: () => Promise<LineParser & LineWriter> },
  ) {
    this.#process = child;
    this.#format = wiring.format;
    this.#reader = new StdioReader(child.stdout, limitBytes, {
      events: wiring,
      onMessage: (message) => this.onmessage?.(message),
    });
    this.#writer = new StdioWriter(child.stdin, () => {
      this.#isDeaf = true;
      void this.close();
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
    const format = await this.#format();
    this.#known = format;
    if (this.#spawnError !== undefined) throw this.#spawnError;
    this.#reader.start(format);
    this.#process.stdout.on("end", () => this.#settleExit());
    this.#process.stdout.on("error", (error) => this.onerror?.(error));
  }

  send(message: JSONRPCMessage): Promise<void> {
    const { stdin } = this.#process;
    if (this.#closed || this.#known === undefined || !stdin.writable) {
      return Promise.reject(new Error("The server's input is closed."));
    }
    return this.#writer.send(message, this.#known);
  }

  close(): Promise<void> {
    this.#ended ??= endProcessGroup(this.#process).finally(() => this.#release());
    this.#lost();
    return this.#ended;
  }

  /** Lets the last words arrive before the connection counts as lost: `exit` may come before the final output. */
  #settleExit(): void {
    if (this.#closed) return;
    let settled = false;
    const settle = (): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      const read = this.#reader.end();
      if (this.#ended === undefined && this.pid !== undefined && this.ending !== undefined) reapProcessGroup(this.pid);
      void read.then(() => this.#lost());
    };
    const timer = setTimeout(settle, EXIT_SETTLE_MS);
    this.#process.once("close", settle);
  }

  #lost(): void {
    if (this.#closed) return;
    this.#reader.close();
    this.#writer.close();
    this.#closed = true;
    this.onclose?.();
  }

  /** A descendant may hold the pipes open; nothing of them is wanted any more. */
  #release(): void {
    this.#process.stdin.destroy();
    this.#process.stdout.destroy();
    this.#process.stderr.destroy();
  }
}
