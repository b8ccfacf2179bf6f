import type { JSONRPCNotification, JSONRPCRequest, RequestId } from "@modelcontextprotocol/server";
import { isRecord } from "../../base/is-record.ts";

/** A request or notification of which nothing has to be looked at twice. */
export type PlainMessage = JSONRPCRequest | JSONRPCNotification;

/**
 * A message that is surely what the schemas of the protocol want of any, and that says nothing beside it of which the
 * library has to decide; undefined for all others, which may be right too. The schemas take ten times as long.
 */
export function plainMessage(body: unknown): PlainMessage | undefined {
  if (!isRecord(body) || !isPlain(body)) return undefined;
  const { id, method } = body;
  if (body["jsonrpc"] !== "2.0" || typeof method !== "string") return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member has just been looked at
  return id === undefined || isId(id) ? (body as PlainMessage) : undefined;
}

const MEMBERS: ReadonlySet<string> = new Set(["jsonrpc", "id", "method", "params"]);

function isPlain(body: Readonly<Record<string, unknown>>): boolean {
  const { params = {} } = body;
  if (!isRecord(params) || !Object.keys(body).every((key) => MEMBERS.has(key))) return false;
  const { _meta: meta = {} } = params;
  if (!isRecord(meta)) return false;
  const { progressToken, ...others } = meta;
  return (progressToken === undefined || isId(progressToken)) && Object.keys(others).length === 0;
}

/** Names of requests, and of what is heard of them on the way. */
function isId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

/** Whether a request has no parameters but these; what each of them is remains to be seen. */
export function hasOnly({ params = {} }: PlainMessage, names: readonly string[]): boolean {
  return Object.keys(params).every((name) => name === "_meta" || names.includes(name));
}
