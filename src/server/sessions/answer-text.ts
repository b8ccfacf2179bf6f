import { INTERNAL_ERROR, type JSONRPCRequest } from "@modelcontextprotocol/server";
import { wellFormed } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";

/** JSON text of an answer as far as its id, which {@link tailOf} has: the same for all who ask the same. */
export function answerText(answer: { readonly result: unknown } | { readonly error: object }): string {
  return wellFormed(JSON.stringify(answer)).slice(0, -1);
}

/** The rest of the text of the answer to a request. */
export function tailOf({ id }: JSONRPCRequest): string {
  return `,"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
}

/** Text of the answer to a request that failed. */
export function errorText(thrown: unknown): string {
  const { code, data } = isRecord(thrown) ? thrown : {};
  const message = thrown instanceof Error ? thrown.message : "Internal error";
  return answerText({ error: { code: Number.isSafeInteger(code) ? code : INTERNAL_ERROR, message, data } });
}
