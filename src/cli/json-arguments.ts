import { isRecord } from "../base/is-record.ts";
import { parseJson } from "../base/exact-json.ts";
import { UsageError } from "./usage-error.ts";

/** Reads arguments written as a JSON object; nothing stands for none. Throws {@link UsageError} for anything else. */
export function parseArguments(text: string): Readonly<Record<string, unknown>> {
  const hint = `Write a JSON object, such as '{ "path": "notes.md" }'.`;
  let value: unknown;
  try {
    value = parseJson(text.trim() === "" ? "{}" : text);
  } catch (thrown) {
    throw new UsageError(
      `The arguments are not JSON: ${thrown instanceof Error ? thrown.message : "unknown reason"}.`,
      hint,
    );
  }
  if (isRecord(value)) return value;
  throw new UsageError("The arguments are JSON, but not an object.", hint);
}
