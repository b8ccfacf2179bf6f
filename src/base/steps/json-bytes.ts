import { isRecord } from "../is-record.ts";
import { LargeJson, largeTextOf } from "./large-text.ts";

/** Bytes of the JSON text of a value, counted without writing it, up to a little past the limit; a number counts as 4. */
export function jsonBytes(root: unknown, limit: number = Number.POSITIVE_INFINITY): number {
  let bytes = 0;
  const open: object[] = [];
  const take = (part: unknown): void => {
    if (part instanceof LargeJson) bytes += part.countedBytes;
    else if (typeof part === "object" && part !== null) open.push(part);
    else bytes += scalarBytes(part);
  };
  take(root);
  for (let item = open.pop(); bytes <= limit && item !== undefined; item = open.pop()) {
    bytes += 2;
    if (Array.isArray(item)) for (const child of item as readonly unknown[]) take(child);
    else if (isRecord(item)) {
      const large = largeTextOf(item);
      for (const key of Object.keys(item)) {
        bytes += key.length + 3;
        // Of a text of many megabytes the string is made by looking at it.
        if (large !== undefined && key === "text") bytes += 2 + large.bytes;
        else take(item[key]);
      }
    }
  }
  return bytes;
}

function scalarBytes(value: unknown): number {
  if (typeof value === "string") return 2 + Buffer.byteLength(value);
  return typeof value === "number" || typeof value === "bigint" ? 4 : 2;
}
