/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
import type { ParkedSession } from "../guest-thread.ts";
import { RING_HEAD, RING_TAIL, signalHost, type SharedChannel } from "./shared-channel.ts";

/** A message of the guest thread: what it is and its UTF-8 text. */
export interface RingFrame {
  readonly kind: number;
  readonly text: string;
  /** A session that is parked, which travels by message port. */
  readonly parked?: ParkedSession;
}

/** Frames larger than this travel by message port instead. */
export const LARGEST_FRAME_BYTES: number = 64 * 1024;

/** Marks the unused rest before the end of the ring. */
const SKIP = 0x7fff_ffff;
const HEADER = 8;

/**
 * The guest thread's end of the ring. `write` sleeps while the ring is full, so a flood of output is slowed to the
 * host's pace and never piles up.
 */
export class FrameWriter {
  readonly #channel: SharedChannel;
  readonly #words: Int32Array;

  constructor(channel: SharedChannel) {
    this.#channel = channel;
    this.#words = new Int32Array(channel.ring.buffer, channel.ring.byteOffset, channel.ring.length / 4);
  }

  /** Appends a frame of at most {@link LARGEST_FRAME_BYTES} and wakes the host. */
  write(kind: number, bytes: Uint8Array): void {
    const { control, ring } = this.#channel;
    const needed = HEADER + ((bytes.length + 7) & ~7);
    const rest = ring.length - (Atomics.load(control, RING_HEAD) % ring.length);
    const skipped = rest < needed ? rest : 0;
    this.#waitForSpace(needed + skipped);
    let head = Atomics.load(control, RING_HEAD);
    if (skipped > 0) {
      this.#words[(head % ring.length) >> 2] = SKIP;
      head += skipped;
    }
    const at = head % ring.length;
    this.#words[at >> 2] = bytes.length;
    this.#words[(at >> 2) + 1] = kind;
    ring.set(bytes, at + HEADER);
    Atomics.store(control, RING_HEAD, (head + needed) % (ring.length * 4096));
    signalHost(control);
  }

  #waitForSpace(needed: number): void {
    const { control, ring } = this.#channel;
    for (;;) {
      const tail = Atomics.load(control, RING_TAIL);
      const wrap = ring.length * 4096;
      const used = (Atomics.load(control, RING_HEAD) - tail + wrap) % wrap;
      if (ring.length - used >= needed) return;
      Atomics.wait(control, RING_TAIL, tail);
    }
  }
}

/** The host's end of the ring. */
export class RingReader {
  readonly #channel: SharedChannel;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;

  constructor(channel: SharedChannel) {
    this.#channel = channel;
    const { buffer, byteOffset, length } = channel.ring;
    this.#words = new Int32Array(buffer, byteOffset, length / 4);
    this.#bytes = Buffer.from(buffer as SharedArrayBuffer, byteOffset, length);
  }

  /** True when there is something to read. */
  get pending(): boolean {
    const { control } = this.#channel;
    return Atomics.load(control, RING_TAIL) !== Atomics.load(control, RING_HEAD);
  }

  /** The next frame, or nothing when all were read. */
  read(): RingFrame | undefined {
    const { control, ring } = this.#channel;
    const tail = Atomics.load(control, RING_TAIL);
    if (tail === Atomics.load(control, RING_HEAD)) return undefined;
    const at = tail % ring.length;
    const size = this.#words[at >> 2] ?? SKIP;
    if (size === SKIP) {
      this.#advance(tail + ring.length - at);
      return this.read();
    }
    const kind = this.#words[(at >> 2) + 1] ?? 0;
    const text = this.#bytes.toString("utf8", at + HEADER, at + HEADER + size);
    this.#advance(tail + HEADER + ((size + 7) & ~7));
    return { kind, text };
  }

  #advance(tail: number): void {
    const { control, ring } = this.#channel;
    Atomics.store(control, RING_TAIL, tail % (ring.length * 4096));
    Atomics.notify(control, RING_TAIL);
  }
}
