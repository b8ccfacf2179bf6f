import type { GuestMachine } from "./guest-machine.ts";
import type { QuickJsCallbacks } from "./quickjs-ffi.ts";

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

/** Carries the engine's callbacks to the machine's owner. */
export class HostBridge implements QuickJsCallbacks {
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
