import {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  isInitializeRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  parseJSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/server";
import { isRecord } from "../../base/is-record.ts";
import type { HttpExchange } from "../door/http-exchange.ts";
import { judgeBatch, type MessageRefusal, refusalReply, stillOpen } from "../messages/judge-message.ts";
import type { HttpSession } from "./http-session.ts";
import { plainMessage } from "./plain-message.ts";

/** Opens the stream for notifications, or one that broke. */
export function listenIn(session: HttpSession, exchange: HttpExchange): void {
  session.readers += 1;
  exchange.done(() => {
    session.readers -= 1;
    session.usedAt = performance.now();
  });
  if (!exchange.accepts("text/event-stream")) {
    return exchange.refuse({ ...NOT_ACCEPTABLE, message: "Not Acceptable: Client must accept text/event-stream" });
  }
  if (isOfUnknownRevision(exchange)) return;
  const { streams } = session;
  const last = exchange.header("last-event-id") ?? "";
  if (last === "") return streams.listen(exchange);
  const name = streams.streamOf(last);
  if (name === undefined) return exchange.refuse({ status: 400, code: -32_000, message: "Invalid event ID format" });
  if (!streams.isRead(name)) return streams.readOn(last, name, exchange);
  exchange.refuse({ status: 409, code: -32_000, message: "Conflict: Stream already has an active connection" });
}

/** Takes the messages of a client, of which there are several only in a batch, and answers those that are requests. */
export function answerIn(session: HttpSession, exchange: HttpExchange, body: unknown): void {
  count(session, exchange);
  const refusal = refusedIn(session, body);
  if (refusal !== undefined) return exchange.refuse(refusalReply(refusal));
  const messages = readPost(exchange, body);
  if (messages === undefined) return;
  if (messages.some((message) => isBegin(message))) {
    return exchange.refuse({ status: 400, code: -32_600, message: "Invalid Request: Server already initialized" });
  }
  if (isOfUnknownRevision(exchange)) return;
  const ids = messages.flatMap((message) => ("method" in message && "id" in message ? [message.id] : []));
  if (ids.length > 0) {
    session.isUsed = true;
    session.streams.openFor(ids, exchange, revisionOf(exchange));
  }
  for (const message of messages) session.receive(message, plainMessage(message) !== undefined);
  if (ids.length === 0) exchange.acknowledge(202);
}

function isBegin(message: JSONRPCMessage): boolean {
  return "method" in message && message.method === "initialize" && isInitializeRequest(message);
}

/** Why messages are not taken; without it the first of two requests with one id would get no answer. */
function refusedIn({ takesBatches, streams }: HttpSession, body: unknown): MessageRefusal | undefined {
  const refusal = Array.isArray(body) ? judgeBatch(body, takesBatches) : undefined;
  const repeated = [body].flat().find((message) => isRecord(message) && "method" in message && isOpenId(message["id"]));
  return refusal ?? (isRecord(repeated) ? stillOpen(JSON.stringify(repeated["id"])) : undefined);

  function isOpenId(id: unknown): boolean {
    return (typeof id === "string" || typeof id === "number") && streams.isOpen(id);
  }
}

/** Counts a request as one being answered until it is. */
function count(session: HttpSession, exchange: HttpExchange): void {
  session.active += 1;
  exchange.done(() => {
    session.active -= 1;
    session.usedAt = performance.now();
  });
}

/** The messages of a body, plain ones as they are; undefined where it was refused. */
export function readPost(exchange: HttpExchange, body: unknown): readonly JSONRPCMessage[] | undefined {
  if (!exchange.accepts("application/json") || !exchange.accepts("text/event-stream")) {
    const message = "Not Acceptable: Client must accept both application/json and text/event-stream";
    exchange.refuse({ ...NOT_ACCEPTABLE, message });
    return undefined;
  }
  try {
    return [body].flat().map((message) => plainMessage(message) ?? parseJSONRPCMessage(message));
  } catch {
    exchange.refuse({ status: 400, code: -32_700, message: "Parse error: Invalid JSON-RPC message" });
    return undefined;
  }
}

/** Refuses a request that is of a revision we do not know; true where it was. */
export function isOfUnknownRevision(exchange: HttpExchange): boolean {
  const revision = exchange.header("mcp-protocol-version");
  if (revision === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(revision)) return false;
  const known = SUPPORTED_PROTOCOL_VERSIONS.join(", ");
  const message = `Bad Request: Unsupported protocol version: ${revision} (supported versions: ${known})`;
  exchange.refuse({ status: 400, code: -32_000, message });
  return true;
}

/** Answers the first message of a session. */
export function greetIn(session: HttpSession, exchange: HttpExchange, initialize: JSONRPCRequest): void {
  count(session, exchange);
  session.streams.openFor([initialize.id], exchange, revisionOf(exchange, initialize));
  session.receive(initialize, true);
}

/** The revision of a request; that of a client that begins stands in its parameters, and counts only if we know it. */
function revisionOf(exchange: HttpExchange, initialize?: JSONRPCRequest): string {
  const said = initialize?.params?.["protocolVersion"];
  const revision = typeof said === "string" ? said : exchange.header("mcp-protocol-version");
  const isKnown = revision !== undefined && SUPPORTED_PROTOCOL_VERSIONS.includes(revision);
  return isKnown ? revision : DEFAULT_NEGOTIATED_PROTOCOL_VERSION;
}

const NOT_ACCEPTABLE = { status: 406, code: -32_000 } as const;
