/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import {
  AT_PORT,
  HOST_HAS_MORE,
  INBOX_BYTES,
  SIGNAL,
  signalHost,
  type SharedChannel,
} from "../../bridge/shared-channel.ts";

/** How often the signal is looked at before the thread goes to sleep; waking a sleeping thread costs more than this. */
const SPINS = 20_000;

/** The guest thread's end of the slot the host writes to. */
export class GuestInbox {
  readonly #channel: SharedChannel;
  readonly #port: MessagePort;
  readonly #bytes: Buffer;
  readonly #aside: unknown[] = [];
  #seen = 0;

  constructor(channel: SharedChannel, port: MessagePort) {
    this.#channel = channel;
    this.#port = port;
    const { buffer, byteOffset, length } = channel.inbox;
    this.#bytes = Buffer.from(buffer as SharedArrayBuffer, byteOffset, length);
  }

  /** Takes the text the host has written, if any. */
  take(): string | undefined {
    const { control } = this.#channel;
    this.#seen = Atomics.load(control, SIGNAL);
    const size = Atomics.load(control, INBOX_BYTES);
    if (size === 0) return undefined;
    const text = size === AT_PORT ? this.#textFromPort() : this.#bytes.toString("utf8", 0, size);
    Atomics.store(control, INBOX_BYTES, 0);
    if (Atomics.load(control, HOST_HAS_MORE) === 1) signalHost(control);
    return text;
  }

  /** Takes the oldest message at the port that is not a text. */
  takeFromPort(): unknown {
    return this.#aside.shift() ?? this.#receive();
  }

  #textFromPort(): string {
    for (;;) {
      const message = this.#receive();
      if (typeof message === "string") return message;
      this.#aside.push(message);
    }
  }

  #receive(): unknown {
    const received: { message: unknown } | undefined = receiveMessageOnPort(this.#port);
    if (received === undefined) throw new Error("the host announced a message that did not come");
    return received.message;
  }

  /** Sleeps until the host signals something newer than the last `take` saw, or `waitMs` have passed. */
  wait(waitMs: number): void {
    const { control } = this.#channel;
    if (waitMs <= 0) return;
    for (let spin = 0; spin < SPINS; spin += 1) {
      if (Atomics.load(control, SIGNAL) !== this.#seen) return;
    }
    Atomics.wait(control, SIGNAL, this.#seen, waitMs);
  }
}
