import { parseJson, stringifyJson } from "../base/exact-json.ts";
import type { JsonObject } from "../base/json.ts";
import { isRecord } from "../base/is-record.ts";

/** Plain JSON of an object: absent fields are left out, a `bigint` stays one, everything else is as `JSON.stringify` has it. */
export function toJsonObject(value: object): JsonObject {
  const json = parseJson(stringifyJson(value));
  return isJsonObject(json) ? json : {};
}

/** A value parsed from JSON text is an object of JSON values if it is an object. */
function isJsonObject(parsed: unknown): parsed is JsonObject {
  return isRecord(parsed);
}
