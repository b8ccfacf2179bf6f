import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { onAbort } from "../../../base/deadline.ts";
import { isRecord } from "../../../base/is-record.ts";

/** The library counts its requests from 0; those with higher numbers are ours. */
const FIRST_ID = 1_000_000_000;

/** A request by its method. */
interface OwnRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The end of a request other than by its result, with the fields of the library's own errors. */
class RequestError extends Error {
  readonly code: number | string;
  readonly data: unknown;

  constructor(message: string, { code, data }: { readonly code: number | string; readonly data?: unknown }) {
    super(message);
    this.name = "RequestError";
    this.code = code;
    this.data = data;
  }
}

/** A request that waits for its answer. */
interface UnansweredRequest {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Requests that are made past the library, whose checks of every message take longer than all the rest of a call that a
 * local server answers at once. Only for what such a server is asked before revision 2026-07-28, where an answer is a
 * result or an error and nothing else.
 */
export class OwnRequests {
  readonly #send: (message: JSONRPCMessage) => Promise<void>;
  readonly #waiting = new Map<number, UnansweredRequest>();
  #next = FIRST_ID;

  /** @param send hands a message to the server, of which a request counts as open then */
  constructor(send: (message: JSONRPCMessage) => Promise<void>) {
    this.#send = send;
  }

  /** True while none of these requests waits for its answer. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** True while a request with this id waits for its answer. */
  has(id: number): boolean {
    return this.#waiting.has(id);
  }

  /**
   * Makes a request; resolves with its result. Rejects with an error that has the `code` of the server's, or
   * `REQUEST_TIMEOUT` after `timeoutMs` and when `signal` aborts, which the server is told of, or `CONNECTION_CLOSED`.
   */
  make(
    { method, params }: OwnRequest,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<Readonly<Record<string, unknown>>> {
    // Nothing is begun for a caller who has gone.
    if (signal?.aborted === true) return Promise.reject(cancelled(String(signal.reason)));
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#cancel(id, "Request timed out"), timeoutMs);
      const unlisten = signal && onAbort(signal, () => this.#cancel(id, String(signal.reason)));
      const over = (): void => {
        clearTimeout(timer);
        unlisten?.();
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve: (result) => {
          over();
          resolve(result);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      this.#send({ jsonrpc: "2.0", id, method, params }).catch((error: unknown) =>
        this.#waiting.get(id)?.reject(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }

  /** Takes the answer to one of these requests; false for any other message. */
  settle(message: JSONRPCMessage): boolean {
    if ("method" in message || !("id" in message)) return false;
    const waiting = this.#waiting.get(Number(message.id));
    if (waiting === undefined) return false;
    if ("error" in message) waiting.reject(new RequestError(message.error.message, message.error));
    else waiting.resolve(completed(message.result));
    return true;
  }

  /** Ends every request, since no answer will come. */
  lose(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new RequestError("Connection closed", { code: "CONNECTION_CLOSED" }));
    }
  }

  #cancel(id: number, reason: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const params = { requestId: id, reason };
    this.#send({ jsonrpc: "2.0", method: "notifications/cancelled", params }).catch(() => {});
    waiting.reject(cancelled(reason));
  }
}

function cancelled(reason: string): RequestError {
  return new RequestError(reason, { code: "REQUEST_TIMEOUT" });
}

/** What later revisions add to a result is none of its own. */
function completed(result: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!("resultType" in result)) return result;
  const { resultType: _said, ...rest } = result;
  return rest;
}

/** The answer in a parsed line, if it is the result of a request of ours and nothing in it is unusual. */
export function plainAnswer(value: unknown, own: OwnRequests): JSONRPCMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { jsonrpc, id, result } = value;
  if (jsonrpc !== "2.0" || typeof id !== "number" || !isRecord(result) || !own.has(id)) return undefined;
  const { _meta: meta } = result;
  const isPlain = Object.keys(value).length === 3 && (meta === undefined || isRecord(meta));
  return isPlain ? { jsonrpc, id, result } : undefined;
}
