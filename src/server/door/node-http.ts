import type { IncomingMessage, ServerResponse } from "node:http";
import { mapChunks } from "../../base/exact-stream.ts";
import type { ExactWire } from "../../base/exact-wire.ts";
import { errorAnswer, type HttpAnswer } from "../http-reply.ts";

/** Access of a Node server to what answers its requests. */
interface NodeDoor {
  /** Maximum size of a body; a larger one gets 413. */
  readonly maxBodyBytes: number;
  /** Writes integers beyond 2^53 of an answer as digits. */
  readonly wire: ExactWire;
  readonly log: (line: string) => void;
  /** Answers a request, which has no body itself: `text` is that of a `POST`. */
  readonly answer: (request: Request, text: string, whenGone: WhenGone) => Promise<HttpAnswer>;
}

/**
 * Makes a signal that is aborted when the connection ends before the answer has been sent. Requests do not have it by
 * themselves: what one holds is then held until all memory is looked through, and few ask for it.
 */
export type WhenGone = () => AbortSignal;

class TooLargeError extends Error {}

/**
 * Answers requests of a Node server with web responses, without the web streams in between that cost a request more than
 * all the rest of it: a body is read as one text, and an answer goes out as it is read.
 */
export function answerOverNode(options: NodeDoor): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    void answer(incoming, outgoing, options).catch((error: unknown) => {
      options.log(String(error));
      outgoing.destroy();
    });
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, options: NodeDoor): Promise<void> {
  const { response, onSent } = await answerTo(incoming, outgoing, options);
  try {
    await send(response, outgoing, options.wire);
  } finally {
    onSent?.();
  }
}

async function answerTo(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { maxBodyBytes, log, answer: ask }: NodeDoor,
): Promise<HttpAnswer> {
  try {
    const text = incoming.method === "POST" ? await readText(incoming, maxBodyBytes) : "";
    return await ask(toRequest(incoming), text, () => whenGone(outgoing));
  } catch (error) {
    if (error instanceof TooLargeError) {
      const message = `Payload Too Large: Request body must not exceed ${maxBodyBytes} bytes`;
      return errorAnswer(413, -32_000, { message, headers: { connection: "close" } });
    }
    log(error instanceof Error ? error.message : String(error));
    return errorAnswer(500, -32_603, { message: "Internal server error" });
  }
}

function readText(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (Number(incoming.headers["content-length"]) > maxBytes) return reject(new TooLargeError());
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) return reject(new TooLargeError());
      chunks.push(chunk);
    });
    incoming.once("end", () =>
      resolve(new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))),
    );
    incoming.once("error", reject);
    incoming.once("close", () => reject(new Error("The client went away before its request had arrived.")));
  });
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = "GET", headers: sent } = incoming;
  const headers = { ...sent, accept: acceptedTypes(sent.accept) };
  const given = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  return new Request(`http://${sent.host ?? "localhost"}${targetOf(incoming)}`, { method, headers: given });
}

/** Path and query of a request, also where the client writes the whole address as to a proxy. */
export function targetOf({ url = "/" }: IncomingMessage): string {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

const TYPES = ["application/json", "text/event-stream"];

/** Which of our types a client accepts, named one by one as the SDK looks for them: it knows neither case nor `*`. */
function acceptedTypes(accept = "*/*"): string {
  const ranges = new Set(
    accept
      .toLowerCase()
      .split(",")
      .map((range) => range.split(";").map((part) => part.trim()))
      .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)))
      .map(([type = ""]) => type),
  );
  return TYPES.filter((type) => ["*/*", type.replace(/\/.*/, "/*"), type].some((range) => ranges.has(range))).join(
    ", ",
  );
}

function whenGone(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  if (outgoing.destroyed) gone.abort();
  return gone.signal;
}

async function send(response: Response, outgoing: ServerResponse, wire: ExactWire): Promise<void> {
  const { status, body } = response;
  const headers = Object.fromEntries(response.headers);
  // The SDK writes that streams are kept alive, which would overrule a client that asks for the end of the connection.
  if (headers["connection"] === "keep-alive") delete headers["connection"];
  outgoing.writeHead(status, headers);
  if (body === null) return void outgoing.end();
  const isStream = headers["content-type"]?.startsWith("text/event-stream") ?? false;
  const text = mapChunks((part) => wire.toWire(part), isStream);
  const out = isStream ? new StreamOutput(outgoing) : outgoing;
  const reader = body.getReader();
  const giveUp = (): void => void reader.cancel().catch(() => {});
  outgoing.once("close", giveUp);
  if (outgoing.destroyed) giveUp();
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

/** Time after which a stream that has nothing to say yet shows that it is there. */
const QUIET_STREAM_MS = 250;
/** An event that says only that a stream is there, and where to read on when it breaks. */
const EMPTY_EVENT = /^(?:(?:id|retry): [^\n]{0,100}\n)*data: ?\n\n$/;

/**
 * An event stream on its way to its reader. The headers and an empty event wait a moment for the answer: most come so
 * soon that all of it goes out in one piece, which a crowd of clients waits half as long for. A stream for notifications,
 * which may have nothing to say for long, is there at once.
 */
class StreamOutput {
  readonly #outgoing: ServerResponse;
  readonly #timer: NodeJS.Timeout | undefined;
  #held: string | undefined;

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing;
    if (outgoing.req.method === "GET") {
      outgoing.flushHeaders();
      return;
    }
    this.#held = "";
    this.#timer = setTimeout(() => this.#show(), QUIET_STREAM_MS);
    outgoing.once("close", () => clearTimeout(this.#timer));
  }

  /** False when the reader is to be waited for. */
  write(text: string): boolean {
    if (this.#held !== undefined && EMPTY_EVENT.test(text)) {
      this.#held += text;
      return true;
    }
    return this.#outgoing.write(this.#take() + text);
  }

  end(text: string): void {
    this.#outgoing.end(this.#take() + text);
  }

  #show(): void {
    const held = this.#take();
    if (held === "") this.#outgoing.flushHeaders();
    else this.#outgoing.write(held);
  }

  #take(): string {
    clearTimeout(this.#timer);
    const held = this.#held ?? "";
    this.#held = undefined;
    return held;
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
