import type { JSONRPCMessage, MessageExtraInfo, Transport, TransportSendOptions } from "@modelcontextprotocol/client";
import type { ExactWire } from "../../../base/exact-wire.ts";
import { AnswerPlaces } from "./large/answer-places.ts";
import { LargeAnswers } from "./large/large-answers.ts";
import { mendHandshake } from "./mend-message.ts";
import { Oddities } from "./oddities.ts";
import { OwnRequests } from "./own-requests.ts";
import type { CallProgress, ContentChange } from "../../source.ts";

/** Why a request that is still open was ended by us rather than answered. Travels as the `data` of an error answer. */
export class RequestEnd {
  readonly reason: "too_large" | "lost" | "malformed" | "unanswered";

  constructor(reason: RequestEnd["reason"]) {
    this.reason = reason;
  }
}

/** The reason of a request that we ended; undefined for any other error. */
export function endReason(error: unknown): RequestEnd["reason"] | undefined {
  const data = error instanceof Error && "data" in error ? error.data : undefined;
  return data instanceof RequestEnd ? data.reason : undefined;
}

const LOCAL_ERROR_CODE = -32_099;
const TOOL_CALL = "tools/call";
const PROGRESS = "notifications/progress";
const TOOLS_CHANGED = "notifications/tools/list_changed";
const RESOURCES_CHANGED = "notifications/resources/list_changed";
const LOG = "notifications/message";
const PROMPTS_CHANGED = "notifications/prompts/list_changed";
const RESOURCE_UPDATED = "notifications/resources/updated";

/**
 * A wrapper of a transport that sees every message first.
 *
 * It takes progress and changes of the tool list out of the stream, where the SDK would lose or queue them, drops
 * answers to no question, and can end open requests when the connection below knows that no answer will come.
 */
export class WatchedTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport["onmessage"];
  /** Called for every announced change of the tool list; may come in floods. */
  onToolsChanged: (() => void) | undefined;
  /** Called for announced changes of what the server has beside tools, skills included. */
  onContentChange: ((change: ContentChange) => void) | undefined;
  /** Called with the parameters of every log message; may come in floods. */
  onLog: ((params: Readonly<Record<string, unknown>>) => void) | undefined;
  /** Answers that belonged to no open request. */
  strayAnswers = 0;
  /** Record of messages that were read although they were malformed. */
  readonly oddities: Oddities = new Oddities();
  /** What is large in answers that are on their way through the library. */
  readonly large: LargeAnswers = new LargeAnswers(this);
  /** Where answers find room that are about to be read. */
  readonly places: AnswerPlaces = new AnswerPlaces();
  /** Requests that are made past the library, where the transport below takes any message. */
  readonly own: OwnRequests = new OwnRequests((message) => this.#sendOwn(message));
  readonly #inner: Transport;
  readonly #wire: ExactWire;
  /** Open requests and their methods. */
  readonly #open = new Map<number, string>();
  readonly #named = new Set<string>();
  readonly #progress = new Map<string, (progress: CallProgress) => void>();

  /** @param wire the one that `inner` reads and writes its text with */
  constructor(inner: Transport, wire: ExactWire) {
    this.#inner = inner;
    this.#wire = wire;
    const listeners: Pick<Transport, "onclose" | "onerror" | "onmessage"> = {
      onclose: () => {
        this.onclose?.();
        this.own.lose();
      },
      onerror: (error) => this.onerror?.(error),
      onmessage: (received, extra) => this.receive(received, extra),
    };
    Object.assign(inner, listeners);
  }

  /** Takes a message of the server, from the transport below or found in another way. */
  receive(received: JSONRPCMessage, extra?: MessageExtraInfo): void {
    const message = this.large.putBack(this.#mended(this.#exactly(received)));
    if (!this.#take(message)) this.#handOn(message, extra);
  }

  #handOn(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    if (!this.own.settle(message)) this.onmessage?.(message, extra);
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  get hasPerRequestStream(): boolean {
    return this.#inner.hasPerRequestStream ?? false;
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  setSupportedProtocolVersions(versions: string[]): void {
    this.#inner.setSupportedProtocolVersions?.(versions);
  }

  start(): Promise<void> {
    return this.#inner.start();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!("method" in message)) return this.#inner.send(message, options);
    if (!("id" in message)) {
      if (message.method === "notifications/cancelled") this.#forget(Number(message.params?.["requestId"]));
      return this.#inner.send(message, options);
    }
    if (typeof message.id === "string") {
      // Those of the library itself, which hears of the end of their streams on its own.
      this.#named.add(message.id);
      return this.#inner.send(message, options);
    }
    const { id } = message;
    this.#begin(id, message);
    const exact = message.method === TOOL_CALL ? this.#wire.toLibrary(message) : message;
    return this.#inner.send(exact, { ...options, onRequestStreamEnd: () => this.endRequest(id, "lost") });
  }

  #sendOwn(message: JSONRPCMessage): Promise<void> {
    if (!("method" in message && "id" in message)) return this.send(message);
    this.#begin(Number(message.id), message);
    return this.#inner.send(message);
  }

  #begin(id: number, { method, params }: Extract<JSONRPCMessage, { method: string }>): void {
    this.#open.set(id, method);
    if (method === TOOL_CALL) this.places.open(id, params);
  }

  /** Sends reports that carry `token` to `listener`, until the returned function is called. */
  watchProgress(token: string, listener: (progress: CallProgress) => void): () => void {
    this.#progress.set(token, listener);
    return () => this.#progress.delete(token);
  }

  /** Ends one open request; does nothing when it is not open any more. */
  endRequest(id: number, reason: RequestEnd["reason"]): void {
    if (!this.#forget(id)) return;
    const error = { code: LOCAL_ERROR_CODE, message: reason, data: new RequestEnd(reason) };
    this.#handOn({ jsonrpc: "2.0", id, error });
  }

  #forget(id: number): boolean {
    this.large.forget(id);
    this.places.close(id);
    return this.#open.delete(id);
  }

  /** Ends every open request. */
  endAll(reason: RequestEnd["reason"]): void {
    for (const id of this.#open.keys()) this.endRequest(id, reason);
  }

  /** The request that waits for an answer, when it is the only one. */
  soleRequest(): number | undefined {
    return this.#open.size === 1 ? [...this.#open.keys()][0] : undefined;
  }

  /** Number of requests that wait for their answers. */
  get openRequests(): number {
    return this.#open.size;
  }

  /** Tells whether a request with this id waits for its answer. */
  isOpen(id: number): boolean {
    return this.#open.has(id);
  }

  /** The SDK checks the answer to a handshake strictly; a null in it would cost the server. */
  #mended(message: JSONRPCMessage): JSONRPCMessage {
    if (!("result" in message) || this.#open.get(Number(message.id)) !== "initialize") return message;
    return { ...message, result: mendHandshake(message.result, (oddity) => this.oddities.note(oddity)) };
  }

  /** Only what tools answer is data of programs; schemas and the like keep to ordinary numbers. */
  #exactly(message: JSONRPCMessage): JSONRPCMessage {
    const isAnswer = !("method" in message) && "id" in message;
    const exact = isAnswer && this.#open.get(Number(message.id)) === TOOL_CALL;
    return this.#wire.fromLibrary(message, { exact });
  }

  #take(message: JSONRPCMessage): boolean {
    if (!("method" in message)) return !this.#answers(message);
    if (message.method === PROGRESS && !("id" in message)) {
      this.#report(message.params);
      return true;
    }
    const change = contentChange(message);
    if (change !== undefined) this.onContentChange?.(change);
    else if (message.method === TOOLS_CHANGED) this.onToolsChanged?.();
    else if (message.method === LOG && !("id" in message)) this.onLog?.(message.params ?? {});
    else return false;
    return true;
  }

  #answers(message: JSONRPCMessage): boolean {
    const id = "id" in message ? message.id : undefined;
    this.places.close(Number(id));
    const known =
      typeof id === "string" && this.#named.has(id) ? this.#named.delete(id) : this.#open.delete(Number(id));
    if (!known) this.strayAnswers += 1;
    return known;
  }

  #report(params: Readonly<Record<string, unknown>> | undefined): void {
    const listener = this.#progress.get(String(params?.["progressToken"]));
    const progress = params?.["progress"];
    if (listener === undefined || typeof progress !== "number") return;
    const { total, message } = params ?? {};
    try {
      listener({
        progress,
        ...(typeof total === "number" ? { total } : {}),
        ...(typeof message === "string" ? { message } : {}),
      });
    } catch {
      // A listener that fails must not cost the call its answer.
    }
  }
}

function contentChange(message: Extract<JSONRPCMessage, { method: string }>): ContentChange | undefined {
  if (message.method === RESOURCES_CHANGED) return { kind: "resources" };
  if (message.method === PROMPTS_CHANGED) return { kind: "prompts" };
  const uri = message.params?.["uri"];
  return message.method === RESOURCE_UPDATED && typeof uri === "string" ? { kind: "updated", uri } : undefined;
}
