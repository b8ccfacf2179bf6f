import type { MessageRefusal } from "./messages/judge-message.ts";

/** An answer to a request, and what hears when its body has been sent or given up. */
export interface HttpAnswer {
  readonly response: Response;
  readonly onSent?: () => void;
}

/** A JSON-RPC error as an HTTP answer, for requests that never reach the protocol. */
export function errorAnswer(
  status: number,
  code: number,
  { message, id = null, headers = {} }: ErrorReply,
): HttpAnswer {
  return { response: Response.json({ jsonrpc: "2.0", error: { code, message }, id }, { status, headers }) };
}

/** The answer to a message that is not taken. */
export function refusalAnswer({ id, code, message }: MessageRefusal): HttpAnswer {
  return errorAnswer(400, code, { message, id: JSON.parse(id) });
}

/** Text of an error answer beside its numbers. */
interface ErrorReply {
  readonly message: string;
  /** Id of the request, as parsed. @default null */
  readonly id?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
