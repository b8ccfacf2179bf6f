import type { QuickJsInstance } from "./quickjs-ffi.ts";

/** Static data and the unused bottom of the stack lie below this. */
const LOW_BYTES = 256 * 1024;
/** The part of the stack that guest code can reach, with room to spare; see `STACK_BYTES`. */
const STACK_BYTES_CLEARED = 2 * 1024 * 1024;

/** Bytes that are compared together at first. */
const PAGE_BYTES = 4096;
/** Bytes of a session that are kept together: of a page that it changed it often changed a few words. */
const PIECE_BYTES = 128;
const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;
const EMPTY_PAGE = new Uint8Array(PAGE_BYTES);

/** Pieces of an instance's memory, all of one size: where each begins, and their bytes one after the other. */
export interface MemoryPieces {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** The memory of a booted instance, for instances that are to start with it. */
export interface BootMemory extends MemoryPieces {
  readonly heapBytes: number;
  /** Address of the word that holds the end of the heap. */
  readonly heapEndAt: number;
}

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

  /** @param boot memory of another instance of the same module; without it the instance has been booted itself */
  constructor(instance: QuickJsInstance, heapStart: number, boot?: BootMemory) {
    const memory = instance.memory();
    this.#instance = instance;
    this.#heapStart = heapStart & ~0xffff;
    this.#bytes = memory.length;
    if (boot !== undefined) {
      memory.fill(0, 0, LOW_BYTES);
      put(memory, boot);
    }
    this.#low = memory.slice(0, LOW_BYTES);
    const heapBytes = boot?.heapBytes ?? roundUp(lastUsed(memory) - this.#heapStart);
    this.#heap = memory.slice(this.#heapStart, this.#heapStart + heapBytes);
    this.#heapEndAt = boot?.heapEndAt ?? findHeapEnd(instance);
    this.restore();
  }

  /** The copy in a form that threads share. */
  get bootMemory(): BootMemory {
    const pages = [...changed(this.#low, 0), ...changed(this.#heap, this.#heapStart)];
    const bytes = new Uint8Array(new SharedArrayBuffer(pages.length * PAGE_BYTES));
    return {
      ...gather(this.#instance.memory(), pages, bytes),
      heapBytes: this.#heap.length,
      heapEndAt: this.#heapEndAt,
    };
  }

  /** The pieces that differ from the copy: all there is to a session at rest. Not for instances that have grown. */
  difference(): MemoryPieces {
    const memory = this.#instance.memory();
    const heapEnd = this.#heapStart + Math.max(this.#heap.length, roundUp(this.heapBytes));
    const pieces = [
      ...changedPieces(memory.subarray(0, LOW_BYTES), 0, this.#low),
      ...changedPieces(memory.subarray(this.#heapStart, heapEnd), this.#heapStart, this.#heap),
    ];
    return gather(memory, pieces, new Uint8Array(pieces.length * PIECE_BYTES));
  }

  /** Goes on from where another instance with the same copy was; this one is as at the copy. */
  resume(difference: MemoryPieces): void {
    put(this.#instance.memory(), difference);
  }

  /** Bytes that the memory is larger than at the copy. It cannot shrink, so an instance that has grown is not worth keeping. */
  get grownBytes(): number {
    return this.#instance.memory().length - this.#bytes;
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

/** Starts of the pages of a part of the memory that are not as in `original`, which is empty beyond its end. */
function changed(part: Uint8Array, start: number, original: Uint8Array = new Uint8Array()): number[] {
  const pages: number[] = [];
  for (let at = 0; at < part.length; at += PAGE_BYTES) {
    const before = at < original.length ? original.subarray(at, at + PAGE_BYTES) : EMPTY_PAGE;
    if (Buffer.compare(part.subarray(at, at + PAGE_BYTES), before) !== 0) pages.push(start + at);
  }
  return pages;
}

/** The same for the pieces of these pages. Both parts begin at an address of a word. */
function changedPieces(part: Uint8Array, start: number, original: Uint8Array): number[] {
  const words = new Uint32Array(part.buffer, part.byteOffset, part.length / WORD_BYTES);
  const before = new Uint32Array(original.buffer, original.byteOffset, original.length / WORD_BYTES);
  const pieceWords = PIECE_BYTES / WORD_BYTES;
  const pieces: number[] = [];
  for (const page of changed(part, start, original)) {
    const first = (page - start) / WORD_BYTES;
    for (let at = first; at < first + PAGE_BYTES / WORD_BYTES; at += pieceWords) {
      let word = at;
      while (word < at + pieceWords && words[word] === (before[word] ?? 0)) word += 1;
      if (word < at + pieceWords) pieces.push(start + at * WORD_BYTES);
    }
  }
  return pieces;
}

/** @param bytes takes those of the pieces */
function gather(memory: Uint8Array, starts: readonly number[], bytes: Uint8Array): MemoryPieces {
  const size = bytes.length / starts.length;
  for (const [index, start] of starts.entries()) bytes.set(memory.subarray(start, start + size), index * size);
  return { starts: Uint32Array.from(starts), bytes };
}

function put(memory: Uint8Array, { starts, bytes }: MemoryPieces): void {
  const size = bytes.length / starts.length;
  for (const [index, start] of starts.entries()) memory.set(bytes.subarray(index * size, (index + 1) * size), start);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
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
