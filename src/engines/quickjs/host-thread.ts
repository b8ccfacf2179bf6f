/* oxlint-disable unicorn/require-post-message-target-origin, typescript/no-unsafe-type-assertion -- these are ports of threads, and both ends are ours */
import type { LargeText } from "../../base/steps/large-text.ts";
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from "node:worker_threads";
import { RingReader, type RingFrame } from "./wire/frame-ring.ts";
import { Looking, TurningLooking } from "./wire/looking.ts";
import { FRAME, type GuestCommand } from "./wire/messages.ts";
import {
  AT_PORT,
  CHANNEL_BYTES,
  createSharedChannel,
  DROPPED,
  HOST_HAS_MORE,
  HOST_SIGNAL,
  INBOX_BYTES,
  KEPT,
  ALONE,
  ALONE_HERE,
  MEMORY_GROWN,
  PARKS,
  RESTLESS,
  SIGNAL,
  signalHost,
  signalled,
  STOP_CELL,
  type SharedChannel,
  WANTED,
} from "./wire/shared-channel.ts";
import type { Cell, NamespaceTable, OutputUsage } from "../engine.ts";
import { type GuestImage, type GuestThreadData, type ParkedSession, TABLES_KEPT } from "./guest-thread.ts";
import type { BootedMachine } from "./guest-machine.ts";

/** The guest thread runs the built file, `worker.ts` in one, also when this one runs from source. */
const ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/engines/quickjs/thread.js" : "./thread.js",
  import.meta.url,
);

/** The host's end of a guest thread. */
export class HostThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #channel: SharedChannel;
  readonly #frames: RingReader;
  readonly #inbox: Buffer;
  readonly #looking = new Looking();
  readonly #starting = new TurningLooking();
  readonly #waiting: (string | LargeText)[] = [];
  readonly #tables: string[] = [];
  /** The machine as it was after booting; undefined in a thread that started with another's. */
  booted: BootedMachine | undefined;
  #alive = true;
  #cell = 0;
  /** True while it is as it was after booting, or will be when its cell has ended. */
  #isNew = true;
  #takesUp = false;
  /** When it was lent, or its session began a program; undefined while no session needs it. */
  busySince: number | undefined;
  /** When it was last given back. */
  restsSince = 0;
  /** True while its guest has calls that the host has not answered. */
  awaitsHost = false;

  private constructor(image: GuestImage) {
    const memory = new SharedArrayBuffer(CHANNEL_BYTES);
    const { port1, port2 } = new MessageChannel();
    this.#channel = createSharedChannel(memory);
    this.#frames = new RingReader(this.#channel);
    const { byteOffset, length } = this.#channel.inbox;
    this.#inbox = Buffer.from(memory, byteOffset, length);
    this.#port = port1;
    const workerData: GuestThreadData = { memory, port: port2, ...image };
    this.#worker = new Worker(ENTRY, {
      workerData,
      transferList: [port2],
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4, stackSizeMb: 32 },
    });
    this.#worker.once("exit", () => this.#end());
    // An error ends the thread; the exit that follows is what counts.
    this.#worker.on("error", () => undefined);
  }

  /** Starts a thread and waits until it is ready for its first sandbox. */
  static async start(image: GuestImage): Promise<HostThread> {
    const thread = new HostThread(image);
    await new Promise<void>((resolve, reject) => {
      thread.#port.once("message", (booted: BootedMachine | undefined) => {
        thread.booted = booted;
        resolve();
      });
      thread.#worker.once("exit", () => reject(new Error("The sandbox thread ended while it started.")));
      thread.#worker.once("error", reject);
    });
    thread.#port.removeAllListeners("message");
    thread.rest();
    return thread;
  }

  /** False once the thread has ended. */
  get alive(): boolean {
    return this.#alive;
  }

  /** False when what a cell left did not come to an end: nothing is to run beside it. */
  get isAtRest(): boolean {
    return Atomics.load(this.#channel.control, RESTLESS) === 0;
  }

  /** False when the guest's memory has grown, which never shrinks, and while it parks a session, whose state is no other's. */
  get reusable(): boolean {
    return this.#alive && !this.parks && this.grownBytes === 0;
  }

  /** Bytes of the guest's memory beyond those that it started with. */
  get grownBytes(): number {
    return Atomics.load(this.#channel.control, MEMORY_GROWN);
  }

  /** Makes it new for another session, unless it is. */
  renew(): void {
    if (!this.#isNew) this.command({ kind: "reset" });
    this.#isNew = true;
    this.rest();
  }

  /** Lets the process end although the thread exists. */
  rest(): void {
    this.busySince = undefined;
    this.restsSince = performance.now();
    this.#worker.unref();
    this.#port.unref();
  }

  /** A number for the next cell, after which the thread makes itself new where that is alone. */
  nextCell({ isAlone = false }: Pick<Cell, "isAlone">): number {
    this.#worker.ref();
    this.#isNew = isAlone;
    this.busySince = performance.now();
    this.#cell += 1;
    return this.#cell;
  }

  /** Makes a table known to the thread, unless it is. */
  sendTable(table: NamespaceTable): void {
    if (this.#tables.includes(table.version)) return;
    this.#port.postMessage({ version: table.version, namespaces: table.namespaces } satisfies NamespaceTable);
    this.#tables.push(table.version);
    if (this.#tables.length > TABLES_KEPT) this.#tables.shift();
  }

  /** Gives a command. */
  command(command: GuestCommand): void {
    this.send(JSON.stringify(command));
  }

  /** True when the thread parks its session, whose cell has ended, without being told to. */
  get parks(): boolean {
    return Atomics.load(this.#channel.control, PARKS) === 1;
  }

  /** The state of the session, whose cell has ended; the thread is new then. Undefined when the thread has ended. */
  async park(): Promise<ParkedSession | undefined> {
    if (!this.parks) this.command({ kind: "park" });
    for (;;) {
      this.pump();
      for (let frame = this.read(); frame !== undefined; frame = this.read()) {
        if (frame.parked === undefined) continue;
        this.#isNew = true;
        Atomics.store(this.#channel.control, PARKS, 0);
        return frame.parked;
      }
      if (!this.#alive) return undefined;
      await this.activity();
    }
  }

  /** Has the next cell go on with a session that was parked. Only for a thread that is new. */
  resume(parked: ParkedSession): void {
    this.#port.postMessage(parked, [parked.memory.bytes.buffer as ArrayBuffer]);
    this.#isNew = false;
    this.#takesUp = true;
  }

  /** Tells, once after `resume`, that the cell about to be sent goes on with that session. */
  takeUp(): boolean {
    if (!this.#takesUp) return false;
    this.#takesUp = false;
    return true;
  }

  /** Sends a text; texts arrive in order, those that are kept as bytes as bytes. */
  send(text: string | LargeText): void {
    this.#waiting.push(text);
    this.pump();
  }

  /** True while earlier texts wait for the slot. */
  get congested(): boolean {
    return this.#waiting.length > 0;
  }

  /** Moves a waiting text into the slot if that is free. */
  pump(): void {
    const { control } = this.#channel;
    if (this.#waiting.length === 0 || Atomics.load(control, INBOX_BYTES) !== 0) return;
    const text = this.#waiting.shift() ?? "";
    Atomics.store(control, HOST_HAS_MORE, this.#waiting.length > 0 ? 1 : 0);
    Atomics.store(control, INBOX_BYTES, this.#place(text));
    this.#signal();
  }

  /** Asks the thread to stop a cell. */
  stop(cell: number): void {
    Atomics.store(this.#channel.control, STOP_CELL, cell);
    this.#signal();
  }

  /** The next frame, or nothing when all were read. */
  read(): RingFrame | undefined {
    const frame = this.#frames.read();
    if (frame?.kind !== FRAME.atPort) return frame;
    return receiveMessageOnPort(this.#port)?.message as RingFrame | undefined;
  }

  /** Resolves when there may be something to read or room to send, or the thread has ended; with true after a wait for it. */
  async activity(): Promise<boolean> {
    const { control } = this.#channel;
    const seen = Atomics.load(control, HOST_SIGNAL);
    if (this.#waiting.length > 0) Atomics.store(control, HOST_HAS_MORE, 1);
    if (this.#frames.pending || !this.#alive) return false;
    if (this.#waiting.length > 0 && Atomics.load(control, INBOX_BYTES) === 0) return false;
    return (await signalled(control, seen), true);
  }

  /** Tells the thread whether it is the only one with a guest, and whether another session waits for one. */
  tell({ isAlone, isWanted }: { readonly isAlone: boolean; readonly isWanted: boolean }): void {
    Atomics.store(this.#channel.control, ALONE, isAlone ? ALONE_HERE : 0);
    Atomics.store(this.#channel.control, WANTED, isWanted ? 1 : 0);
  }

  /** True while this is the only thread with a guest, and guest and host can run at the same time. */
  get alone(): boolean {
    return Atomics.load(this.#channel.control, ALONE) !== 0;
  }

  /** Looks for something to read for a moment, where that was worth it lately: for calls, or what comes first. True when there is. */
  look(limitMs: number, isFirst = false): boolean {
    return (isFirst ? this.#starting : this.#looking).until(() => this.#frames.pending, limitMs);
  }

  /** Wakes everything that waits for activity. */
  wake(): void {
    signalHost(this.#channel.control);
  }

  /** Amounts kept and dropped of the running cell's output. */
  usage(): OutputUsage {
    const count = (counter: number): number => Number(Atomics.load(this.#channel.counters, counter));
    return { bytesKept: count(KEPT), bytesDropped: count(DROPPED) };
  }

  /** Ends the thread whatever it does. */
  async terminate(): Promise<void> {
    this.#end();
    await this.#worker.terminate();
  }

  #end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#port.close();
    this.wake();
  }

  #place(text: string | LargeText): number {
    const { inbox } = this.#channel;
    const message = typeof text === "string" ? text : text.toBytes();
    if (typeof message !== "string") this.#port.postMessage(message, [message.buffer]);
    else if (message.length > 0 && (message.length * 3 <= inbox.length || Buffer.byteLength(message) <= inbox.length))
      return this.#inbox.write(message, 0, "utf8");
    else this.#port.postMessage(message);
    return AT_PORT;
  }

  #signal(): void {
    const { control } = this.#channel;
    Atomics.add(control, SIGNAL, 1);
    Atomics.notify(control, SIGNAL);
  }
}
