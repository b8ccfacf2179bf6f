import { stringifyJson } from "../base/exact-json.ts";
import type { ToolContent } from "./agent-tool.ts";
import { isRecord } from "../base/is-record.ts";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** ToolContent that any MCP client accepts: an item of another form becomes its JSON as text, so that nothing is lost. */
export function toMcpContent(items: readonly ToolContent[]): readonly ToolContent[] {
  return items.map((item) => (isMcpContent(item) ? item : { type: "text", text: stringifyJson(item) }));
}

function isMcpContent(item: ToolContent): boolean {
  if (!hasOptional(item, "annotations", isRecord) || !hasOptional(item, "_meta", isRecord)) return false;
  switch (item.type) {
    case "text":
      return isText(item["text"]);
    case "image":
    case "audio":
      return isBase64(item["data"]) && isText(item["mimeType"]);
    case "resource_link":
      return isUri(item["uri"]) && isText(item["name"]) && hasOptional(item, "mimeType", isText);
    case "resource":
      return isResource(item["resource"]);
    default:
      return false;
  }
}

function isResource(value: unknown): boolean {
  if (!isRecord(value) || !isUri(value["uri"]) || !hasOptional(value, "mimeType", isText)) return false;
  return isText(value["text"]) || isBase64(value["blob"]);
}

function hasOptional(
  item: Readonly<Record<string, unknown>>,
  name: string,
  check: (value: unknown) => boolean,
): boolean {
  return item[name] === undefined || check(item[name]);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isUri(value: unknown): boolean {
  return isText(value) && URL.canParse(value);
}

function isBase64(value: unknown): boolean {
  return isText(value) && value.length % 4 === 0 && BASE64.test(value);
}
