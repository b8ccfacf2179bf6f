import { isRecord } from "../is-record.ts";
import { LargeJson, largeKeyOf, largeTextOf } from "./large-text.ts";

/** Bytes of the JSON text of a value, counted without writing it, up to a little past the limit; a number counts as 4. */
export function jsonBytes(root: unknown, limit: number = Number.POSITIVE_INFINITY): number {
  if (!isOpen(root)) return bytesOf(root);
  // Of most results one object at a time is open, for which a list of one needs no more room.
  const open: object[] = [root];
  let bytes = 0;
  for (let item = open.pop(); bytes <= limit && item !== undefined; item = open.pop()) {
    bytes += 2;
    if (Array.isArray(item)) for (const child of item as readonly unknown[]) bytes += countOrOpen(child, open);
    else if (isRecord(item)) {
      const large = largeTextOf(item);
      for (const key in item) {
        bytes += key.length + 3;
        // Of a text of many megabytes the string is made by looking at it.
        if (large !== undefined && key === largeKeyOf(item)) bytes += 2 + large.bytes;
        else bytes += countOrOpen(item[key], open);
      }
    }
  }
  return bytes;
}

function countOrOpen(part: unknown, open: object[]): number {
  if (!isOpen(part)) return bytesOf(part);
  open.push(part);
  return 0;
}

/** True for an object that is to be looked into. */
function isOpen(part: unknown): part is object {
  return typeof part === "object" && part !== null && !(part instanceof LargeJson);
}

/** Bytes of a scalar, or of what is kept as bytes. */
function bytesOf(part: unknown): number {
  if (part instanceof LargeJson) return part.countedBytes;
  if (typeof part === "string") return 2 + Buffer.byteLength(part);
  return typeof part === "number" || typeof part === "bigint" ? 4 : 2;
}
