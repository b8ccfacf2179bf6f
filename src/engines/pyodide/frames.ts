import { LargeText } from "../../base/steps/large-text.ts";
import type { GuestTime } from "../engine.ts";

/** Kinds of messages from the host to the guest. */
export const TO_GUEST = { open: 1, run: 2, reply: 3, failure: 4, tick: 5 } as const;

/** Kinds of messages from the guest to the host. */
export const FROM_GUEST = { ready: 1, call: 2, wait: 3, stdout: 4, stderr: 5, dropped: 6, end: 7, rested: 8 } as const;

/** One message: a kind, a number that pairs calls with replies, and bytes. */
export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly payload: Buffer;
}

const HEADER_BYTES = 9;
const TIME_BYTES = 16;

/** The bytes of one message; what a repeatable cell receives begins with a time. */
export function encodeFrame(
  { kind, id, time }: { readonly kind: number; readonly id: number; readonly time?: GuestTime | undefined },
  payload: string | LargeText,
): Buffer {
  const head = time === undefined ? 0 : TIME_BYTES;
  const length = head + (payload instanceof LargeText ? payload.bytes : Buffer.byteLength(payload));
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt8(kind, 0);
  frame.writeUInt32LE(id, 1);
  frame.writeUInt32LE(length, 5);
  if (time !== undefined) {
    frame.writeDoubleLE(time.wallMs, HEADER_BYTES);
    frame.writeDoubleLE(time.runningMs, HEADER_BYTES + 8);
  }
  if (typeof payload === "string") frame.write(payload, HEADER_BYTES + head);
  else payload.copyTo(frame, HEADER_BYTES + head);
  return frame;
}

/**
 * Cuts a stream of bytes into messages.
 *
 * The guest may write anything to the stream: a message of an unknown kind or above `maxBytes` throws, and nothing
 * beyond one such message is ever held.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #held = 0;
  #needed = HEADER_BYTES;
  maxBytes = 0;

  /** Takes the next bytes and returns the messages they complete. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return [];
    const data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#held);
    const frames: Frame[] = [];
    let position = 0;
    this.#needed = HEADER_BYTES;
    while (data.length - position >= HEADER_BYTES) {
      const end = position + HEADER_BYTES + this.#lengthAt(data, position);
      if (end > data.length) {
        this.#needed = end - position;
        break;
      }
      frames.push({
        kind: data.readUInt8(position),
        id: data.readUInt32LE(position + 1),
        payload: data.subarray(position + HEADER_BYTES, end),
      });
      position = end;
    }
    this.#held = data.length - position;
    this.#chunks = this.#held === 0 ? [] : [data.subarray(position)];
    return frames;
  }

  #lengthAt(data: Buffer, position: number): number {
    const kind = data.readUInt8(position);
    const length = data.readUInt32LE(position + 5);
    if (kind < FROM_GUEST.ready || kind > FROM_GUEST.rested) throw new RangeError(`message of unknown kind ${kind}`);
    if (length > this.maxBytes) throw new RangeError(`message of ${length} bytes; the most is ${this.maxBytes}`);
    return length;
  }
}
