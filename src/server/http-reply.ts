/** A JSON-RPC error as an HTTP answer, for requests that never reach the protocol. */
export function errorResponse(status: number, code: number, { message, headers = {} }: ErrorReply): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}

/** Text of an error answer beside its numbers. */
interface ErrorReply {
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}
