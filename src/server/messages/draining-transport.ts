import { setTimeout as sleep } from "node:timers/promises";
import type { JSONRPCMessage, MessageExtraInfo, Transport, TransportSendOptions } from "@modelcontextprotocol/server";

/**
 * Passes everything through, and delays the end of the connection until the requests that had arrived are answered, so
 * that a client which writes its requests and closes its end at once still reads the answers.
 */
export class DrainingTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport["onmessage"];
  readonly #transport: Transport;
  readonly #open = new Set<string | number>();
  readonly #onEnd: () => void;
  readonly #onAnswer: ((message: JSONRPCMessage) => boolean) | undefined;
  readonly #drainMs: number;
  readonly #isUp: () => Promise<unknown>;
  #drained = (): void => {};

  /**
   * @param onEnd hears first that no more requests will come
   * @param onAnswer hears each answer before it is sent; true when it has sent it itself
   * @param isUp resolves when requests can be answered; until then nothing can be said to be late
   * @param drainMs longest delay from then on
   */
  constructor(
    transport: Transport,
    {
      onEnd,
      onAnswer,
      isUp,
      drainMs,
    }: {
      readonly onEnd: () => void;
      readonly onAnswer?: (message: JSONRPCMessage) => boolean;
      readonly isUp: () => Promise<unknown>;
      readonly drainMs: number;
    },
  ) {
    this.#transport = transport;
    this.#onAnswer = onAnswer;
    this.#onEnd = onEnd;
    this.#isUp = isUp;
    this.#drainMs = drainMs;
  }

  /* oxlint-disable unicorn/prefer-add-event-listener -- the SDK's transports are not event targets */
  async start(): Promise<void> {
    this.#transport.onclose = () => this.onclose?.();
    this.#transport.onerror = (error) => this.onerror?.(error);
    this.#transport.onmessage = (message: JSONRPCMessage, extra?: MessageExtraInfo) => {
      if ("method" in message && "id" in message && message.id !== undefined) this.#open.add(message.id);
      this.onmessage?.(message, extra);
    };
    await this.#transport.start();
  }
  /* oxlint-enable unicorn/prefer-add-event-listener */

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    try {
      if (!("method" in message) && this.#onAnswer?.(message) === true) return;
      await this.#transport.send(message, options);
    } finally {
      if (!("method" in message) && message.id !== undefined) this.#settle(message.id);
    }
  }

  /** Waits for open requests, then closes. */
  async end(): Promise<void> {
    this.#onEnd();
    if (this.#open.size > 0) await this.#whenDrained();
    await this.close();
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #settle(id: string | number): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#drained();
  }

  async #whenDrained(): Promise<void> {
    const drained = new Promise<void>((resolve) => (this.#drained = resolve));
    await Promise.race([drained, this.#isUp().catch(() => {})]);
    if (this.#open.size === 0) return;
    const late = new AbortController();
    const limit = sleep(this.#drainMs, undefined, { signal: late.signal }).catch(() => {});
    await Promise.race([drained, limit]);
    late.abort();
  }
}
