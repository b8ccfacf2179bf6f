/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import {
  ALONE,
  AT_PORT,
  HOST_HAS_MORE,
  INBOX_BYTES,
  SIGNAL,
  signalHost,
  type SharedChannel,
} from "./wire/shared-channel.ts";
import { Looking } from "./wire/looking.ts";

/**
 * How long the signal is looked at before the thread goes to sleep, since waking costs 50 µs and more, and the longest usual
 * wait for which that pays: among other guests; where this is the only one, for as long as a quick server takes; and where
 * there is a processor for each of the guest, its host and that server. Of two, a guest that looks may hold the one that the
 * server is given. By the values of `ALONE`.
 */
const LOOKS = [
  { limitMs: 0.05, worthMs: 0.1 },
  { limitMs: 0.4, worthMs: 0.6 },
  { limitMs: 0.6, worthMs: 0.6 },
] as const;
/** Weight of the last wait in what is usual. */
const LAST_WEIGHT = 0.25;

/** The guest thread's end of the slot the host writes to. */
export class GuestInbox {
  readonly #channel: SharedChannel;
  readonly #port: MessagePort;
  readonly #bytes: Buffer;
  readonly #aside: unknown[] = [];
  #seen = 0;
  readonly #looking = new Looking();
  readonly #resting = new Looking();
  #usualWaitMs = 0;

  constructor(channel: SharedChannel, port: MessagePort) {
    this.#channel = channel;
    this.#port = port;
    const { buffer, byteOffset, length } = channel.inbox;
    this.#bytes = Buffer.from(buffer as SharedArrayBuffer, byteOffset, length);
  }

  /** Takes the text the host has written, if any; as bytes where the host has it as these. */
  take(): string | Uint8Array | undefined {
    const { control } = this.#channel;
    this.#seen = Atomics.load(control, SIGNAL);
    const size = Atomics.load(control, INBOX_BYTES);
    if (size === 0) return undefined;
    const text = size === AT_PORT ? this.#textFromPort() : this.#bytes.toString("utf8", 0, size);
    Atomics.store(control, INBOX_BYTES, 0);
    if (Atomics.load(control, HOST_HAS_MORE) === 1) signalHost(control);
    return text;
  }

  /** Takes the oldest message at the port that is neither a text nor its bytes. */
  takeFromPort(): unknown {
    return this.#aside.shift() ?? this.#receive();
  }

  #textFromPort(): string | Uint8Array {
    for (;;) {
      const message = this.#receive();
      if (typeof message === "string" || message instanceof Uint8Array) return message;
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
    if (waitMs <= 0) return;
    const started = performance.now();
    if (!this.#looksForSignal()) this.#sleep(waitMs);
    this.#usualWaitMs += (performance.now() - started - this.#usualWaitMs) * LAST_WEIGHT;
  }

  /** The same between two programs, which says nothing about how soon answers come. */
  rest(): void {
    const { control } = this.#channel;
    const { limitMs } = LOOKS[Atomics.load(control, ALONE)] ?? LOOKS[0];
    if (!this.#resting.until(() => this.#isSignalled, limitMs)) this.#sleep(Number.POSITIVE_INFINITY);
  }

  get #isSignalled(): boolean {
    return Atomics.load(this.#channel.control, SIGNAL) !== this.#seen;
  }

  #sleep(waitMs: number): void {
    Atomics.wait(this.#channel.control, SIGNAL, this.#seen, waitMs);
  }

  #looksForSignal(): boolean {
    const { control } = this.#channel;
    const { limitMs, worthMs } = LOOKS[Atomics.load(control, ALONE)] ?? LOOKS[0];
    return this.#usualWaitMs <= worthMs && this.#looking.until(() => this.#isSignalled, limitMs);
  }
}
