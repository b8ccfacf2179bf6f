/* oxlint-disable no-underscore-dangle, typescript/no-unsafe-type-assertion -- the names and types of the binding are its own */
import { QuickJSFFI } from "@jitl/quickjs-wasmfile-release-sync/ffi";
import emscriptenLoader from "@jitl/quickjs-wasmfile-release-sync/emscripten-module";
import { webAssembly, type WasmImports, type WasmModule } from "./web-assembly.ts";

/** The C functions we use; every pointer is a plain number. */
interface QuickJsFunctions {
  QTS_NewRuntime(): number;
  QTS_NewContext(runtime: number, intrinsics: number): number;
  QTS_RuntimeSetMemoryLimit(runtime: number, bytes: number): void;
  QTS_RuntimeSetMaxStackSize(runtime: number, bytes: number): void;
  QTS_RuntimeEnableInterruptHandler(runtime: number): void;
  QTS_RuntimeEnableModuleLoader(runtime: number, customNormalize: number): void;
  QTS_GetUndefined(): number;
  QTS_GetGlobalObject(context: number): number;
  QTS_NewFloat64(context: number, value: number): number;
  QTS_GetFloat64(context: number, value: number): number;
  QTS_NewString(context: number, text: number): number;
  QTS_NewError(context: number): number;
  QTS_Throw(context: number, error: number): number;
  QTS_GetString(context: number, value: number): number;
  QTS_FreeCString(context: number, text: number): void;
  QTS_FreeValuePointer(context: number, value: number): void;
  QTS_NewFunction(context: number, name: string, length: number, isConstructor: boolean, id: number): number;
  QTS_ArgvGetJSValueConstPointer(argv: number, index: number): number;
  QTS_GetProp(context: number, object: number, name: number): number;
  QTS_SetProp(context: number, object: number, name: number, value: number): void;
  QTS_Call(context: number, fn: number, self: number, count: number, argv: number): number;
  QTS_ResolveException(context: number, value: number): number;
  QTS_Eval(context: number, text: number, bytes: number, filename: string, detectModule: number, flags: number): number;
  QTS_ExecutePendingJob(runtime: number, most: number, contextOut: number): number;
}

/** Callbacks that guest code calls in the host. */
export interface QuickJsCallbacks {
  /** A call of a host function: pointer to the arguments in, pointer to the owned result (0 for undefined) out. */
  callFunction(argumentCount: number, argv: number): number;
  /** Asked every few thousand steps; 1 ends the running code with an error it cannot catch. */
  shouldInterrupt(): 0 | 1;
  /** Pointer to the text of a module, owned by the engine from then on; 0 when an error was thrown. */
  loadModuleSource(name: string): number;
  /** Pointer to the full name of a module, owned by the engine from then on; 0 when an error was thrown. */
  normalizeModule(name: string): number;
  /** Tells whether the memory may grow to that many bytes. */
  mayGrow(bytes: number): boolean;
  /** Milliseconds since 1970, for the guest. */
  now(): number;
}

/** One instance of the engine's WASM module. */
export interface QuickJsInstance {
  readonly functions: QuickJsFunctions;
  /** The whole memory; asked again after anything that may have grown it. */
  memory(): Uint8Array;
  malloc(bytes: number): number;
  free(pointer: number): void;
}

/** The module as its compiler's loader hands it out. */
interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  callbacks?: object;
}

interface EmscriptenOptions {
  readonly thisProgram: string;
  instantiateWasm(imports: WasmImports, done: (instance: object) => void): object;
}

// The package's own types brand every pointer and describe the loader as CommonJS, which it is not here.
const loadEmscripten = emscriptenLoader as unknown as (options: EmscriptenOptions) => Promise<EmscriptenModule>;
const Functions = QuickJSFFI as unknown as new (module: EmscriptenModule) => QuickJsFunctions;

/** Makes an instance of a compiled module. */
export async function createQuickJsInstance(module: WasmModule, callbacks: QuickJsCallbacks): Promise<QuickJsInstance> {
  const memory = (): Uint8Array => emscripten.HEAPU8;
  const emscripten = await loadEmscripten({
    // Else the memory holds the path of the host's program.
    thisProgram: "guest",
    instantiateWasm(imports, done) {
      const guarded = { ...imports, a: guardImports(imports["a"] ?? {}, callbacks, () => memory()) };
      const instance = new webAssembly.Instance(module, guarded);
      done(instance);
      return instance.exports;
    },
  });
  emscripten.callbacks = toEmscriptenCallbacks(callbacks);
  return {
    functions: new Functions(emscripten),
    memory,
    malloc: (bytes) => emscripten._malloc(bytes),
    free: (pointer) => emscripten._free(pointer),
  };
}

/** The callbacks in the shape the loader calls them; what we do not need of their arguments is left out. */
function toEmscriptenCallbacks(callbacks: QuickJsCallbacks): object {
  return {
    callFunction: (...[, , , count, argv]: [unknown, number, number, number, number]) =>
      callbacks.callFunction(count, argv),
    shouldInterrupt: () => callbacks.shouldInterrupt(),
    loadModuleSource: (...[, , , name]: [unknown, number, number, string]) => callbacks.loadModuleSource(name),
    normalizeModule: (...[, , , , name]: [unknown, number, number, string, string]) => callbacks.normalizeModule(name),
    freeHostRef: () => undefined,
  };
}

/** The imports the module asks for more memory, for local time and for the time by. Their names were given by the compiler; tests hold them to their meaning. */
const GROW_IMPORT = "k";
const LOCAL_TIME_IMPORT = "m";
const TIME_IMPORT = "p";

function guardImports(
  functions: WasmImports[string],
  callbacks: QuickJsCallbacks,
  memory: () => Uint8Array,
): WasmImports[string] {
  const grow = functions[GROW_IMPORT];
  if (typeof grow !== "function") throw new TypeError("the QuickJS module does not ask for memory as expected");
  const guarded = (bytes: number): boolean =>
    callbacks.mayGrow(bytes >>> 0) && Boolean(Reflect.apply(grow, undefined, [bytes]));
  return {
    ...functions,
    [GROW_IMPORT]: guarded,
    [LOCAL_TIME_IMPORT]: universalTime(memory),
    [TIME_IMPORT]: () => callbacks.now(),
  };
}

/** Local time is UTC wherever the program runs: fills the fields of a `struct tm` for seconds since 1970. */
function universalTime(memory: () => Uint8Array): (seconds: bigint, pointer: number) => void {
  return (seconds, pointer) => {
    const date = new Date(Number(seconds) * 1000);
    const dayOfYear = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000);
    const [seconds60, minutes, hours] = [date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours()];
    const [day, month, year] = [date.getUTCDate(), date.getUTCMonth(), date.getUTCFullYear() - 1900];
    const fields = [seconds60, minutes, hours, day, month, year, date.getUTCDay(), dayOfYear, 0, 0];
    const { buffer } = memory();
    new Int32Array(buffer, pointer, fields.length).set(fields);
  };
}
