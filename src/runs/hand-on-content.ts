import { isSchemaObject } from "../schema/json-schema.ts";
import type { ContentItem } from "../sources/source.ts";

/** A value without the pictures and sounds in it, and those. */
interface HandedOn {
  /** In the place of each item stands one without its data: `handedOn` is its position in `content`. */
  readonly value: unknown;
  readonly content: readonly ContentItem[];
}

/**
 * Takes pictures, sounds and binary resources out of a value that is MCP content: they are not readable as text, so
 * they are handed on as what they are. A value that is anything else stays unchanged.
 */
export function handOnContent(value: unknown): HandedOn {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!items.every(isItem) || !items.some(isBinary)) return { value, content: [] };
  const content: ContentItem[] = [];
  const left = items.map((item) => {
    if (!isBinary(item)) return item;
    content.push(item);
    return withoutData(item, content.length - 1);
  });
  return { value: Array.isArray(value) ? left : left[0], content };
}

function isItem(value: unknown): value is ContentItem {
  return isSchemaObject(value) && typeof value["type"] === "string";
}

function isBinary({ type, data, mimeType, resource }: ContentItem): boolean {
  if (type === "resource") return isSchemaObject(resource) && typeof resource["blob"] === "string";
  return (type === "image" || type === "audio") && typeof data === "string" && typeof mimeType === "string";
}

function withoutData(item: ContentItem, handedOn: number): object {
  const { data: _data, resource, ...rest } = item;
  if (!isSchemaObject(resource)) return { ...rest, handedOn };
  const { blob: _blob, ...about } = resource;
  return { ...rest, resource: about, handedOn };
}
