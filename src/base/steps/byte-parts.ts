/* oxlint-disable unicorn/require-post-message-target-origin, typescript/no-unsafe-type-assertion -- this is a port of threads, and its buffers were looked at */
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Bytes of a chunk up to which it is copied to others: each chunk that is kept costs memory beside its bytes. */
const SMALL_BYTES = 16 * 1024;
const BLOCK_BYTES = 64 * 1024;

/**
 * What was left behind on the way of many bytes is collected each time that so many have come, and more often while many of
 * them are gathered in one place.
 */
const COLLECTED = { everyBytes: 4 * 1024 * 1024, fromBytes: 4 * 1024 * 1024, thenEveryBytes: 1024 * 1024 } as const;

/** Bytes that have come since, wherever they are gathered: of many answers at once each leaves as much behind as a single one. */
let uncollected = 0;

/** From this many bytes of new buffers on the engine looks which of them are dead; from more on, what else is. */
const PRESSING_BYTES: Readonly<Record<"young" | "all", number>> = { young: 32 * 1024 * 1024, all: 128 * 1024 * 1024 };

/** Bytes that are gathered chunk by chunk, in memory that hardly exceeds them however small the chunks are. */
export class ByteParts {
  #parts: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  /** Bytes of the block that are used, and those that have become part of the others. */
  #used = 0;
  #taken = 0;
  #bytes = 0;

  /** Number of bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What stands first, as text. */
  get head(): string {
    const first = this.#parts[0] ?? this.#open;
    return first.toString("utf8", 0, 256);
  }

  /** The last byte; undefined where there is none. */
  get last(): number | undefined {
    return (this.#used > this.#taken ? this.#open : this.#parts.at(-1))?.at(-1);
  }

  get #open(): Buffer {
    return this.#block.subarray(this.#taken, this.#used);
  }

  /** Adds a chunk, whose bytes are no longer the caller's. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#bytes += chunk.length;
    uncollected += chunk.length;
    if (uncollected >= (this.#bytes < COLLECTED.fromBytes ? COLLECTED.everyBytes : COLLECTED.thenEveryBytes)) {
      uncollected = 0;
      collectDead("young");
    }
    // Most of what is gathered comes in one chunk.
    if (chunk.length > SMALL_BYTES || this.#bytes === chunk.length) {
      this.#settle();
      this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
      return;
    }
    if (this.#used + chunk.length > this.#block.length) {
      this.#settle();
      this.#block = Buffer.allocUnsafe(this.#block.length === 0 ? SMALL_BYTES : BLOCK_BYTES);
      this.#used = this.#taken = 0;
    }
    this.#block.set(chunk, this.#used);
    this.#used += chunk.length;
  }

  /** All bytes; none are left here. */
  take(): Buffer[] {
    this.#settle();
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    // Its bytes are somebody else's now.
    this.#block = Buffer.alloc(0);
    this.#used = this.#taken = 0;
    return parts;
  }

  #settle(): void {
    if (this.#used > this.#taken) this.#parts.push(this.#open);
    this.#taken = this.#used;
  }
}

/**
 * Has the engine let go of what is dead, of which it would hold up to a third of a large body in chunks that were copied, and
 * several times as much as a large answer in all: it collects young buffers when they are many megabytes together, and
 * begins to collect everything, for the most part beside the program, when they are more. A buffer that nobody writes to
 * counts, and takes no memory.
 */
export function collectDead(what: "young" | "all"): void {
  try {
    void new ArrayBuffer(PRESSING_BYTES[what]);
  } catch {
    // Where there is no room for it, the engine collects by itself.
  }
}

let nowhere: MessagePort | undefined;

/**
 * Frees the memory of bytes that nobody reads any more, which are none then: the engine would do so only when it collects
 * buffers, and be tens of megabytes behind. What shares its buffer with other bytes stays.
 */
export function freeBytes(parts: readonly Uint8Array[]): void {
  nowhere ??= closedPort();
  const own = parts.filter(({ buffer, length }) => buffer instanceof ArrayBuffer && buffer.byteLength === length);
  const buffers = new Set(own.map(({ buffer }) => buffer));
  try {
    // What is moved to a port that is closed is gone.
    nowhere.postMessage(undefined, [...buffers] as ArrayBuffer[]);
  } catch {
    // Buffers that cannot be moved are collected in time.
  }
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return port1;
}
