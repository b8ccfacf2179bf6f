/** A fetch as the SDK takes it. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What happens to answers over the limit. */
export interface BodyBound {
  /** Largest body, or largest line of an event stream. */
  readonly messageBytes: number;
  /** Told at once; `id` is the request the answer belonged to, when there is one. */
  readonly onTooLarge: (id: number | undefined) => void;
}

/** A fetch whose answers end with an error once they are larger than a message may be, counted after decompression. */
export function createBoundedFetch({ messageBytes, onTooLarge }: BodyBound): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const streaming = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    const body = response.body.pipeThrough(
      boundStream(messageBytes, streaming, () => onTooLarge(requestId(init?.body))),
    );
    return copyWithBody(response, body);
  };
}

function boundStream(limit: number, perLine: boolean, onTooLarge: () => void): TransformStream<Uint8Array, Uint8Array> {
  let sinceStart = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const lineEnd = perLine ? chunk.lastIndexOf(10) : -1;
      sinceStart = lineEnd === -1 ? sinceStart + chunk.length : chunk.length - lineEnd - 1;
      if (sinceStart <= limit) controller.enqueue(chunk);
      else {
        onTooLarge();
        controller.error(new Error(`The answer is larger than ${limit} bytes.`));
      }
    },
  });
}

/** `new Response` forgets the address and whether there was a redirect, which the SDK's redirect rule reads. */
function copyWithBody(response: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers, url, redirected, type } = response;
  const copy = new Response(body, { status, statusText, headers });
  for (const [key, value] of Object.entries({ url, redirected, type })) Object.defineProperty(copy, key, { value });
  return copy;
}

/** Read only when an answer was too large, so that ordinary calls pay nothing. */
function requestId(body: RequestInit["body"]): number | undefined {
  if (typeof body !== "string") return undefined;
  const message: unknown = JSON.parse(body);
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
  return typeof id === "number" ? id : undefined;
}
