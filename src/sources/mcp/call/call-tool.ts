import type { Client } from "@modelcontextprotocol/client";
import { defined } from "../../../base/defined.ts";
import type { CallOptions, ContentItem, ToolResultEnvelope } from "../../source.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import { looseResult } from "./loose-result.ts";
import { requestAnswered } from "./request-answered.ts";

/** Parameters of `tools/call`. */
interface ToolCallParams {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** Sends one call and hands back the envelope untouched. Rejects with what the SDK throws. */
export async function callTool(
  client: Client,
  params: ToolCallParams,
  options: CallOptions & { readonly timeoutMs: number },
): Promise<ToolResultEnvelope> {
  const { timeoutMs, signal, idempotencyKey, answers } = options;
  const key = idempotencyKey === undefined ? {} : { "codemode/idempotencyKey": idempotencyKey };
  const { _meta: meta, ...call } = params;
  const sent = meta === undefined && idempotencyKey === undefined ? call : { ...call, _meta: { ...meta, ...key } };
  const request = { method: "tools/call", params: { ...sent } };
  if (answers !== undefined) return askBack(client, request, { timeoutMs, signal, answers });
  const limits = { timeout: timeoutMs, ...defined({ signal }) };
  return toEnvelope(await client.request(request, looseResult, limits));
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
function toEnvelope(result: Readonly<Record<string, unknown>>): ToolResultEnvelope {
  const { content, isError, structuredContent, _meta: meta, ...rest } = result;
  const isHiding = structuredContent === null && Array.isArray(content) && content.some(saysMore);
  const structured = isHiding ? undefined : (structuredContent ?? bareValue(result));
  return {
    ...rest,
    ...(structured === undefined ? {} : { structuredContent: structured }),
    content: itemsOf(content),
    ...(isError === undefined || isError === null ? {} : { isError: isTrue(isError) }),
    ...(isSchemaObject(meta) ? { _meta: meta } : {}),
  };
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
  return (Array.isArray(content) ? content : [content]).map(toItem);
}

function isTrue(flag: unknown): boolean {
  return flag === true || flag === 1 || (typeof flag === "string" && flag.toLowerCase() === "true");
}

/** Servers that have nothing structured to say send null, and then the content is the result. */
function saysMore(item: unknown): boolean {
  return !(isSchemaObject(item) && item["type"] === "text" && item["text"] === "null");
}

function toItem(item: unknown): ContentItem {
  if (typeof item === "string") return { type: "text", text: item };
  if (isSchemaObject(item) && isItem(item)) return item;
  if (isSchemaObject(item) && typeof item["text"] === "string") return { ...item, type: "text" };
  return { type: "unknown", value: item };
}

function isItem(item: Readonly<Record<string, unknown>>): item is ContentItem {
  return typeof item["type"] === "string";
}
