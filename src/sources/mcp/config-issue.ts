import { closest, distance } from "fastest-levenshtein";
import type * as z from "zod";
import { CodemodeError } from "../../base/codemode-error.ts";

/** Members of the settings that are objects. */
const NESTED_KEYS: Readonly<Record<string, readonly string[]>> = {
  tools: ["allow", "deny"],
  skills: ["enabled", "runScripts"],
  auth: ["type", "flow", "clientId", "clientSecret", "scopes", "redirectPort", "token", "command", "refreshMs"],
};

/** Words one thing that is wrong with a server's configuration as a `config_error` with its place and its fix. */
export function describeConfigIssue(
  issue: z.core.$ZodIssue | undefined,
  path: string,
  knownKeys: readonly string[],
): CodemodeError {
  if (issue === undefined) return new CodemodeError("config_error", `${path} is not a server configuration.`);
  const place = [path, ...issue.path.map(String)].join(".");
  if (issue.code !== "unrecognized_keys") {
    return new CodemodeError("config_error", `${place} ${wordIssue(issue)}.`, { hint: `Correct ${place}.` });
  }
  const key = issue.keys[0] ?? "";
  const known = issue.path.length === 0 ? knownKeys : (NESTED_KEYS[String(issue.path[0])] ?? []);
  return new CodemodeError("config_error", `${place}.${key} is not a known setting.`, { hint: hintFor(key, known) });
}

/** Nouns for the types of JSON. */
const NOUNS: Readonly<Record<string, string>> = {
  object: "an object",
  record: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  null: "null",
};

/** What is wrong with a setting, to stand after its name. */
export function wordIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return wordType(issue);
    case "invalid_value": {
      const values = issue.values.map((value) => (typeof value === "string" ? `"${value}"` : String(value)));
      return `must be ${values.length === 1 ? "" : "one of "}${values.join(", ")}`;
    }
    case "too_small":
      return `must ${bounded(issue.origin, `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`)}`;
    case "too_big":
      return `must ${bounded(issue.origin, `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`)}`;
    default:
      return `cannot be used: ${issue.message}`;
  }
}

function wordType({ expected, message }: z.core.$ZodIssueInvalidType): string {
  const [, received = ""] = /received (\w+)$/.exec(message) ?? [];
  const wanted = `must be ${NOUNS[expected] ?? expected}`;
  if (received === "undefined") return `is missing; it ${wanted}`;
  const given = expected === "int" && received === "number" ? undefined : NOUNS[received];
  return given === undefined ? wanted : `${wanted}, not ${given}`;
}

function bounded(origin: string, bound: string): string {
  if (origin === "string") return `have ${bound} characters`;
  return origin === "array" || origin === "set" ? `have ${bound} items` : `be ${bound}`;
}

function hintFor(key: string, known: readonly string[]): string {
  const near = closest(key, known);
  return distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(key.length / 3))
    ? `Did you mean ${near}?`
    : `Known settings: ${known.join(", ")}.`;
}
