import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Server,
  SdkError,
  SdkErrorCode,
} from "@modelcontextprotocol/server";
import type { ExactWire } from "../../base/exact-wire.ts";
import { isRecord } from "../../base/is-record.ts";
import { takesBatches } from "../messages/judge-message.ts";
import type { ServedTools } from "../served-tools.ts";
import { listText } from "../surface/wire-tools.ts";
import type { BoundedEventStore } from "./event-store.ts";
import { answerText, errorText, tailOf } from "./answer-text.ts";
import { canBeAsked, connect, type Greeting } from "./greetings.ts";
import { hasOnly } from "./plain-message.ts";
import { QuickCalls } from "./quick-calls.ts";
import { SessionStreams, type StreamTransport } from "./session-streams.ts";

interface HttpSessionParts {
  readonly id: string;
  /** Holder of the token that began it. */
  readonly owner: string | undefined;
  readonly wire: ExactWire;
  /** Aborts when the server is told to stop: what is under way ends, and is answered. */
  readonly stopped: AbortSignal;
  readonly events: BoundedEventStore;
  readonly answerMs: number | undefined;
  /** Makes its tools; they are closed with it. */
  readonly openTools: (onChange: () => void) => ServedTools;
  /** Makes a server of the SDK that offers these tools and is closed with the session. */
  readonly openServer: (tools: ServedTools) => Server;
  /** Hears of changes of the published skills; returns the way to stop. */
  readonly onSkills: (listener: () => void) => (() => void) | undefined;
}

/**
 * The session of one client. What most clients ask for, the greeting, the list of tools and programs, is answered here;
 * the SDK's server, which takes as long to make as all of that, is made when a client asks for anything else, and is told
 * what was said before.
 */
export class HttpSession {
  readonly id: string;
  readonly owner: string | undefined;
  readonly streams: SessionStreams;
  readonly events: BoundedEventStore;
  readonly takesBatches: boolean;
  /** Requests being answered, other than the stream for notifications. */
  active = 0;
  /** Streams for notifications that are being read. */
  readers = 0;
  /** True once it was asked for anything after it had begun. */
  isUsed = false;
  usedAt: number = performance.now();
  /** Is told once its first call has been answered; undefined as long as the client has had no turn to begin. */
  onFirstCall: (() => void) | undefined;
  readonly #parts: HttpSessionParts;
  readonly #tools: ServedTools;
  readonly #calls: QuickCalls;
  /** What the client said to begin. */
  readonly #said: JSONRPCMessage[] = [];
  readonly #greeting: Greeting;
  #stopTelling: (() => void) | undefined;
  #server: Server | undefined;
  #library: Promise<StreamTransport> | undefined;
  #isClosed = false;

  constructor(parts: HttpSessionParts, initialize: JSONRPCRequest, greeting: Greeting) {
    this.id = parts.id;
    this.owner = parts.owner;
    this.events = parts.events;
    this.takesBatches = takesBatches(initialize.params?.["protocolVersion"]);
    this.#parts = parts;
    this.#said.push(initialize);
    this.#greeting = greeting;
    this.streams = new SessionStreams({ sessionId: parts.id, events: parts.events, wire: parts.wire });
    const tell = (method: string) => (): void => this.streams.send({ jsonrpc: "2.0", method });
    this.#tools = parts.openTools(tell("notifications/tools/list_changed"));
    this.#stopTelling = parts.onSkills(tell("notifications/resources/list_changed"));
    this.#calls = new QuickCalls(this.#tools, { ...parts, streams: this.streams });
  }

  /** Takes a message of the client; the stream for the answer to a request is open. */
  receive(message: JSONRPCMessage, isPlain: boolean): void {
    if ("method" in message && message.method === "notifications/cancelled") this.#cancel(message.params);
    if (this.#library !== undefined || !("method" in message)) return this.#passOn(message);
    // Nothing is left to answer where a stream has ended meanwhile.
    if ("id" in message) return void this.#answer(message, isPlain).catch(() => {});
    if (message.method !== "notifications/initialized" || this.#said.length > 1) return;
    this.#said.push(message);
    this.#tools.warm();
  }

  /** Ends it: its programs are cancelled and its state is forgotten. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTelling?.();
    this.#calls.close(new SdkError(SdkErrorCode.ConnectionClosed, "Connection closed"));
    await this.#server?.close();
    this.streams.close();
    void this.#tools.close().catch(() => {});
  }

  #cancel(params: unknown): void {
    const { requestId: id, reason } = isRecord(params) ? params : {};
    if (typeof id !== "string" && typeof id !== "number") return;
    this.#calls.cancel(id, reason);
    // No answer will come on its stream, which would stay open and keep the session.
    this.streams.closeFor(id);
  }

  async #answer(request: JSONRPCRequest, isPlain: boolean): Promise<void> {
    if (isPlain && (await this.#answerOurselves(request))) return;
    this.#passOn(request);
  }

  /** Answers what most clients ask for; false for anything else, of which nothing is done. */
  async #answerOurselves(request: JSONRPCRequest): Promise<boolean> {
    const { client, answer } = this.#greeting;
    switch (request.method) {
      case "initialize":
        this.streams.answer(request.id, answer, tailOf(request));
        return true;
      case "ping":
        this.streams.answer(request.id, answerText({ result: {} }), tailOf(request));
        return true;
      case "tools/list":
        return client !== undefined && hasOnly(request, []) && this.#list(request, client);
      case "tools/call":
        return client !== undefined && !canBeAsked(this.#greeting) && this.#calls.answer(request, client);
      default:
        return false;
    }
  }

  async #list(request: JSONRPCRequest, { profile }: NonNullable<Greeting["client"]>): Promise<boolean> {
    const text = await this.#tools.list(profile).then((surface) => listText(surface, profile), errorText);
    if (text === undefined) return false;
    this.streams.answer(request.id, text, tailOf(request));
    return true;
  }

  /** Only the SDK's server has a use for it; as long as there is none, nothing was asked that could be answered. */
  #passOn(message: JSONRPCMessage): void {
    const isRequest = "method" in message && "id" in message;
    if (this.#isClosed || (this.#library === undefined && !isRequest)) return;
    this.#library ??= this.#openLibrary();
    void this.#library.then((transport) => transport.onmessage?.(message)).catch(() => {});
  }

  async #openLibrary(): Promise<StreamTransport> {
    // It tells of changes itself.
    this.#stopTelling?.();
    this.#server = this.#parts.openServer({ ...this.#tools, close: async () => {} });
    const send: StreamTransport["deliver"] = (message, related) => this.streams.send(message, related);
    return (await connect(this.#server, { sessionId: this.id, said: this.#said, send })).transport;
  }
}
