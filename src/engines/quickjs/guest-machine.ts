import { MemoryImage } from "./memory-image.ts";
import { createQuickJsInstance, type QuickJsCallbacks, type QuickJsInstance } from "./quickjs-ffi.ts";
import type { WasmModule } from "./web-assembly.ts";

/** Services that the machine needs from its owner. */
export interface MachineHost {
  /** A call of guest code of ours: an operation, its text as UTF-8 (valid only during the call). Text answers. */
  request(operation: number, text: Uint8Array): string | undefined;
  /** Asked every few thousand steps; true ends the running code with an error it cannot catch. */
  shouldInterrupt(): boolean;
  /** Milliseconds since 1970, for the guest. */
  now(): number;
  /** Full name of a module by the name it was asked by; throws when there is none. */
  normalizeModule(specifier: string): string;
  /** Text of a module by its full name. */
  loadModule(name: string): string;
  /** Fields of the guest error that stands for one that was thrown here. */
  describeError(error: unknown): Readonly<Record<string, string>>;
}

/** An exception that left the guest, as its text. */
export class GuestException extends Error {
  override readonly name = "GuestException";
}

/** Guest code of ours as `[module name, text]`; the last one starts the others and sets `globalThis.__enter`. */
export type GuestModules = readonly (readonly [name: string, text: string])[];

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
  readonly #operations: number[] = [];
  readonly #bridge: HostBridge;
  readonly #modules: ReadonlyMap<string, string>;
  #enter = 0;
  #memoryLimit = 64 * 1024 * 1024;
  #image: MemoryImage | undefined;

  private constructor(instance: QuickJsInstance, bridge: HostBridge, modules: GuestModules) {
    this.#instance = instance;
    this.#bridge = bridge;
    this.#modules = new Map(modules);
    const ffi = instance.functions;
    this.#runtime = ffi.QTS_NewRuntime();
    this.#context = ffi.QTS_NewContext(this.#runtime, 0);
    this.#undefined = ffi.QTS_GetUndefined();
    this.#scratch = instance.malloc(64);
    ffi.QTS_RuntimeSetMaxStackSize(this.#runtime, STACK_BYTES);
    ffi.QTS_RuntimeEnableInterruptHandler(this.#runtime);
    ffi.QTS_RuntimeEnableModuleLoader(this.#runtime, 1);
    for (let operation = 0; operation < OPERATIONS; operation += 1) {
      this.#operations.push(ffi.QTS_NewFloat64(this.#context, operation));
    }
  }

  /** Makes an instance and boots our guest code in it. */
  static async boot(module: WasmModule, modules: GuestModules, host: MachineHost): Promise<GuestMachine> {
    let machine: GuestMachine | undefined;
    const bridge = new HostBridge(() => machine, host);
    const instance = await createQuickJsInstance(module, bridge);
    machine = new GuestMachine(instance, bridge, modules);
    machine.#boot(modules.at(-1)?.[0] ?? "");
    return machine;
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

  /** Calls guest code of ours; numbers come back as numbers, everything else as nothing. */
  enter(operation: number, text?: string): number {
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

  /** True when the memory has grown, so that `reset` cannot make it small again. */
  get grown(): boolean {
    return this.#image?.grown ?? false;
  }

  /** Back to the state after booting. */
  reset(): void {
    this.#image?.restore();
  }

  /** Reads the text of a guest value into host memory, for the time of `use`. */
  withText<result>(value: number, use: (bytes: Uint8Array) => result): result {
    const ffi = this.#instance.functions;
    const text = ffi.QTS_GetString(this.#context, value);
    if (text === 0) return use(new Uint8Array());
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
    this.#image = new MemoryImage(this.#instance, this.#scratch);
  }

  #call(operation: number, argument: number): number {
    const ffi = this.#instance.functions;
    const memory = this.#instance.memory();
    const argv = new DataView(memory.buffer, this.#scratch + 16, 8);
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
      const text = this.withText(value, (bytes) => Buffer.from(bytes).toString("utf8"));
      ffi.QTS_FreeValuePointer(this.#context, value);
      return text;
    };
    const exception = new GuestException(`${read("name")}\n${read("message")}`);
    exception.stack = read("stack");
    ffi.QTS_FreeValuePointer(this.#context, error);
    throw exception;
  }

  #newString(text: string): number {
    const { pointer } = this.#copyText(text);
    const value = this.#instance.functions.QTS_NewString(this.#context, pointer);
    this.#instance.free(pointer);
    return value;
  }

  #copyText(text: string): { pointer: number; bytes: number } {
    const room = text.length * 3 + 1;
    const exact = room > 64 * 1024 ? Buffer.byteLength(text) + 1 : room;
    const pointer = this.#instance.malloc(exact);
    if (pointer === 0) throw new GuestException("InternalError\nout of memory");
    const memory = this.#instance.memory();
    const { written } = this.#encoder.encodeInto(text, memory.subarray(pointer, pointer + exact - 1));
    memory[pointer + written] = 0;
    return { pointer, bytes: written };
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

/** Carries the engine's callbacks to the machine's owner. */
class HostBridge implements QuickJsCallbacks {
  readonly #machine: () => GuestMachine | undefined;
  readonly #host: MachineHost;
  /** Modules of our own, importable only while one of them is being evaluated. */
  ours: ReadonlyMap<string, string> | undefined;

  constructor(machine: () => GuestMachine | undefined, host: MachineHost) {
    this.#machine = machine;
    this.#host = host;
  }

  callFunction(argumentCount: number, argv: number): number {
    const machine = this.#machine();
    if (machine === undefined || argumentCount < 2) return 0;
    const operation = machine.numberOf(machine.argument(argv, 0));
    try {
      const answer = machine.withText(machine.argument(argv, 1), (bytes) => this.#host.request(operation, bytes));
      return answer === undefined ? 0 : machine.newString(answer);
    } catch (error) {
      if (!(error instanceof GuestException)) throw error;
      const [name = "Error", message = ""] = error.message.split("\n", 2);
      return machine.throwError({ name, message });
    }
  }

  shouldInterrupt(): 0 | 1 {
    return this.#host.shouldInterrupt() ? 1 : 0;
  }

  now(): number {
    return this.#host.now();
  }

  normalizeModule(name: string): number {
    return this.#resolve(() => (this.ours === undefined ? this.#host.normalizeModule(name) : name));
  }

  loadModuleSource(name: string): number {
    return this.#resolve(() => this.ours?.get(name) ?? this.#host.loadModule(name));
  }

  mayGrow(bytes: number): boolean {
    return bytes <= (this.#machine()?.memoryCap ?? Number.POSITIVE_INFINITY);
  }

  #resolve(text: () => string): number {
    const machine = this.#machine();
    if (machine === undefined) return 0;
    try {
      return machine.copyText(text());
    } catch (error) {
      machine.throwError(this.#host.describeError(error));
      return 0;
    }
  }
}
