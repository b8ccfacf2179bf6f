import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type BootedMachine, GuestMachine, type GuestModules } from "./guest-machine.ts";
import type { MachineHost } from "./host-bridge.ts";
import { webAssembly } from "./web-assembly.ts";

/** All that a booted machine is but for the bytes of its pages, which follow in the file after a line break. */
interface ImageHeader extends Omit<BootedMachine, "memory"> {
  /** Digest of what was booted. */
  readonly of: string;
  readonly starts: readonly number[];
  readonly heapBytes: number;
  readonly heapEndAt: number;
}

/** What a machine boots. */
interface Parts {
  /** The engine's WASM module. */
  readonly engine: Uint8Array;
  readonly guestModules: GuestModules;
}

const FILE = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/engines/quickjs/boot-image.bin" : "./boot-image.bin",
  import.meta.url,
);

/** While it boots, our guest code asks for nothing but the time, which is set when a program starts. */
const NOBODY: MachineHost = {
  request: refuse,
  shouldInterrupt: () => false,
  now: () => 0,
  normalizeModule: refuse,
  loadModule: refuse,
  describeError: refuse,
};

function refuse(): never {
  throw new Error("A machine asks for nothing while it boots.");
}

/** A file with a machine as it is after booting; the same bytes for the same parts. The build writes it. */
export async function makeBootImage(parts: Parts): Promise<Uint8Array> {
  const module = await webAssembly.compile(parts.engine);
  const { booted } = await GuestMachine.boot(module, { modules: parts.guestModules }, NOBODY);
  if (booted === undefined) throw new Error("The machine did not boot.");
  const { memory, ...places } = booted;
  const { starts, bytes, heapBytes, heapEndAt } = memory;
  const header: ImageHeader = { of: digest(parts), starts: [...starts], heapBytes, heapEndAt, ...places };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]);
}

/**
 * The machine that the build booted, which a thread starts with in a tenth of the time. Undefined where there is none of
 * exactly these parts; then the first thread boots one.
 */
export async function readBootImage(parts: Parts): Promise<BootedMachine | undefined> {
  const file = await readFile(FILE).catch(() => undefined);
  const end = file?.indexOf("\n") ?? -1;
  if (file === undefined || end === -1) return undefined;
  const { of, starts, heapBytes, heapEndAt, ...places }: ImageHeader = JSON.parse(file.toString("utf8", 0, end));
  if (of !== digest(parts)) return undefined;
  const content = file.subarray(end + 1);
  const bytes = new Uint8Array(new SharedArrayBuffer(content.length));
  bytes.set(content);
  return { memory: { starts: Uint32Array.from(starts), bytes, heapBytes, heapEndAt }, ...places };
}

function digest({ engine, guestModules }: Parts): string {
  return createHash("sha256").update(engine).update(JSON.stringify(guestModules)).digest("base64");
}
