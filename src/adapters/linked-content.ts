import type { ContentItem } from "../sources/source.ts";

const DATA_URL = /^data:([^;,]+);base64,(.*)$/s;

/** A picture or a file that an SDK names by its address: what a data URL holds, or a link to what it names. */
export function linkedContent(address: string, mimeType = "application/octet-stream"): ContentItem {
  const [, type = mimeType, data] = DATA_URL.exec(address) ?? [];
  return data === undefined
    ? { type: "resource_link", uri: address, name: address, mimeType: type }
    : binaryContent(data, type);
}

/** Base64 data as content: a picture, a sound, or a file of any other kind. */
export function binaryContent(data: string, mimeType: string): ContentItem {
  const [kind] = mimeType.split("/");
  if (kind === "image" || kind === "audio") return { type: kind, data, mimeType };
  return { type: "resource", resource: { uri: "data:", blob: data, mimeType } };
}
