import { defined } from "../../../base/defined.ts";
import { isSchemaObject, type JsonSchemaObject } from "../../../schema/json-schema.ts";

/** Context of reading a malformed message. */
interface MendOptions {
  /** The request that waits for an answer, when there is exactly one. */
  readonly soleRequest: () => number | undefined;
  /** Hears what was odd, as a sentence without its end. */
  readonly note: (oddity: string) => void;
}

/** The one that the protocol itself has assumed where none is named. */
const ASSUMED_REVISION = "2025-03-26";
const INTERNAL_ERROR = -32_603;
const MEMBERS = new Set(["jsonrpc", "id", "method", "params", "result", "error"]);

/**
 * The messages in a parsed text, with what is nearly right put right: a batch taken apart, `null` where a member should
 * be missing, unknown members, an error that is a text, an answer without an id while one request waits.
 *
 * Nothing is lost but what has no meaning. A value that is not a message at all is returned unchanged, for the strict
 * check.
 */
export function mendMessages(value: unknown, options: MendOptions): readonly unknown[] {
  if (!Array.isArray(value)) return [mendMessage(value, options)];
  options.note("It sends several messages as one batch");
  return value.map((item: unknown) => mendMessage(item, options));
}

function mendMessage(value: unknown, options: MendOptions): unknown {
  if (!isSchemaObject(value)) return value;
  const isMessage = ["method", "result", "error"].some((member) => value[member] !== undefined);
  if (!isMessage) return value;
  const unknown = Object.keys(value).filter((member) => !MEMBERS.has(member));
  if (unknown.length > 0) options.note(`It adds members to messages that MCP does not know (${list(unknown)})`);
  if (value["jsonrpc"] !== "2.0") options.note('It leaves "jsonrpc": "2.0" out of messages');
  return typeof value["method"] === "string" && !isAnswer(value)
    ? mendRequest(value, options)
    : mendAnswer(value, options);
}

/** Some servers name in their answer the method that they answer. */
function isAnswer({ id, result, error }: JsonSchemaObject): boolean {
  return typeof id === "number" && (isSchemaObject(result) || isSchemaObject(error));
}

function mendRequest({ id, method, params }: JsonSchemaObject, { note }: MendOptions): JsonSchemaObject {
  if (params === null) note("It sends null as params");
  const members = isSchemaObject(params) ? { params: withoutNullMeta(params, note) } : {};
  if (id === null) note("It sends requests with null as their id, which were read as notifications");
  return { jsonrpc: "2.0", ...(id === null || id === undefined ? {} : { id }), method, ...members };
}

function mendAnswer(answer: JsonSchemaObject, options: MendOptions): JsonSchemaObject {
  const { note } = options;
  if (answer["method"] !== undefined) note("It names the method in its answers");
  const id = idOf(answer["id"], options);
  const { result, error } = answer;
  if (!isNoError(error, result)) {
    if (result !== undefined) note("It sends a result beside an error");
    return { jsonrpc: "2.0", ...defined({ id }), error: mendError(error, note) };
  }
  if (error === null) note("It sends null as error beside a result");
  else if (error !== undefined) note("It sends an error that says nothing beside a result");
  return { jsonrpc: "2.0", ...defined({ id }), result: toResult(result, note) };
}

const NOTHING: ReadonlySet<unknown> = new Set([undefined, null, false, "", 0]);

/** Serialisers write an error that is absent as something empty; beside a result that is none. */
function isNoError(error: unknown, result: unknown): boolean {
  if (error === undefined || error === null) return true;
  if (result === undefined || result === null) return false;
  if (NOTHING.has(error)) return true;
  return isSchemaObject(error) && NOTHING.has(error["code"]) && NOTHING.has(error["message"]);
}

/** The result of a server that knows no envelope: a list of content, a text, or another value, as the oldest servers sent. */
function toResult(result: unknown, note: MendOptions["note"]): unknown {
  if (result === undefined) return undefined;
  if (result === null) {
    note("It sends null as result");
    return {};
  }
  if (isSchemaObject(result)) return withoutNullMeta(result, note);
  note("It sends a result that is not an object");
  if (typeof result === "string") return { content: [{ type: "text", text: result }] };
  const isContent = Array.isArray(result) && result.length > 0 && result.every(isItem);
  return isContent ? { content: result } : { toolResult: result };
}

const isItem = (item: unknown): boolean => isSchemaObject(item) && typeof item["type"] === "string";

function idOf(id: unknown, { soleRequest, note }: MendOptions): unknown {
  if (typeof id === "string" && /^\d{1,15}$/.test(id)) {
    note("It answers with the text of an id instead of the id");
    return Number(id);
  }
  if (id !== null && id !== undefined) return id;
  const sole = soleRequest();
  if (sole !== undefined) note("It answers without an id; the answer was taken for the one request that was open");
  return sole;
}

function mendError(error: unknown, note: MendOptions["note"]): JsonSchemaObject {
  if (!isSchemaObject(error)) {
    note("It sends an error that is not an object");
    return { code: INTERNAL_ERROR, message: typeof error === "string" ? error : JSON.stringify(error) };
  }
  const { code, message, data } = error;
  if (!Number.isInteger(code)) note("It sends errors whose code is not an integer");
  if (typeof message !== "string") note("It sends errors without a message");
  const said = [message, data].find((text) => typeof text === "string" && text.trim() !== "");
  return {
    code: codeOf(code),
    message: said ?? (isSchemaObject(message) ? JSON.stringify(message) : "The server gave no reason"),
    ...(data === undefined || data === null ? {} : { data }),
  };
}

function codeOf(code: unknown): number {
  const number = typeof code === "string" && code.trim() !== "" ? Number(code) : code;
  return typeof number === "number" && Number.isInteger(number) ? number : INTERNAL_ERROR;
}

/** The answer to a handshake without what hides nothing: nulls, switches instead of objects, a server without a version. */
export function mendHandshake(result: JsonSchemaObject, note: MendOptions["note"]): JsonSchemaObject {
  const { capabilities, serverInfo, protocolVersion, ...rest } = result;
  const info = isSchemaObject(serverInfo) ? withoutNulls(serverInfo) : {};
  const { name, version } = info;
  const mended = {
    ...withoutNulls(rest),
    protocolVersion: revisionOf(protocolVersion, note),
    capabilities: mendCapabilities(capabilities),
    serverInfo: { ...info, name: typeof name === "string" ? name : "unknown", version: textOf(version) },
  };
  if (JSON.stringify(sorted(mended)) !== JSON.stringify(sorted({ ...result, protocolVersion: mended.protocolVersion })))
    note("Its answer to the handshake has null or other values where the protocol wants none");
  return mended;
}

/** Revisions of the protocol are named by their days; what is none was written by a server that knows of one only. */
function revisionOf(version: unknown, note: MendOptions["note"]): string {
  if (typeof version === "string" && /^\d{4}-\d\d-\d\d$/.test(version)) return version;
  const named =
    version === undefined ? "no revision of MCP" : `${JSON.stringify(version)?.slice(0, 40)} as its revision of MCP`;
  note(`It names ${named}, and is taken for one of ${ASSUMED_REVISION}`);
  return ASSUMED_REVISION;
}

const textOf = (version: unknown): string =>
  typeof version === "string" ? version : typeof version === "number" ? String(version) : "0";

const sorted = (value: JsonSchemaObject): JsonSchemaObject =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A capability that is `true` is there, one that is `false` or null is not. */
function mendCapabilities(capabilities: unknown): JsonSchemaObject {
  const entries = Object.entries(isSchemaObject(capabilities) ? capabilities : {});
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== null && value !== false)
      .map(([key, value]) => [key, isSchemaObject(value) ? withoutNulls(value) : {}]),
  );
}

function withoutNulls(value: JsonSchemaObject): JsonSchemaObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function withoutNullMeta(value: JsonSchemaObject, note: MendOptions["note"]): JsonSchemaObject {
  const { _meta: meta, ...rest } = value;
  if (meta === undefined || isSchemaObject(meta)) return value;
  note("It sends null or another value that is not an object as _meta");
  return rest;
}

const list = (names: readonly string[]): string =>
  names
    .slice(0, 3)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(", ");
