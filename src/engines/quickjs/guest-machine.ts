import { freeBytes } from "../../base/steps/byte-parts.ts";
import { type BootMemory, MemoryImage } from "./memory-image.ts";
import { GuestException, HostBridge, type MachineHost } from "./host-bridge.ts";
import { createQuickJsInstance, type QuickJsInstance } from "./quickjs-ffi.ts";
import type { WasmModule } from "./web-assembly.ts";

/** Guest code of ours as `[module name, text]`; the last one starts the others and sets `globalThis.__enter`. */
export type GuestModules = readonly (readonly [name: string, text: string])[];

/** A booted machine, for machines that are to start as it did: its memory, and where in it things lie. */
export interface BootedMachine extends MachinePlaces {
  readonly memory: BootMemory;
}

interface MachinePlaces {
  readonly runtime: number;
  readonly context: number;
  readonly undefined: number;
  readonly scratch: number;
  readonly operations: readonly number[];
  readonly enter: number;
}

const STACK_BYTES = 1024 * 1024;
const OPERATIONS = 16;
const EVAL_MODULE = 1;
const EVAL_STRICT = 1 << 3;
/** Share of the limit from which an error without a value means that there was no memory for one. */
const NEAR_LIMIT = 0.75;
/** Beyond the guest's limit: the engine's own memory, the stack, and what the allocator loses to rounding. */
const OVERHEAD_BYTES = 24 * 1024 * 1024;

/**
 * A JavaScript engine inside one WASM instance: boots our guest code once, and goes back to that state on `reset`.
 *
 * An exception other than {@link GuestException} out of any method means that the instance is damaged.
 */
export class GuestMachine {
  readonly #instance: QuickJsInstance;
  readonly #runtime: number;
  readonly #context: number;
  readonly #undefined: number;
  readonly #scratch: number;
  readonly #encoder = new TextEncoder();
  readonly #operations: readonly number[];
  readonly #bridge: HostBridge;
  readonly #modules: ReadonlyMap<string, string>;
  #enter: number;
  #memoryLimit = 64 * 1024 * 1024;
  #image: MemoryImage | undefined;

  private constructor(
    instance: QuickJsInstance,
    places: MachinePlaces,
    { bridge, modules }: { readonly bridge: HostBridge; readonly modules: GuestModules },
  ) {
    this.#instance = instance;
    this.#bridge = bridge;
    this.#modules = new Map(modules);
    this.#runtime = places.runtime;
    this.#context = places.context;
    this.#undefined = places.undefined;
    this.#scratch = places.scratch;
    this.#operations = places.operations;
    this.#enter = places.enter;
  }

  /** Makes an instance and boots our guest code in it, or has it start as `booted` did, which takes a tenth of the time. */
  static async boot(
    module: WasmModule,
    { modules, booted }: { readonly modules: GuestModules; readonly booted?: BootedMachine | undefined },
    host: MachineHost,
  ): Promise<GuestMachine> {
    let machine: GuestMachine | undefined;
    const bridge = new HostBridge(() => machine, host);
    const instance = await createQuickJsInstance(module, bridge);
    machine = new GuestMachine(instance, booted ?? makeRuntime(instance), { bridge, modules });
    if (booted === undefined) machine.#boot(modules.at(-1)?.[0] ?? "");
    machine.#image = new MemoryImage(instance, machine.#scratch, booted?.memory);
    return machine;
  }

  /** This machine as it was after booting, for others to start with; undefined before the end of that. */
  get booted(): BootedMachine | undefined {
    if (this.#image === undefined) return undefined;
    return {
      memory: this.#image.bootMemory,
      runtime: this.#runtime,
      context: this.#context,
      undefined: this.#undefined,
      scratch: this.#scratch,
      operations: this.#operations,
      enter: this.#enter,
    };
  }

  /** The memory, as it was after booting and as it is. */
  get image(): MemoryImage | undefined {
    return this.#image;
  }

  /** Maximum memory the guest may hold from now on. */
  setMemoryLimit(bytes: number): void {
    this.#instance.functions.QTS_RuntimeSetMemoryLimit(this.#runtime, bytes);
    this.#memoryLimit = bytes;
  }

  /** Size up to which the memory may grow. */
  get memoryCap(): number {
    return this.#memoryLimit + OVERHEAD_BYTES;
  }

  /** True when the guest has, at some time, come near to its limit. */
  get wasShortOfMemory(): boolean {
    return (this.#image?.heapBytes ?? 0) >= this.#memoryLimit * NEAR_LIMIT;
  }

  /** Calls guest code of ours; numbers come back as numbers, everything else as nothing. Bytes are used up. */
  enter(operation: number, text?: string | Uint8Array): number {
    const argument = text === undefined ? this.#undefined : this.#newString(text);
    return this.#call(operation, argument);
  }

  /** Evaluates a script and hands its value to guest code of ours. */
  evaluateInto(operation: number, source: string, filename: string): number {
    return this.#call(operation, this.#evaluate(source, filename, EVAL_STRICT));
  }

  /** Runs up to that many jobs and returns how many ran; negative after one that threw or was interrupted. */
  runJobs(most: number): number {
    const ffi = this.#instance.functions;
    const result = ffi.QTS_ExecutePendingJob(this.#runtime, most, this.#scratch);
    const error = ffi.QTS_ResolveException(this.#context, result);
    const count = error === 0 ? ffi.QTS_GetFloat64(this.#context, result) : -1;
    if (error !== 0) ffi.QTS_FreeValuePointer(this.#context, error);
    ffi.QTS_FreeValuePointer(this.#context, result);
    return count;
  }

  /** Bytes that the memory has grown by: then `reset` cannot make it small again. */
  get grownBytes(): number {
    return this.#image?.grownBytes ?? 0;
  }

  /** Back to the state after booting. */
  reset(): void {
    this.#image?.restore();
  }

  /** Reads the text of a guest value into host memory, for the time of `use`. Without one, or memory for it, `none`, else an exception. */
  withText<result>(value: number, use: (bytes: Uint8Array) => result, none?: result): result {
    const ffi = this.#instance.functions;
    const text = ffi.QTS_GetString(this.#context, value);
    if (text === 0 && none !== undefined) return none;
    if (text === 0) throw new GuestException("InternalError\nout of memory");
    const memory = this.#instance.memory();
    const result = use(memory.subarray(text, memory.indexOf(0, text)));
    ffi.QTS_FreeCString(this.#context, text);
    return result;
  }

  /** Argument `index` of a host call. */
  argument(argv: number, index: number): number {
    return this.#instance.functions.QTS_ArgvGetJSValueConstPointer(argv, index);
  }

  numberOf(value: number): number {
    return this.#instance.functions.QTS_GetFloat64(this.#context, value);
  }

  /** An owned guest string. */
  newString(text: string): number {
    return this.#newString(text);
  }

  /** Text on the guest's heap; the taker frees it. */
  copyText(text: string): number {
    return this.#copyText(text).pointer;
  }

  /** Throws an error with those fields inside the guest. */
  throwError(fields: Readonly<Record<string, string>>): number {
    const ffi = this.#instance.functions;
    const error = ffi.QTS_NewError(this.#context);
    for (const [name, text] of Object.entries(fields)) this.#setProperty(error, name, this.#newString(text));
    const thrown = ffi.QTS_Throw(this.#context, error);
    ffi.QTS_FreeValuePointer(this.#context, error);
    return thrown;
  }

  /** Evaluates a module of our guest code that was not needed at the start. Throws {@link GuestException}. */
  loadOurs(name: string): void {
    this.#bridge.ours = this.#modules;
    try {
      const result = this.#evaluate(this.#modules.get(name) ?? "", name, EVAL_MODULE);
      this.#instance.functions.QTS_FreeValuePointer(this.#context, result);
    } finally {
      this.#bridge.ours = undefined;
    }
  }

  #boot(main: string): void {
    const ffi = this.#instance.functions;
    const global = ffi.QTS_GetGlobalObject(this.#context);
    this.#setProperty(global, "__host", ffi.QTS_NewFunction(this.#context, "host", 2, false, 1));
    this.loadOurs(main);
    while (this.runJobs(-1) > 0);
    this.#enter = this.#getProperty(global, "__enter");
    ffi.QTS_FreeValuePointer(this.#context, global);
    this.enter(0);
  }

  #call(operation: number, argument: number): number {
    const ffi = this.#instance.functions;
    const argv = new DataView(this.#instance.memory().buffer, this.#scratch + 16, 8);
    argv.setUint32(0, this.#operations[operation] ?? 0, true);
    argv.setUint32(4, argument, true);
    const result = ffi.QTS_Call(this.#context, this.#enter, this.#undefined, 2, this.#scratch + 16);
    if (argument !== this.#undefined) ffi.QTS_FreeValuePointer(this.#context, argument);
    this.#throwIfException(result);
    const number = ffi.QTS_GetFloat64(this.#context, result);
    ffi.QTS_FreeValuePointer(this.#context, result);
    return number;
  }

  #evaluate(source: string, filename: string, flags: number): number {
    const ffi = this.#instance.functions;
    const { pointer, bytes } = this.#copyText(source);
    const result = ffi.QTS_Eval(this.#context, pointer, bytes, filename, 0, flags);
    this.#instance.free(pointer);
    this.#throwIfException(result);
    return result;
  }

  #throwIfException(result: number): void {
    const ffi = this.#instance.functions;
    const error = ffi.QTS_ResolveException(this.#context, result);
    if (error === 0) return;
    const read = (name: string): string => {
      const value = this.#getProperty(error, name);
      const text = this.withText(value, (bytes) => Buffer.from(bytes).toString("utf8"), "");
      ffi.QTS_FreeValuePointer(this.#context, value);
      return text;
    };
    const exception = new GuestException(`${read("name")}\n${read("message")}`);
    exception.stack = read("stack");
    ffi.QTS_FreeValuePointer(this.#context, error);
    throw exception;
  }

  #newString(text: string | Uint8Array): number {
    const { pointer } = this.#copyText(text);
    // Reading it takes several times as much.
    if (typeof text !== "string") freeBytes([new Uint8Array(text.buffer)]);
    const value = this.#instance.functions.QTS_NewString(this.#context, pointer);
    this.#instance.free(pointer);
    if (typeof text !== "string") this.#throwIfException(value);
    return value;
  }

  #copyText(text: string | Uint8Array): { pointer: number; bytes: number } {
    const isText = typeof text === "string";
    const room = isText && text.length > 20 * 1024 ? Buffer.byteLength(text) : text.length * (isText ? 3 : 1);
    const pointer = this.#instance.malloc(room + 1);
    if (pointer === 0) throw new GuestException("InternalError\nout of memory");
    const memory = this.#instance.memory();
    if (!isText) memory.set(text, pointer);
    const bytes = isText ? this.#encoder.encodeInto(text, memory.subarray(pointer, pointer + room)).written : room;
    memory[pointer + bytes] = 0;
    return { pointer, bytes };
  }

  #getProperty(object: number, name: string): number {
    const ffi = this.#instance.functions;
    const key = this.#newString(name);
    const value = ffi.QTS_GetProp(this.#context, object, key);
    ffi.QTS_FreeValuePointer(this.#context, key);
    return value;
  }

  #setProperty(object: number, name: string, value: number): void {
    const ffi = this.#instance.functions;
    const key = this.#newString(name);
    ffi.QTS_SetProp(this.#context, object, key, value);
    ffi.QTS_FreeValuePointer(this.#context, value);
    ffi.QTS_FreeValuePointer(this.#context, key);
  }
}

function makeRuntime(instance: QuickJsInstance): MachinePlaces {
  const { functions: ffi } = instance;
  const runtime = ffi.QTS_NewRuntime();
  const context = ffi.QTS_NewContext(runtime, 0);
  const places = { runtime, context, undefined: ffi.QTS_GetUndefined(), scratch: instance.malloc(64), enter: 0 };
  ffi.QTS_RuntimeSetMaxStackSize(runtime, STACK_BYTES);
  ffi.QTS_RuntimeEnableInterruptHandler(runtime);
  ffi.QTS_RuntimeEnableModuleLoader(runtime, 1);
  const operations = Array.from({ length: OPERATIONS }, (_, operation) => ffi.QTS_NewFloat64(context, operation));
  return { ...places, operations };
}
