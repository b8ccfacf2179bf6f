/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
/** A compiled module; threads share its code. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** Functions an instance imports, by module and name. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The part of the platform's `WebAssembly` we use, which the type libraries we compile against leave out. */
interface WasmPlatform {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: object };
}

/** The platform's `WebAssembly`. */
export const webAssembly: WasmPlatform = Reflect.get(globalThis, "WebAssembly") as WasmPlatform;
