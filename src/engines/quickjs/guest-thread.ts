/* oxlint-disable unicorn/require-post-message-target-origin, typescript/no-unsafe-type-assertion -- these are ports of threads, and both ends are ours */
import { randomBytes } from "node:crypto";
import type { MessagePort } from "node:worker_threads";
import { FrameWriter, LARGEST_FRAME_BYTES } from "./wire/frame-ring.ts";
import { FRAME, type GuestCommand, type RunCommand } from "./wire/messages.ts";
import {
  createSharedChannel,
  DROPPED,
  KEPT,
  MEMORY_GROWN,
  PARKS,
  RESTLESS,
  STOP_CELL,
  WANTED,
  type SharedChannel,
} from "./wire/shared-channel.ts";
import type { HostNamespace, NamespaceTable } from "../engine.ts";
import { CellLoop } from "./cell-loop.ts";
import { GuestInbox } from "./guest-inbox.ts";
import { partName } from "../javascript/guest-modules.ts";
import { type BootedMachine, GuestMachine, type GuestModules } from "./guest-machine.ts";
import type { MachineHost } from "./host-bridge.ts";
import type { MemoryPieces } from "./memory-image.ts";
import { Platform } from "../javascript/platform.ts";
import { UnknownModuleError, VirtualModules } from "../javascript/virtual-modules.ts";
import type { WasmModule } from "./web-assembly.ts";

/** What all guest threads start with. */
export interface GuestImage {
  readonly module: WasmModule;
  readonly guestModules: GuestModules;
  /** An earlier machine to start as; without it the thread boots one, and says how it then was. */
  readonly booted: BootedMachine | undefined;
}

/** Start data of a guest thread. */
export interface GuestThreadData extends GuestImage {
  readonly memory: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** All there is to a session at rest: what it changed in the memory, and what it imported. */
export interface ParkedSession {
  readonly memory: MemoryPieces;
  readonly modules: readonly (readonly [name: string, text: string])[];
}

/** Tables a thread keeps; both sides forget the oldest in the same order. */
export const TABLES_KEPT = 4;

const ASK_NAMESPACE = 10;
const ASK_PART = 11;
const ASK_PLATFORM = 12;

/** One guest thread: a machine, the channel to the host, and what the running cell may still use. */
export class GuestThread implements MachineHost {
  readonly channel: SharedChannel;
  readonly inbox: GuestInbox;
  readonly #port: MessagePort;
  readonly #frames: FrameWriter;
  readonly #modules: VirtualModules = new VirtualModules();
  readonly #platform = new Platform();
  readonly #tables: Map<string, ReadonlyMap<string, HostNamespace>> = new Map();
  #namespaces: ReadonlyMap<string, HostNamespace> = new Map();
  #logBytesLeft = 0;
  #mayPark = false;
  #loop: CellLoop | undefined;
  #fresh = true;

  private constructor(data: GuestThreadData) {
    this.channel = createSharedChannel(data.memory);
    this.#port = data.port;
    this.inbox = new GuestInbox(this.channel, data.port);
    this.#frames = new FrameWriter(this.channel);
  }

  /** Boots the machine; the host hears of it by a message at the port. */
  static async boot(data: GuestThreadData): Promise<GuestThread> {
    const thread = new GuestThread(data);
    const { module, guestModules: modules, booted } = data;
    const machine = await GuestMachine.boot(module, { modules, booted }, thread);
    thread.#machine = machine;
    data.port.postMessage(booted === undefined ? machine.booted : undefined);
    return thread;
  }

  #machine: GuestMachine | undefined;

  /** Serves the host until the thread is ended from outside. */
  serve(): never {
    for (;;) {
      const text = this.inbox.take();
      if (text === undefined) this.inbox.rest();
      else if (typeof text === "string" && text.startsWith("{")) this.#obey(JSON.parse(text) as GuestCommand);
    }
  }

  request(operation: number, text: Uint8Array): string | undefined {
    if (operation === FRAME.stdout || operation === FRAME.stderr) this.#output(operation, text);
    else if (operation === ASK_NAMESPACE) return this.#functionsOf(Buffer.from(text).toString("utf8"));
    else if (operation === ASK_PLATFORM) return this.#platform.answer(Buffer.from(text).toString("utf8"));
    else if (operation === ASK_PART) this.#machine?.loadOurs(partName(Buffer.from(text).toString("utf8")));
    else if (operation >= FRAME.calls && operation <= FRAME.stopped) this.#loop?.sent(operation, text);
    return undefined;
  }

  shouldInterrupt(): boolean {
    return this.#loop?.shouldInterrupt() ?? false;
  }

  now(): number {
    return this.#loop?.clock?.look() ?? Date.now();
  }

  normalizeModule(specifier: string): string {
    return this.#modules.normalize(specifier);
  }

  loadModule(name: string): string {
    return this.#modules.load(name);
  }

  describeError(error: unknown): Readonly<Record<string, string>> {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof UnknownModuleError)) return { message };
    return { name: "ToolError", message, code: "unknown_tool", hint: error.hint };
  }

  /** Notes for the host whether the thread can serve another cell or session. Called before the cell's last frame. */
  report({ isAtRest }: { readonly isAtRest: boolean }): void {
    const grownBytes = this.#machine?.grownBytes ?? 0;
    Atomics.store(this.channel.control, MEMORY_GROWN, grownBytes);
    if (!isAtRest) Atomics.store(this.channel.control, RESTLESS, 1);
    // The host need not ask for what it will: the thread is free for the next session that much sooner.
    this.#mayPark &&= isAtRest && grownBytes === 0 && Atomics.load(this.channel.control, WANTED) === 1;
    if (this.#mayPark) Atomics.store(this.channel.control, PARKS, 1);
  }

  /** Sends a frame, by port when it is large. */
  send(kind: number, bytes: Uint8Array): void {
    if (bytes.length <= LARGEST_FRAME_BYTES) {
      this.#frames.write(kind, bytes);
      return;
    }
    this.#port.postMessage({ kind, text: Buffer.from(bytes).toString("utf8") });
    this.#frames.write(FRAME.atPort, new Uint8Array());
  }

  #obey(command: GuestCommand): void {
    if (this.#machine === undefined) throw new Error("a command came before the machine was ready");
    if (command.kind === "run") this.#run(this.#machine, command);
    else if (command.kind === "park") this.#park(this.#machine);
    else this.#reset(this.#machine);
  }

  #reset(machine: GuestMachine): void {
    machine.reset();
    this.#modules.clear();
    this.#fresh = true;
  }

  /** The session's state goes by port; the frame says that it is there. */
  #park(machine: GuestMachine): void {
    const { image } = machine;
    if (image === undefined) return;
    const parked: ParkedSession = { memory: image.difference(), modules: this.#modules.loaded };
    this.#port.postMessage({ kind: FRAME.parked, parked }, [parked.memory.bytes.buffer as ArrayBuffer]);
    this.#frames.write(FRAME.atPort, new Uint8Array());
    this.#reset(machine);
  }

  /** Only in a machine that is as it was after booting. */
  #takeUp(machine: GuestMachine, memoryBytes: number): void {
    const { memory, modules } = this.inbox.takeFromPort() as ParkedSession;
    machine.image?.resume(memory);
    machine.setMemoryLimit(memoryBytes);
    this.#fresh = false;
    this.#modules.loaded = modules;
  }

  #run(machine: GuestMachine, command: RunCommand): void {
    if (command.takesUp) this.#takeUp(machine, command.memoryBytes);
    const opening = this.#fresh;
    this.#fresh = false;
    if (opening) machine.setMemoryLimit(command.memoryBytes);
    this.#namespaces = this.#table(command.table);
    this.#modules.use(this.#namespaces, new Map(command.modules));
    this.#logBytesLeft = command.logBytes;
    Atomics.store(this.channel.counters, KEPT, 0n);
    Atomics.store(this.channel.counters, DROPPED, 0n);
    this.#mayPark = command.mayPark;
    this.#loop = new CellLoop(this, machine, command);
    const namespaces = [...this.#namespaces.values()].map(({ name, alias }) => [name, alias ?? name] as const);
    const seed = opening ? (command.repeatable?.seed ?? randomSeed()) : undefined;
    this.#loop.run({ seed, namespaces });
    this.#loop = undefined;
    // One that has grown is not used again.
    if (command.isAlone && machine.grownBytes === 0) this.#reset(machine);
    else if (this.#mayPark) this.#park(machine);
  }

  /** Tells whether the host wants the cell to stop. */
  stopRequested(cell: number): boolean {
    return Atomics.load(this.channel.control, STOP_CELL) === cell;
  }

  #table(version: string): ReadonlyMap<string, HostNamespace> {
    while (!this.#tables.has(version)) {
      const { version: received, namespaces } = this.inbox.takeFromPort() as NamespaceTable;
      this.#tables.set(received, new Map(namespaces.map((namespace) => [namespace.name, namespace])));
      const oldest = this.#tables.keys().next().value;
      if (this.#tables.size > TABLES_KEPT && oldest !== undefined) this.#tables.delete(oldest);
    }
    return this.#tables.get(version) ?? new Map();
  }

  #functionsOf(name: string): string {
    const { functions = [], openTarget } = this.#namespaces.get(name) ?? {};
    return JSON.stringify(openTarget === undefined ? functions : { functions, openTarget });
  }

  #output(kind: number, text: Uint8Array): void {
    const kept = text.length <= this.#logBytesLeft ? text : wholeCharacters(text, this.#logBytesLeft);
    this.#logBytesLeft = kept.length < text.length ? 0 : this.#logBytesLeft - kept.length;
    Atomics.add(this.channel.counters, KEPT, BigInt(kept.length));
    if (kept.length < text.length) Atomics.add(this.channel.counters, DROPPED, BigInt(text.length - kept.length));
    if (kept.length > 0) this.send(kind, kept);
  }
}

/** The longest start of UTF-8 text that ends between characters. */
function wholeCharacters(text: Uint8Array, bytes: number): Uint8Array {
  let end = bytes;
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return text.subarray(0, end);
}

/** Four random 32-bit integers, used once. */
function randomSeed(): readonly number[] {
  if (seeds.length === 0) seeds = [...new Int32Array(randomBytes(SEEDS_AT_ONCE * 16).buffer)];
  return seeds.splice(-4);
}

/** Random numbers are fetched for many sandboxes at a time: a fetch takes as long as a part of a short program. */
const SEEDS_AT_ONCE = 64;
let seeds: number[] = [];
