import { isRecord } from "../../../base/is-record.ts";
import { copyWithBody, requestId, type Fetch } from "../../http/bounded-fetch.ts";
import { HttpRefusal } from "./http-refusal.ts";
import { mendStream } from "./mend-stream.ts";
import { askedWaitMs } from "./patient-fetch.ts";
import { parsed, readMessages, type NoteOddity, type RequestId } from "./read-messages.ts";

/** Listeners to a fetch that reads answers loosely. */
export interface ReadingEvents {
  /** Hears what was odd, as a sentence without its end. */
  readonly note: NoteOddity;
  /** The request was accepted without an answer, and no stream is open on which one could arrive. */
  readonly onUnanswered: (id: number) => void;
  /** Answers come on a stream of their own; hears the text of one that comes with its request all the same. @default they do not */
  readonly onApart?: ((text: string) => void) | undefined;
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
    const id = lazily(() => requestId(init.body));
    if (response.status >= 400) return readRefusal(response, init, events);
    if (events.onApart !== undefined) return readApart(response, id, events);
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

const isLogin = ({ status }: Response): boolean => status === 401 || status === 403;

function isNotification(body: unknown): boolean {
  const message = typeof body === "string" ? parsed(body) : undefined;
  return isRecord(message) && !("id" in message) && typeof message["method"] === "string";
}

/** Nothing depends on a notification; a server that refuses one goes on without it. */
async function unheard(response: Response, { note }: ReadingEvents): Promise<Response> {
  note(`It refuses notifications with status ${response.status}`);
  await response.body?.cancel();
  return new Response(null, { status: 202 });
}

/** The answer may come with the request although it is expected on the stream. */
async function readApart(response: Response, id: RequestId, events: ReadingEvents): Promise<Response> {
  const json = JSON_TYPES.test(response.headers.get("content-type") ?? "")
    ? readMessages(await response.text(), id, events.note)
    : undefined;
  if (json === undefined) return response.bodyUsed ? new Response(null, { status: 202 }) : response;
  events.note("It answers with the request what belongs on the stream");
  const messages: unknown = JSON.parse(json);
  for (const message of Array.isArray(messages) ? messages : [messages]) events.onApart?.(JSON.stringify(message));
  return new Response(null, { status: 202 });
}

/** A stream that no request of ours asked for; `onEnd` hears once that it is none, or is over. */
async function openStream(send: () => Promise<Response>, events: ReadingEvents, onEnd: () => void): Promise<Response> {
  const response = await send().catch((error: unknown) => {
    onEnd();
    throw error;
  });
  if (response.ok && response.body !== null)
    return copyWithBody(response, mendStream(response.body, { note: events.note, id: () => undefined, onEnd }));
  onEnd();
  // Without its stream an older server is of no use; another one does without.
  if (events.onApart !== undefined && response.status >= 400) throw await toRefusal(response);
  return response;
}

/**
 * A refusal that the SDK has to read itself: from revision 2026-07-28 on an error of the protocol comes with a status that
 * refuses too, and one that answers the question for the protocol says that the server has an older one. Others are thrown.
 */
async function readRefusal(response: Response, init: RequestInit, events: ReadingEvents): Promise<Response> {
  const { status } = response;
  if (!isLogin(response) && isNotification(init.body)) return unheard(response, events);
  const sent = new Headers(init.headers);
  const isModern = (sent.get("mcp-protocol-version") ?? "") >= FIRST_MODERN;
  if (!isModern || status >= 500 || status === 401 || status === 403) throw await toRefusal(response);
  const text = await response.text();
  const isQuestion = sent.get("mcp-method") === "server/discover";
  if (isQuestion || /^\s*\{[\s\S]*"error"\s*:\s*\{/.test(text)) return copyWithBody(response, text);
  throw new HttpRefusal(status, response.statusText, text.slice(0, MOST_REFUSAL_BYTES));
}

async function readAnswer(response: Response, id: RequestId, events: ReadingEvents): Promise<Response> {
  if (!response.ok || response.body === null) return response;
  const type = response.headers.get("content-type") ?? "";
  if (STREAM_TYPE.test(type))
    return copyWithBody(response, mendStream(response.body, { note: events.note, id, onEnd: () => {} }));
  if (id() === undefined) return response;
  return readText(response, id, events);
}

/** The answer in the body of a response that only accepts the request; undefined where it holds none. */
async function readAccepted(response: Response, id: RequestId, events: ReadingEvents): Promise<Response | undefined> {
  const { headers } = response;
  if (STREAM_TYPE.test(headers.get("content-type") ?? ""))
    return readAnswer(new Response(response.body, { headers }), id, events);
  const json = readMessages(await response.text(), id, events.note);
  if (json === undefined) return undefined;
  events.note(`It answers with status ${response.status}`);
  return withJson(new Response(null, { headers }), json);
}

async function readText(response: Response, id: RequestId, events: ReadingEvents): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  const text = (await response.text()).replace(/^\uFEFF/, "");
  const json = readMessages(text, id, events.note);
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

function withJson(response: Response, text: string): Response {
  return withType(response, text, "application/json");
}

function withType(response: Response, body: string | ReadableStream<Uint8Array>, type: string): Response {
  const copy = copyWithBody(response, body);
  copy.headers.set("content-type", type);
  copy.headers.delete("content-length");
  return copy;
}

async function toRefusal(response: Response): Promise<HttpRefusal> {
  const text = await response.text().catch(() => "");
  const { status, statusText } = response;
  const waitMs = askedWaitMs(response);
  const wait = waitMs === undefined ? "" : `, and wants to be asked again in ${Math.ceil(waitMs / 1000)} s`;
  return new HttpRefusal(status, `${statusText}${wait}`, text.slice(0, MOST_REFUSAL_BYTES));
}

function lazily(read: () => number | undefined): RequestId {
  let known: { readonly id: number | undefined } | undefined;
  return () => (known ??= { id: read() }).id;
}
