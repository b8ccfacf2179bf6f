import type { Client } from "@modelcontextprotocol/client";
import type { CallOptions, ContentItem, ToolResultEnvelope } from "../../source.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import { looseResult } from "./loose-result.ts";

/** Parameters of `tools/call`. */
interface ToolCallParams {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly _meta?: { readonly progressToken?: string; readonly "codemode/idempotencyKey"?: string };
}

/** Sends one call and hands back the envelope untouched. Rejects with what the SDK throws. */
export async function callTool(
  client: Client,
  params: ToolCallParams,
  options: CallOptions & { readonly timeoutMs: number },
): Promise<ToolResultEnvelope> {
  const { timeoutMs, signal, idempotencyKey } = options;
  const key = idempotencyKey === undefined ? {} : { "codemode/idempotencyKey": idempotencyKey };
  const { _meta: meta, ...call } = params;
  const sent = meta === undefined && idempotencyKey === undefined ? call : { ...call, _meta: { ...meta, ...key } };
  const limits = signal === undefined ? { timeout: timeoutMs } : { timeout: timeoutMs, signal };
  return toEnvelope(await client.request({ method: "tools/call", params: { ...sent } }, looseResult, limits));
}

/** Reads a result as an envelope; items without a kind are kept as kind `unknown`. */
function toEnvelope(result: Readonly<Record<string, unknown>>): ToolResultEnvelope {
  const { content, isError, structuredContent, _meta: meta, ...rest } = result;
  const isHiding = structuredContent === null && Array.isArray(content) && content.some(saysMore);
  return {
    ...rest,
    ...(structuredContent === undefined || isHiding ? {} : { structuredContent }),
    content: Array.isArray(content) ? content.map(toItem) : [],
    ...(typeof isError === "boolean" ? { isError } : {}),
    ...(isSchemaObject(meta) ? { _meta: meta } : {}),
  };
}

/** Servers that have nothing structured to say send null, and then the content is the result. */
function saysMore(item: unknown): boolean {
  return !(isSchemaObject(item) && item["type"] === "text" && item["text"] === "null");
}

function toItem(item: unknown): ContentItem {
  if (isSchemaObject(item) && isItem(item)) return item;
  return { type: "unknown", value: item };
}

function isItem(item: Readonly<Record<string, unknown>>): item is ContentItem {
  return typeof item["type"] === "string";
}
