import { type AnswerPlace, ASSUMED_BYTES, COUNTED_BYTES } from "../answer-room.ts";
import type { ExactWire } from "../../base/exact-wire.ts";
import { ByteParts } from "../../base/steps/byte-parts.ts";
import { LARGE_TEXT_BYTES } from "../../base/steps/large-text.ts";

/** A fetch as the SDK takes it. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Treatment of answers over the limit, and of integers beyond 2^53 both ways. */
export interface BodyBound {
  readonly wire: ExactWire;
  /** Largest body, or largest line of an event stream. */
  readonly messageBytes: number;
  /** Told at once; `id` is the request the answer belonged to, when there is one. */
  readonly onTooLarge: (id: number | undefined) => void;
  /** The text to hand on of a message of many megabytes, whose bytes are its to use up. @default the text that they are */
  readonly lighten?: (parts: readonly Buffer[]) => Promise<string>;
  /** Where the answer to a request finds room, of which no more than the beginning is read before. @default anywhere */
  readonly placeOf?: (id: number | undefined) => AnswerPlace | undefined;
}

/** A fetch whose answers end with an error once they are larger than a message may be, counted after decompression. */
export function createBoundedFetch(bound: BodyBound, send: Fetch): Fetch {
  const { messageBytes, onTooLarge, wire } = bound;
  return async (url, init) => {
    const text = typeof init?.body === "string" ? { body: wire.toWire(init.body) } : {};
    const response = await send(url, { ...init, ...text });
    if (response.body === null) return response;
    const streaming = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    const check = sizeCheck(messageBytes, streaming, () => onTooLarge(requestId(init?.body)));
    const awaitRoom = roomFor(bound, init, response.headers);
    // Counted where it is read: each stream on the way leaves more behind than a small chunk has bytes.
    const read = streaming ? exactLines(bound, { check, awaitRoom }) : exactWhole(bound, { check, awaitRoom });
    return copyWithBody(response, inUtf8(response.body, response.headers).pipeThrough(read));
  };
}

/** A body in the encoding of characters that its type names, as the one that everything else reads. */
function inUtf8(body: ReadableStream<Uint8Array>, headers: Headers): ReadableStream<Uint8Array> {
  const charset = /;\s*charset="?([\w-]{1,30})/i.exec(headers.get("content-type") ?? "")?.[1] ?? "utf-8";
  if (/^(?:utf-?8|us-ascii|ascii)$/i.test(charset)) return body;
  try {
    const decoder = new TextDecoder(charset);
    const encoder = new TextEncoder();
    return body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => controller.enqueue(encoder.encode(decoder.decode(chunk, { stream: true }))),
        flush: (controller) => controller.enqueue(encoder.encode(decoder.decode())),
      }),
    );
  } catch {
    // An encoding that nobody knows is most likely the usual one by another name.
    return body;
  }
}

/** Bytes of an answer that are read before it has room: as many answers as calls may have as many. */
const BEGINNING_BYTES = 256 * 1024;

/** Counts what comes, chunk by chunk; throws once a body, or a line of it, is larger than the limit. */
function sizeCheck(limit: number, perLine: boolean, onTooLarge: () => void): (chunk: Uint8Array) => void {
  let sinceStart = 0;
  return (chunk) => {
    const lineEnd = perLine ? chunk.lastIndexOf(NEWLINE) : -1;
    sinceStart = lineEnd === -1 ? sinceStart + chunk.length : chunk.length - lineEnd - 1;
    if (sinceStart <= limit) return;
    onTooLarge();
    throw new Error(`The answer is larger than ${limit} bytes.`);
  };
}

/** What is looked at before each chunk is taken, and before more than the beginning of an answer is. */
interface BodyReading {
  readonly check: ReturnType<typeof sizeCheck>;
  /** Undefined where it may be read on; rejects where nobody waits for it any more. */
  readonly awaitRoom: (bytes: number) => Promise<void> | undefined;
}

function roomFor({ placeOf }: BodyBound, init: RequestInit | undefined, headers: Headers): BodyReading["awaitRoom"] {
  const said = Number(headers.get("content-length") ?? 0);
  const isSmall = said > 0 && said < COUNTED_BYTES && !headers.has("content-encoding");
  let hasAsked = placeOf === undefined || isSmall;
  return (bytes) => {
    if (hasAsked || bytes < BEGINNING_BYTES) return undefined;
    hasAsked = true;
    const turn = placeOf?.(requestId(init?.body))?.enterRoom(Math.max(said, ASSUMED_BYTES));
    return turn?.then((isWanted) => {
      if (!isWanted) throw new Error("Nobody waits for the answer any more.");
    });
  };
}

/** Passes a body through the wire as a whole if it is JSON. */
function exactWhole(
  { wire, lighten }: BodyBound,
  { check, awaitRoom }: BodyReading,
): TransformStream<Uint8Array, Uint8Array> {
  const parts = new ByteParts();
  return new TransformStream({
    transform(chunk) {
      check(chunk);
      parts.push(chunk);
      return awaitRoom(parts.bytes);
    },
    async flush(controller) {
      const isJson = /^\uFEFF?\s*[[{]/.test(parts.head);
      const isLarge = isJson && lighten !== undefined && parts.bytes > LARGE_TEXT_BYTES;
      const text = isLarge ? await lighten(withoutOrderMark(parts.take())) : decoded(parts.take());
      if (text !== "") controller.enqueue(new TextEncoder().encode(isJson ? wire.fromWire(text) : text));
    },
  });
}

/**
 * Passes the data lines of messages in an event stream through the wire, one by one. What is not JSON stays untouched, such as
 * the address in an `endpoint` event, whose hexadecimal digits can look like numbers.
 */
function exactLines(
  { wire, lighten }: BodyBound,
  { check, awaitRoom }: BodyReading,
): TransformStream<Uint8Array, Uint8Array> {
  const encoder = new TextEncoder();
  /** What has come since the last line end. */
  const open = new ByteParts();
  let isMessage = true;
  const takeLine = (line: string): string => {
    const name = /^event:(.*)/.exec(line)?.[1]?.trim();
    if (name !== undefined) isMessage = name === "" || name === "message";
    else if (line.trim() === "") isMessage = true;
    return isMessage && line.startsWith("data:") ? wire.fromWire(line) : line;
  };
  const takeOpen = async (): Promise<string> => {
    const isLarge =
      lighten !== undefined && open.bytes > LARGE_TEXT_BYTES && isMessage && open.head.startsWith("data:");
    if (!isLarge) return decoded(open.take()).replace(/[^\n]*\n|[^\n]+$/g, takeLine);
    const isEnded = open.last === NEWLINE;
    const [first, ...others] = open.take();
    const text = await lighten(first === undefined ? [] : [first.subarray("data:".length), ...others]);
    const line = text === "" ? ":" : `data: ${wire.fromWire(text.trim())}`;
    return isEnded ? `${line}\n` : line;
  };
  return new TransformStream({
    async transform(chunk, controller) {
      check(chunk);
      let rest = chunk;
      // Where a line that is long ends, it is taken by itself.
      const first = open.bytes > LARGE_TEXT_BYTES ? rest.indexOf(NEWLINE) + 1 : 0;
      const last = rest.lastIndexOf(NEWLINE) + 1;
      for (const end of first > 0 && first < last ? [first, last - first] : [last]) {
        if (end === 0) continue;
        open.push(rest.subarray(0, end));
        rest = rest.subarray(end);
        controller.enqueue(encoder.encode(await takeOpen()));
      }
      open.push(rest);
      await awaitRoom(open.bytes);
    },
    async flush(controller) {
      const text = await takeOpen();
      if (text !== "") controller.enqueue(encoder.encode(text));
    },
  });
}

const NEWLINE = 10;

const decoded = (parts: readonly Buffer[]): string => new TextDecoder().decode(Buffer.concat(parts));

function withoutOrderMark([first, ...others]: readonly Buffer[]): readonly Buffer[] {
  if (first === undefined) return [];
  return [first[0] === 0xef ? first.subarray(3) : first, ...others];
}

/** The response with another body. `new Response` forgets the address and whether there was a redirect, which the SDK's redirect rule reads. */
export function copyWithBody(response: Response, body: string | ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers, url, redirected, type } = response;
  const copy = new Response(body, { status, statusText, headers });
  for (const [key, value] of Object.entries({ url, redirected, type })) Object.defineProperty(copy, key, { value });
  return copy;
}

/** The id of the request in a body; undefined for a notification. Read only when it matters, so that ordinary calls pay nothing. */
export function requestId(body: RequestInit["body"]): number | undefined {
  if (typeof body !== "string") return undefined;
  const message: unknown = JSON.parse(body);
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
  return typeof id === "number" ? id : undefined;
}
