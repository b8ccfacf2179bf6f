import { isRecord } from "../../../base/is-record.ts";
import { copyWithBody, requestId, type Fetch } from "../../http/bounded-fetch.ts";
import { mendJson } from "../../../base/mend-json.ts";
import { HttpRefusal } from "./http-refusal.ts";
import { mendMessages } from "./mend-message.ts";

/** Listeners to a fetch that reads answers loosely. */
export interface ReadingEvents {
  /** Hears what was odd, as a sentence without its end. */
  readonly note: (oddity: string) => void;
  /** The request was accepted without an answer, and no stream is open on which one could arrive. */
  readonly onUnanswered: (id: number) => void;
  /** Answers come on a stream of their own, and what comes with a request means nothing. @default false */
  readonly answersApart?: boolean;
}

const JSON_TYPES = /^(?:application\/(?:[\w.+-]*\+)?json|text\/json)\b/i;
const STREAM_TYPE = /^text\/event-stream\b/i;
const FIRST_MODERN = "2026-07-28";
const MOST_REFUSAL_BYTES = 64 * 1024;
/** Requests that may be sent twice, since they change nothing. */
const READS = /^(?:initialize|ping|server\/discover|(?:[\w-]+\/)+(?:list|read|get))$/;

/**
 * A fetch that hands on messages which are nearly right as if they were, whatever type they are sent as.
 *
 * A refused message rejects with {@link HttpRefusal}. What only reads is sent once more over a new connection where the
 * server had closed the one that was kept, as one does that was started again.
 */
export function createReadingFetch(send: Fetch, events: ReadingEvents): Fetch {
  /** Streams for answers that do not come with their request; one being opened counts. */
  let streams = 0;
  return async (url, init) => {
    if (init?.method !== "POST") {
      streams += 1;
      return openStream(
        () => send(url, init),
        events,
        () => void (streams -= 1),
      );
    }
    const response = await send(url, init).catch((error: unknown) => {
      if (isClosedSocket(error) && onlyReads(init.body)) return send(url, init);
      throw error;
    });
    if (response.status >= 400) return readRefusal(response, new Headers(init.headers));
    if (events.answersApart === true) return response;
    const id = lazily(() => requestId(init.body));
    if (response.status !== 202 && response.status !== 204) return readAnswer(response, id, events);
    const request = id();
    if (request === undefined) return response;
    const answered = await readAccepted(response, id, events);
    if (answered === undefined && streams === 0) events.onUnanswered(request);
    return answered ?? response;
  };
}

function onlyReads(body: unknown): boolean {
  const message = typeof body === "string" ? parsed(body) : undefined;
  return isRecord(message) && typeof message["method"] === "string" && READS.test(message["method"]);
}

/** Whether a request found its connection closed by the other side. */
function isClosedSocket(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "UND_ERR_SOCKET") || isClosedSocket(error.cause);
}

/** A stream that no request of ours asked for; `onEnd` hears once that it is none, or is over. */
async function openStream(send: () => Promise<Response>, events: ReadingEvents, onEnd: () => void): Promise<Response> {
  const response = await send().catch((error: unknown) => {
    onEnd();
    throw error;
  });
  if (response.ok && response.body !== null)
    return copyWithBody(response, mendStream(response.body, { events, id: () => undefined, onEnd }));
  onEnd();
  return response;
}

/**
 * A refusal that the SDK has to read itself: from revision 2026-07-28 on an error of the protocol comes with a status that
 * refuses too, and one that answers the question for the protocol says that the server has an older one. Others are thrown.
 */
async function readRefusal(response: Response, sent: Headers): Promise<Response> {
  const { status } = response;
  const isModern = (sent.get("mcp-protocol-version") ?? "") >= FIRST_MODERN;
  if (!isModern || status >= 500 || status === 401 || status === 403) throw await toRefusal(response);
  const text = await response.text();
  const isQuestion = sent.get("mcp-method") === "server/discover";
  if (isQuestion || /^\s*\{[\s\S]*"error"\s*:\s*\{/.test(text)) return copyWithBody(response, text);
  throw new HttpRefusal(status, response.statusText, text.slice(0, MOST_REFUSAL_BYTES));
}

type RequestId = () => number | undefined;

async function readAnswer(response: Response, id: RequestId, events: ReadingEvents): Promise<Response> {
  if (!response.ok || response.body === null) return response;
  const type = response.headers.get("content-type") ?? "";
  if (STREAM_TYPE.test(type)) return copyWithBody(response, mendStream(response.body, { events, id, onEnd: () => {} }));
  if (id() === undefined) return response;
  return readText(response, id, events);
}

/** The answer in the body of a response that only accepts the request; undefined where it holds none. */
async function readAccepted(response: Response, id: RequestId, events: ReadingEvents): Promise<Response | undefined> {
  const { headers } = response;
  if (STREAM_TYPE.test(headers.get("content-type") ?? ""))
    return readAnswer(new Response(response.body, { headers }), id, events);
  const json = readMessages(await response.text(), id, events);
  if (json === undefined) return undefined;
  events.note(`It answers with status ${response.status}`);
  return withJson(new Response(null, { headers }), json);
}

async function readText(response: Response, id: RequestId, events: ReadingEvents): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  const text = (await response.text()).replace(/^\uFEFF/, "");
  const json = readMessages(text, id, events);
  if (json !== undefined) return withJson(response, json);
  if (/^(?:event|data|id|retry|):/m.test(text.slice(0, 1_000))) {
    events.note(`It sends an event stream as ${JSON.stringify(type)}`);
    const { body } = new Response(text);
    const stream = withType(response, body ?? new ReadableStream(), "text/event-stream");
    return readAnswer(stream, id, events);
  }
  if (text.trim() === "") throw new HttpRefusal(response.status, "with an empty body instead of an answer", "");
  const what = JSON_TYPES.test(type) ? "JSON that is no answer to the request" : type === "" ? "no content type" : type;
  throw new HttpRefusal(response.status, `with ${what}${what.startsWith("JSON") ? "" : " instead of an answer"}`, text);
}

/**
 * The messages in a body, mended; undefined where none of them answers the request. Some servers write several messages
 * into one body, each on a line of its own.
 */
function readMessages(text: string, id: RequestId, { note }: ReadingEvents): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const whole = parsed(text);
  const lines = whole === undefined ? parsed(`[${text.trim().split(/\r?\n/).join(",")}]`) : undefined;
  if (lines !== undefined) note("It sends several messages as lines of one body");
  const value = whole ?? lines ?? parsedLoosely(text, note);
  if (value === undefined) return undefined;
  let odd = whole === undefined;
  const messages = mendMessages(value, {
    soleRequest: id,
    note: (oddity) => {
      odd = true;
      note(oddity);
    },
  });
  const isAnswer = (message: unknown): boolean =>
    isRecord(message) && message["id"] === id() && ["result", "error"].some((member) => message[member] !== undefined);
  if (!messages.some(isAnswer)) return undefined;
  if (!odd) return text;
  return JSON.stringify(Array.isArray(value) ? messages : messages[0]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON that is nearly right; undefined for anything else. */
function parsedLoosely(text: string, note: ReadingEvents["note"]): unknown {
  const better = mendJson(text);
  const value = better === undefined ? undefined : parsed(better);
  if (value !== undefined) note("It writes what JSON does not know, such as NaN or a comma too many");
  return value;
}

function withJson(response: Response, text: string): Response {
  return withType(response, text, "application/json");
}

function withType(response: Response, body: string | ReadableStream<Uint8Array>, type: string): Response {
  const copy = copyWithBody(response, body);
  copy.headers.set("content-type", type);
  copy.headers.delete("content-length");
  return copy;
}

/** The text with its messages mended; undefined when it needs no mending or is not JSON. */
function mendText(text: string, id: RequestId, { note }: ReadingEvents): string | undefined {
  const whole = parsed(text);
  const value = whole ?? parsedLoosely(text, note);
  if (value === undefined) return undefined;
  let odd = whole === undefined;
  const messages = mendMessages(value, {
    soleRequest: id,
    note: (oddity) => {
      odd = true;
      note(oddity);
    },
  });
  if (!odd) return undefined;
  return Array.isArray(value) ? JSON.stringify(messages) : JSON.stringify(messages[0]);
}

const EVENT_END = /\r\n\r\n|\n\n|\r\r/g;
const END_CHARACTERS = 4;

/**
 * An event stream whose events hold mended messages, one each. Events are passed on whole, as soon as they have
 * arrived.
 */
function mendStream(
  body: ReadableStream<Uint8Array>,
  { events, id, onEnd }: { readonly events: ReadingEvents; readonly id: RequestId; readonly onEnd: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let held = "";
  let isEnded = false;
  const end = (): void => {
    if (!isEnded) onEnd();
    isEnded = true;
  };
  const passed = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        EVENT_END.lastIndex = Math.max(0, held.length - END_CHARACTERS);
        held += decoder.decode(chunk, { stream: true });
        let begin = 0;
        let whole = "";
        for (let match = EVENT_END.exec(held); match !== null; match = EVENT_END.exec(held)) {
          whole += mendEvent(held.slice(begin, match.index), id, events);
          begin = match.index + match[0].length;
        }
        held = held.slice(begin);
        if (whole !== "") controller.enqueue(encoder.encode(whole));
      },
      flush(controller) {
        const last = held + decoder.decode();
        // Some servers end the stream instead of the event.
        if (/^data:/m.test(last)) controller.enqueue(encoder.encode(mendEvent(last, id, events)));
        end();
      },
    }),
  );
  return whenCancelled(passed, end);
}

/** The stream, with word of when its reader has gone. */
function whenCancelled(stream: ReadableStream<Uint8Array>, listener: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        listener();
        controller.error(error);
      }
    },
    async cancel(reason) {
      listener();
      await reader.cancel(reason);
    },
  });
}

function mendEvent(event: string, id: RequestId, events: ReadingEvents): string {
  const lines = event.split(/\r\n|\n|\r/);
  const isData = (line: string): boolean => line.startsWith("data:");
  const data = lines
    .filter(isData)
    .map((line) => line.slice(5).replace(/^ ?\uFEFF?/, ""))
    .join("\n");
  const mended = data === "" ? undefined : mendText(data, id, events);
  if (mended === undefined) return `${event.replace(/^data: ?\uFEFF/m, "data: ")}\n\n`;
  const value: unknown = JSON.parse(mended);
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  const others = lines.filter((line) => line !== "" && !isData(line));
  return messages.map((message) => `${[...others, `data: ${JSON.stringify(message)}`].join("\n")}\n\n`).join("");
}

async function toRefusal(response: Response): Promise<HttpRefusal> {
  const text = await response.text().catch(() => "");
  return new HttpRefusal(response.status, response.statusText, text.slice(0, MOST_REFUSAL_BYTES));
}

function lazily(read: () => number | undefined): RequestId {
  let known: { readonly id: number | undefined } | undefined;
  return () => (known ??= { id: read() }).id;
}
