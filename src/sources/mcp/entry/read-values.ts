import { isSchemaObject } from "../../../schema/json-schema.ts";

/** A map of texts as clients write one: an object, a list of `NAME=value`, or a list of `{ name, value }`. Undefined for anything else. */
export function toTextMap(value: unknown): Record<string, string> | undefined {
  if (isSchemaObject(value)) return textsOf(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  const pairs = value.map(toPair);
  return pairs.every((pair) => pair !== undefined) ? textsOf(pairs) : undefined;
}

function toPair(item: unknown): readonly [string, unknown] | undefined {
  if (typeof item === "string") {
    const match = /^([^=:\s]+)\s*[=:]\s*([\s\S]*)$/.exec(item);
    return match === null ? undefined : [match[1] ?? "", match[2] ?? ""];
  }
  if (!isSchemaObject(item)) return undefined;
  const name = item["name"] ?? item["key"];
  return typeof name === "string" ? [name, item["value"]] : undefined;
}

/**
 * A member without a value counts as absent. A value that is not plain text, a number or a boolean makes the whole
 * unreadable.
 */
function textsOf(entries: readonly (readonly [string, unknown])[]): Record<string, string> | undefined {
  const texts: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (value === null || value === undefined) continue;
    const text = toText(value);
    if (text === undefined) return undefined;
    Object.defineProperty(texts, key, { value: text, enumerable: true, writable: true, configurable: true });
  }
  return texts;
}

/** A text, number or switch as text; undefined for anything else. */
export function toText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** A list of names as clients write one: a list, one name, or names with a switch each, of which `chosen` are taken. */
export function toNames(value: unknown, chosen = true): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) {
    const names = value.map((item: unknown) => (isSchemaObject(item) ? item["name"] : item));
    return names.every((name) => typeof name === "string") ? names : undefined;
  }
  if (!isSchemaObject(value)) return undefined;
  const inner = value["tool_names"] ?? value["toolNames"];
  if (inner !== undefined) return toNames(inner, chosen);
  return Object.entries(value).flatMap(([name, on]) => (on === chosen ? [name] : []));
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, sec: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };
const DURATION = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i;
const LONGEST_MS = 2_147_483_647;

/** The unit a duration is written in; `guess` where clients disagree. */
export type DurationUnit = "ms" | "s" | "guess";

/**
 * A duration as clients write it, in milliseconds; undefined for what is none, such as 0 or a negative number.
 *
 * Where clients disagree on the unit, numbers below 1,000 and whole minutes up to an hour are seconds, others
 * milliseconds: no client has a time-out of less than a second, or one of several hours.
 */
export function toDurationMs(value: unknown, unit: DurationUnit): number | undefined {
  const [, digits, name = ""] = typeof value === "string" ? (DURATION.exec(value) ?? []) : [];
  const number = digits === undefined ? value : Number(digits);
  if (typeof number !== "number" || !Number.isFinite(number) || number <= 0) return undefined;
  const factor = name === "" ? unitOf(number, unit) : UNITS[name.toLowerCase()];
  return factor === undefined ? undefined : Math.max(1, Math.min(LONGEST_MS, Math.round(number * factor)));
}

function unitOf(number: number, unit: DurationUnit): number {
  if (unit !== "guess") return unit === "s" ? 1_000 : 1;
  const isWholeMinutes = number <= 3_600 && number % 60 === 0 && number % 1_000 !== 0;
  return number < 1_000 || isWholeMinutes ? 1_000 : 1;
}
