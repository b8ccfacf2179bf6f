/** An answer to a request, and what hears when its body has been sent or given up. */
export interface HttpAnswer {
  readonly response: Response;
  readonly onSent?: () => void;
}

/** A JSON-RPC error as an HTTP answer, for requests that never reach the protocol. */
export function errorAnswer(status: number, code: number, { message, headers = {} }: ErrorReply): HttpAnswer {
  return { response: Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers }) };
}

/** Text of an error answer beside its numbers. */
interface ErrorReply {
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}
