import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import { readGuestModules } from "../javascript/guest-modules.ts";
import { type BootedMachine, GuestMachine } from "./guest-machine.ts";
import type { MachineHost } from "./host-bridge.ts";
import type { MemoryImage } from "./memory-image.ts";
import { webAssembly } from "./web-assembly.ts";

const PAGE = 4096;
const nothing = (): string => "";
const host: MachineHost = {
  request: nothing,
  shouldInterrupt: () => false,
  now: () => 0,
  normalizeModule: nothing,
  loadModule: nothing,
  describeError: () => ({}),
};

let image: MemoryImage;
let booted: BootedMachine["memory"];

beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
  const module = await webAssembly.compile(await readFile(file));
  const machine = await GuestMachine.boot(module, { modules: readGuestModules(), booted: undefined }, host);
  if (machine.image === undefined || machine.booted === undefined) throw new Error("the machine did not boot");
  image = machine.image;
  booted = machine.booted.memory;
});

/** A page of the heap that is in use after booting. */
function usedPage(): number {
  const start = booted.starts.find((each) => each > 2 ** 20);
  if (start === undefined) throw new Error("no page of the heap is in use");
  return start;
}

const ones = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xa5);

test.each([
  { what: "a byte of the heap", at: () => usedPage() + 5, bytes: ones(1), most: 128 },
  { what: "the last byte of a page", at: () => usedPage() + PAGE - 1, bytes: ones(1), most: 128 },
  { what: "two bytes in neighbouring pieces", at: () => usedPage() + 127, bytes: ones(2), most: 256 },
  { what: "a byte of static data", at: () => 40 * PAGE + 3, bytes: ones(1), most: 128 },
  { what: "a page that was emptied", at: () => usedPage(), bytes: new Uint8Array(PAGE), most: PAGE },
  { what: "two pages", at: () => usedPage() + 10, bytes: ones(2 * PAGE), most: 2 * PAGE + 128 },
])("of a session that changed $what little more is kept, and it comes back as it was", ({ at, bytes, most }) => {
  image.restore();
  image.resume({ starts: Uint32Array.of(at()), bytes });
  const kept = image.difference();
  expect(kept.bytes.length).toBeGreaterThan(0);
  expect(kept.bytes.length).toBeLessThanOrEqual(most);
  image.restore();
  expect(image.difference()).toEqual({ starts: new Uint32Array(), bytes: new Uint8Array() });
  image.resume(kept);
  expect(image.difference()).toEqual(kept);
});
