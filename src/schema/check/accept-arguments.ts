import { isSchemaObject, type JsonSchema } from "../json-schema.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ValidationIssue } from "./explain.ts";
import type { ValidationResult, Validator } from "../validator.ts";

/** Arguments as they may be sent, or why they may not. */
type AcceptedArguments =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>>; readonly unchecked: readonly string[] }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** Each round repairs what the issues of the one before named, at most 20 at a time. */
const MAX_ROUNDS = 5;

/**
 * Checks arguments as a server that reads kindly would.
 *
 * A null for an optional argument that takes no null means that the argument is absent, as serialisers write it, so it
 * is left out. An integer beyond 2^53 where text is wanted is given as its digits. `unchecked` says what of the schema was not checked.
 */
export function acceptArguments(
  validator: Validator,
  schema: JsonSchema,
  args: Readonly<Record<string, unknown>>,
): AcceptedArguments {
  const first = validator.validate(schema, args);
  let verdict: ValidationResult = first;
  let value: unknown = args;
  for (let round = 0; !verdict.ok && round < MAX_ROUNDS; round += 1) {
    const repaired = verdict.issues.reduce<unknown>(
      (before, { path }) => repair(before, path.split("/").slice(1)),
      value,
    );
    if (repaired === value) break;
    value = repaired;
    verdict = validator.validate(schema, value);
  }
  if (verdict.ok && isRecord(value)) {
    const problems = validator.problemsOf(schema);
    return { ok: true, value, unchecked: verdict.skipped === undefined ? problems : [verdict.skipped, ...problems] };
  }
  return { ok: false, issues: first.ok ? [] : first.issues };
}

/** Without the null at a place, or with a `bigint` as text; unchanged where there is something else. */
function repair(value: unknown, [step, ...rest]: readonly string[]): unknown {
  const key = step?.replaceAll("~1", "/").replaceAll("~0", "~");
  if (key === undefined) return typeof value === "bigint" ? String(value) : value;
  if (!isSchemaObject(value) || !Object.hasOwn(value, key)) {
    return Array.isArray(value) ? repairItem(value, Number(key), rest) : value;
  }
  const part = value[key];
  if (rest.length > 0 || part !== null) {
    const repaired = repair(part, rest);
    return repaired === part ? value : { ...value, [key]: repaired };
  }
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function repairItem(list: readonly unknown[], index: number, rest: readonly string[]): unknown {
  const repaired = repair(list[index], rest);
  return repaired === list[index] ? list : list.with(index, repaired);
}
