import type { Client } from "@modelcontextprotocol/client";
import { defined } from "../../../base/defined.ts";
import { stringifyJson } from "../../../base/exact-json.ts";
import { LargeJson, largeTextOf, withLargeContent, withLargeStructured } from "../../../base/steps/large-text.ts";
import type { CallOptions, ContentItem, ToolResultEnvelope } from "../../source.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import { looseResult } from "./loose-result.ts";
import { requestAnswered } from "./request-answered.ts";
import type { OwnRequests } from "../transport/own-requests.ts";

/** Parameters of `tools/call`. */
interface ToolCallParams {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** Sends one call and hands back the envelope untouched. Rejects with what the SDK throws, or what those of `own` reject with. */
export async function callTool(
  client: Client,
  params: ToolCallParams,
  {
    timeoutMs,
    signal,
    headers,
    answers,
    own,
  }: Pick<CallOptions, "signal" | "answers"> & {
    readonly timeoutMs: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Makes the call past the SDK, where that may be. */
    readonly own?: OwnRequests | undefined;
  },
): Promise<ToolResultEnvelope> {
  const request = { method: "tools/call", params: { ...params } };
  if (own !== undefined && answers === undefined) return toEnvelope(await own.make(request, { timeoutMs, signal }));
  if (answers !== undefined) return askBack(client, request, { timeoutMs, signal, answers, headers });
  const options = { timeout: timeoutMs, ...defined({ signal, headers }) };
  return toEnvelope(await client.request(request, looseResult, options));
}

/** A call whose caller answers for itself: the result of the tool, or unchanged what the server asks. */
async function askBack(
  client: Client,
  request: Parameters<typeof requestAnswered>[1],
  options: Parameters<typeof requestAnswered>[2],
): Promise<ToolResultEnvelope> {
  const result = await requestAnswered(client, request, options);
  return result["resultType"] === "input_required" ? { ...result, content: [] } : toEnvelope(result);
}

/**
 * Reads a result as an envelope. What is nearly right is taken for what it means: one item or a text in place of the
 * list, a flag as text or number, and the bare value of a server that knows no envelope. Items of no known form are kept
 * as kind `unknown`.
 */
function toEnvelope(received: Readonly<Record<string, unknown>>): ToolResultEnvelope {
  const result = inProtocolSpelling(received);
  const { content, isError, structuredContent, _meta: meta, ...rest } = result;
  const isHiding = structuredContent === null && Array.isArray(content) && content.some(saysMore);
  const structured = isHiding ? undefined : (structuredContent ?? bareValue(result));
  const envelope: ToolResultEnvelope = {
    ...rest,
    ...(structured === undefined ? {} : { structuredContent: structured }),
    content: content instanceof LargeJson ? [] : itemsOf(content),
    ...(isError === undefined || isError === null ? {} : { isError: isTrue(isError) }),
    ...(isSchemaObject(meta) ? { _meta: meta } : {}),
  };
  const whole = content instanceof LargeJson ? withLargeContent(envelope, content, itemsOf) : envelope;
  return structured instanceof LargeJson ? withLargeStructured(whole, structured) : whole;
}

const SPELLINGS = [
  ["structured_content", "structuredContent"],
  ["is_error", "isError"],
] as const;

/** Servers of languages with another way to write names leave theirs in a result that has content. */
function inProtocolSpelling(result: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!SPELLINGS.some(([other]) => other in result) || !Object.hasOwn(result, "content")) return result;
  const own = SPELLINGS.filter(([other, name]) => Object.hasOwn(result, other) && !Object.hasOwn(result, name));
  return { ...result, ...Object.fromEntries(own.map(([other, name]) => [name, result[other]])) };
}

/** Members of a result that is not the bare value of a tool. */
const ENVELOPE = ["content", "structuredContent", "toolResult", "isError", "task", "inputRequests"];
/** Members that any result may have beside its value. */
const AROUND: ReadonlySet<string> = new Set(["_meta", "resultType"]);

function bareValue(result: Readonly<Record<string, unknown>>): unknown {
  if (ENVELOPE.some((key) => Object.hasOwn(result, key))) return result["structuredContent"];
  const own = Object.entries(result).filter(([key]) => !AROUND.has(key));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

function itemsOf(content: unknown): readonly ContentItem[] {
  if (content === undefined || content === null) return [];
  // Nearly always, and then nothing of it is copied however long it is.
  if (Array.isArray(content) && content.every(isWhole)) return content;
  const items: readonly unknown[] = Array.isArray(content) ? content.flat() : [content];
  return items.filter((item) => item !== null && item !== undefined).map(toItem);
}

function isTrue(flag: unknown): boolean {
  return flag === true || flag === 1 || (typeof flag === "string" && flag.toLowerCase() === "true");
}

/** Servers that have nothing structured to say send null, and then the content is the result. */
function saysMore(item: unknown): boolean {
  return !(isSchemaObject(item) && item["type"] === "text" && item["text"] === "null");
}

function toItem(item: unknown): ContentItem {
  if (!isSchemaObject(item)) return { type: "text", text: asText(item) };
  const { type = "text", text } = item;
  if (type === "text" || type === "Text" || type === "TEXT") {
    if (Object.hasOwn(item, "text")) return { ...item, type: "text", text: asText(text) };
    return item["type"] === undefined ? { type: "unknown", value: item } : { ...item, type: "text", text: "" };
  }
  return isItem(item) ? item : { type: "unknown", value: item };
}

/** The text of what stands where a text should be: of an object or a list its JSON. */
const asText = (value: unknown): string =>
  typeof value === "string" ? value : value === null || value === undefined ? "" : stringifyJson(value);

function isWhole(item: unknown): item is ContentItem {
  if (!isSchemaObject(item) || typeof item["type"] !== "string") return false;
  if (item["type"].toLowerCase() !== "text") return true;
  // Of a text of many megabytes the string is made by looking at it.
  return item["type"] === "text" && (largeTextOf(item) !== undefined || typeof item["text"] === "string");
}

function isItem(item: Readonly<Record<string, unknown>>): item is ContentItem {
  return typeof item["type"] === "string";
}
