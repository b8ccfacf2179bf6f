import type { IncomingMessage, ServerResponse } from "node:http";
import { mapChunks } from "../../base/exact-stream.ts";
import type { ExactWire } from "../../base/exact-wire.ts";
import { EventOutput } from "./event-output.ts";

/** A JSON-RPC error as an HTTP answer, for requests that never reach the protocol. */
interface ErrorReply {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** Id of the request, as parsed. @default null */
  readonly id?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP request and the way to answer it, which is taken once. */
export class HttpExchange {
  readonly method: string;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #wire: ExactWire;
  #onDone: (() => void)[] | undefined;

  /** @param wire writes integers beyond 2^53 of an answer as digits */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse, wire: ExactWire) {
    this.method = incoming.method ?? "GET";
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#wire = wire;
  }

  /** The value of a header, by its name in small letters. */
  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** Whether the client reads answers of a type, as HTTP has it. */
  accepts(type: string): boolean {
    return acceptedTypes(this.#incoming.headers.accept).includes(type);
  }

  /** Calls back once the answer has been sent, or its reader has gone. */
  done(listener: () => void): void {
    if (this.#outgoing.closed) return listener();
    if (this.#onDone === undefined) {
      const listeners: (() => void)[] = [];
      this.#onDone = listeners;
      this.#outgoing.once("close", () => {
        for (const each of listeners) each();
      });
    }
    this.#onDone.push(listener);
  }

  /** Calls back when the connection ends before the answer has been sent. */
  gone(listener: () => void): void {
    this.done(() => {
      if (!this.#outgoing.writableFinished) listener();
    });
  }

  /** The request as the web has it, without its body, and with a signal that is aborted when its client has gone. */
  toRequest(): Request {
    const { headers } = this.#incoming;
    const given = Object.entries({ ...headers, accept: acceptedTypes(headers.accept).join(", ") }).flatMap(
      ([name, value]) => [value ?? []].flat().map((each): [string, string] => [name, each]),
    );
    const gone = new AbortController();
    this.gone(() => gone.abort());
    return new Request(`http://${headers.host ?? "localhost"}${targetOf(this.#incoming)}`, {
      method: this.method,
      headers: given,
      signal: gone.signal,
    });
  }

  /** Answers without a body. */
  acknowledge(status: number): void {
    this.#outgoing.writeHead(status, { "content-length": 0 }).end();
  }

  /** Answers with an error. */
  refuse({ status, code, message, id = null, headers = {} }: ErrorReply): void {
    const text = JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id });
    const length = Buffer.byteLength(text);
    this.#outgoing.writeHead(status, { ...headers, "content-type": "application/json", "content-length": length });
    this.#outgoing.end(text);
  }

  /** Answers with a stream of events, whose text is written as it is. */
  openEvents(headers: Readonly<Record<string, string>>): EventOutput {
    return new EventOutput(this.#outgoing, headers);
  }

  /** Answers with what the web has, without the web streams in between that cost more than all the rest. */
  async send(response: Response): Promise<void> {
    const { status, body } = response;
    const headers = Object.fromEntries(response.headers);
    // The SDK writes that streams are kept alive, which would overrule a client that asks for the end of the connection.
    if (headers["connection"] === "keep-alive") delete headers["connection"];
    const outgoing = this.#outgoing;
    if (body === null) return void outgoing.writeHead(status, headers).end();
    const isStream = headers["content-type"]?.startsWith("text/event-stream") ?? false;
    const text = mapChunks((part) => this.#wire.toWire(part), isStream);
    const out = isStream ? new EventOutput(outgoing, headers) : outgoing.writeHead(status, headers);
    const reader = body.getReader();
    this.done(() => void reader.cancel().catch(() => {}));
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const part = text.push(value);
        if (part !== "" && !out.write(part)) await drained(outgoing);
      }
    } catch {
      // What could not be read any more is cut off.
    }
    out.end(text.end());
  }

  /** Ends the connection. */
  destroy(): void {
    this.#outgoing.destroy();
  }
}

/** Resolves too when the reader has gone. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done).off("close", done);
      resolve();
    };
    outgoing.on("drain", done).on("close", done);
    if (outgoing.destroyed) done();
  });
}

/** Path and query of a request, also where the client writes the whole address as to a proxy. */
export function targetOf({ url = "/" }: IncomingMessage): string {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

const TYPES = ["application/json", "text/event-stream"];
/** What clients of most SDKs say, word by word. */
const USUAL_TYPES = TYPES.join(", ");

/** Which of our types a client accepts, named one by one as the SDK looks for them: it knows neither case nor `*`. */
function acceptedTypes(accept = "*/*"): readonly string[] {
  if (accept === USUAL_TYPES) return TYPES;
  const ranges = new Set(
    accept
      .toLowerCase()
      .split(",")
      .map((range) => range.split(";").map((part) => part.trim()))
      .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)))
      .map(([type = ""]) => type),
  );
  return TYPES.filter((type) => ["*/*", type.replace(/\/.*/, "/*"), type].some((range) => ranges.has(range)));
}
