import { hash } from "node:crypto";
import { parseJson, stringifyJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";

/** SHA-256, in hexadecimal, of JSON text whatever the order of its keys and its spaces. */
export function hashArguments(json: string): string {
  return hash("sha256", stringifyJson(sorted(parseJson(json))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
