import { isRecord } from "../is-record.ts";
import { LargeJson, largeKeyOf, largeTextOf } from "./large-text.ts";

/** Bytes of the JSON text of a value, counted without writing it, up to a little past the limit; a number counts as 4. */
export function jsonBytes(root: unknown, limit: number = Number.POSITIVE_INFINITY): number {
  const open: object[] = [];
  let bytes = bytesOf(root, open);
  for (let item = open.pop(); bytes <= limit && item !== undefined; item = open.pop()) {
    bytes += 2;
    if (Array.isArray(item)) for (const child of item as readonly unknown[]) bytes += bytesOf(child, open);
    else if (isRecord(item)) {
      const large = largeTextOf(item);
      for (const key of Object.keys(item)) {
        bytes += key.length + 3;
        // Of a text of many megabytes the string is made by looking at it.
        if (large !== undefined && key === largeKeyOf(item)) bytes += 2 + large.bytes;
        else bytes += bytesOf(item[key], open);
      }
    }
  }
  return bytes;
}

/** Bytes of a scalar, or of what is kept as bytes; any other object is to be looked into. */
function bytesOf(part: unknown, open: object[]): number {
  if (part instanceof LargeJson) return part.countedBytes;
  if (typeof part !== "object" || part === null) return scalarBytes(part);
  open.push(part);
  return 0;
}

function scalarBytes(value: unknown): number {
  if (typeof value === "string") return 2 + Buffer.byteLength(value);
  return typeof value === "number" || typeof value === "bigint" ? 4 : 2;
}
