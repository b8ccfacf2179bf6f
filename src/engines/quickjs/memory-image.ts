import type { QuickJsInstance } from "./quickjs-ffi.ts";

/** Static data and the unused bottom of the stack lie below this. */
const LOW_BYTES = 256 * 1024;
/** The part of the stack that guest code can reach, with room to spare; see `STACK_BYTES`. */
const STACK_BYTES_CLEARED = 2 * 1024 * 1024;

/**
 * A copy of a booted instance's memory, by which the instance is made new again after a session.
 *
 * `restore` leaves the memory as it was at the copy, byte for byte: what the session wrote is gone, be it on the heap, on
 * the stack or in static data.
 */
export class MemoryImage {
  readonly #instance: QuickJsInstance;
  readonly #low: Uint8Array;
  readonly #heap: Uint8Array;
  readonly #heapStart: number;
  readonly #heapEndAt: number;
  readonly #bytes: number;

  constructor(instance: QuickJsInstance, heapStart: number) {
    const memory = instance.memory();
    this.#instance = instance;
    this.#heapStart = heapStart & ~0xffff;
    this.#bytes = memory.length;
    this.#low = memory.slice(0, LOW_BYTES);
    const heapBytes = lastUsed(memory) - this.#heapStart;
    this.#heap = memory.slice(this.#heapStart, this.#heapStart + heapBytes);
    this.#heapEndAt = findHeapEnd(instance);
    this.restore();
  }

  /** True when the memory is larger than at the copy. It cannot shrink, so the instance is not worth keeping. */
  get grown(): boolean {
    return this.#instance.memory().length > this.#bytes;
  }

  /** Maximum memory the heap has taken since the copy. */
  get heapBytes(): number {
    return new DataView(this.#instance.memory().buffer).getUint32(this.#heapEndAt, true) - this.#heapStart;
  }

  /** Makes the memory what it was. Not for instances that have grown. */
  restore(): void {
    const memory = this.#instance.memory();
    const heapEnd = this.#heapStart + this.heapBytes;
    const imageEnd = this.#heapStart + this.#heap.length;
    memory.fill(0, this.#heapStart - STACK_BYTES_CLEARED, this.#heapStart);
    memory.fill(0, imageEnd, Math.max(imageEnd, heapEnd));
    memory.set(this.#low, 0);
    memory.set(this.#heap, this.#heapStart);
  }
}

function lastUsed(memory: Uint8Array): number {
  const words = new BigUint64Array(memory.buffer);
  let index = words.length;
  while (index > 0 && words[index - 1] === 0n) index -= 1;
  return index * 8;
}

/**
 * Address where the allocator keeps the end of the heap: the only word of static data that follows a large allocation
 * with the highest address. The allocator never returns memory to it, so the word is also the mark up to which memory
 * was used.
 */
function findHeapEnd(instance: QuickJsInstance): number {
  const probeBytes = 3 * 1024 * 1024;
  const before = new Uint32Array(instance.memory().slice(0, LOW_BYTES).buffer);
  instance.free(instance.malloc(probeBytes));
  const after = new Uint32Array(instance.memory().buffer, 0, LOW_BYTES / 4);
  let found = 0;
  for (let index = 0; index < after.length; index += 1) {
    const grownBy = (after[index] ?? 0) - (before[index] ?? 0);
    if (grownBy >= probeBytes / 2 && (after[index] ?? 0) > (after[found] ?? 0)) found = index;
  }
  const end = after[found] ?? 0;
  if (found === 0 || end < lastUsed(instance.memory()) || end > instance.memory().length) {
    throw new Error("the end of the QuickJS heap was not found");
  }
  return found * 4;
}
