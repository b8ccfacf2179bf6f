import type { JSONRPCMessage, RequestId, Transport, TransportSendOptions } from "@modelcontextprotocol/server";
import type { ExactWire } from "../../base/exact-wire.ts";
import type { EventOutput } from "../door/event-output.ts";
import type { HttpExchange } from "../door/http-exchange.ts";
import type { BoundedEventStore } from "./event-store.ts";

/** The stream for what belongs to no request. */
const NOTIFICATIONS = "_GET_stream";
/** The first revision whose clients read an event without data. */
const EMPTY_EVENTS_SINCE = "2025-11-25";

/** A stream of events: that of a request, or that for notifications. */
interface Stream {
  readonly name: string;
  /** Requests that are answered on it and are not yet. */
  readonly open: Set<RequestId>;
  /** Absent while nobody reads it. */
  output: EventOutput | undefined;
}

interface StreamParts {
  readonly sessionId: string;
  readonly events: BoundedEventStore;
  readonly wire: ExactWire;
}

/**
 * What the server of one session sends, over the streams of its requests and one for notifications, as the streamable HTTP
 * transport of the protocol has it: each message is written as text once, kept for a while under the id of its event, and
 * sent again to a client that reads on after it.
 */
export class SessionStreams {
  readonly #parts: StreamParts;
  readonly #headers: Readonly<Record<string, string>>;
  /** By name. */
  readonly #streams = new Map<string, Stream>();
  readonly #ofRequest = new Map<RequestId, Stream>();
  #named = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#headers = {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "mcp-session-id": parts.sessionId,
    };
  }

  /** Whether a request has no answer yet. */
  isOpen(id: RequestId): boolean {
    return this.#ofRequest.has(id);
  }

  /** Opens the stream that requests which came together are answered on. */
  openFor(ids: readonly RequestId[], exchange: HttpExchange, revision: string): void {
    this.#named += 1;
    const stream: Stream = { name: String(this.#named), open: new Set(ids), output: undefined };
    for (const id of ids) this.#ofRequest.set(id, stream);
    this.#attach(stream, exchange);
    if (revision >= EMPTY_EVENTS_SINCE)
      stream.output?.write(`id: ${this.#parts.events.store(stream.name, "")}\ndata: \n\n`);
  }

  /** Opens the stream for notifications. A client that lost its stream comes back before we hear of the loss. */
  listen(exchange: HttpExchange): void {
    this.#leave();
    this.#attach(streamOf(NOTIFICATIONS), exchange);
  }

  /** The name of the stream of an event that can be read on after; undefined for none. */
  streamOf(eventId: string): string | undefined {
    return this.#parts.events.streamOf(eventId);
  }

  /** Whether somebody reads a stream, who is not taken for gone. */
  isRead(name: string): boolean {
    return name !== NOTIFICATIONS && this.#streams.get(name)?.output !== undefined;
  }

  /** Sends again what came after an event, and what is still to come on its stream. */
  readOn(eventId: string, name: string, exchange: HttpExchange): void {
    const open = [...this.#ofRequest.values()].find((stream) => stream.name === name);
    const stream = open ?? streamOf(name);
    this.#leave();
    this.#attach(stream, exchange);
    for (const [id, text] of this.#parts.events.after(eventId)) stream.output?.write(eventText(id, text));
    if (open === undefined && name !== NOTIFICATIONS) this.#end(stream);
  }

  /** Sends a message. Throws where it answers a request that was not made. */
  send(message: JSONRPCMessage, relatedRequestId?: RequestId): void {
    const answered = "method" in message ? undefined : message.id;
    const id = answered ?? relatedRequestId;
    const text = this.#parts.wire.toWire(JSON.stringify(message));
    if (id === undefined) this.#write(this.#streams.get(NOTIFICATIONS), NOTIFICATIONS, text);
    else if (answered === undefined) this.#sendFor(id, text);
    else this.answer(id, text);
  }

  /** Sends the text of an answer, in one part or two, and ends the stream of its request. */
  answer(id: RequestId, text: string, tail = ""): void {
    const stream = this.#streamFor(id);
    const event = eventText(this.#parts.events.store(stream.name, text, tail), text + tail);
    if (this.#close(stream, id)) return void stream.output?.write(event);
    stream.output?.end(event);
    this.#forget(stream);
  }

  /** Notes that a request gets no answer, and ends its stream if that was the last one on it. */
  closeFor(id: RequestId): void {
    const stream = this.#ofRequest.get(id);
    if (stream !== undefined && !this.#close(stream, id)) this.#end(stream);
  }

  /** Shows the readers of all streams that they are there. */
  keepAlive(): void {
    for (const { output } of this.#streams.values()) output?.write(": keepalive\n\n");
  }

  /** Ends all streams. */
  close(): void {
    for (const stream of this.#streams.values()) this.#end(stream);
    this.#ofRequest.clear();
  }

  #sendFor(id: RequestId, text: string): void {
    const stream = this.#streamFor(id);
    this.#write(stream, stream.name, text);
  }

  #streamFor(id: RequestId): Stream {
    const stream = this.#ofRequest.get(id);
    if (stream === undefined) throw new Error(`No connection established for request ID: ${String(id)}`);
    return stream;
  }

  #write(stream: Stream | undefined, name: string, text: string): void {
    const id = this.#parts.events.store(name, text);
    stream?.output?.write(eventText(id, text));
  }

  /** True while others are still to be answered on the stream. */
  #close(stream: Stream, id: RequestId): boolean {
    this.#ofRequest.delete(id);
    stream.open.delete(id);
    return stream.open.size > 0;
  }

  /** Ends the stream for notifications. */
  #leave(): void {
    const stream = this.#streams.get(NOTIFICATIONS);
    if (stream !== undefined) this.#end(stream);
  }

  #attach(stream: Stream, exchange: HttpExchange): void {
    const output = exchange.openEvents(this.#headers);
    stream.output = output;
    this.#streams.set(stream.name, stream);
    exchange.done(() => {
      if (stream.output === output) this.#forget(stream);
    });
  }

  #end(stream: Stream): void {
    const { output } = stream;
    this.#forget(stream);
    output?.end();
  }

  #forget(stream: Stream): void {
    stream.output = undefined;
    if (this.#streams.get(stream.name) === stream) this.#streams.delete(stream.name);
  }
}

function streamOf(name: string): Stream {
  return { name, open: new Set(), output: undefined };
}

function eventText(id: string, text: string): string {
  return `event: message\nid: ${id}\ndata: ${text}\n\n`;
}

/** The streams as the SDK's server writes to them, where there is one. */
export class StreamTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport["onmessage"];
  readonly sessionId: string;
  /** Takes what is sent. */
  deliver: (message: JSONRPCMessage, relatedRequestId: RequestId | undefined) => void;

  constructor(sessionId: string, deliver: StreamTransport["deliver"]) {
    this.sessionId = sessionId;
    this.deliver = deliver;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage, { relatedRequestId }: TransportSendOptions = {}): Promise<void> {
    this.deliver(message, relatedRequestId);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}
