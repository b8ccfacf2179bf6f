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
    return new CodemodeError("config_error", `${place}: ${issue.message}.`, { hint: `Correct ${place}.` });
  }
  const key = issue.keys[0] ?? "";
  const known = issue.path.length === 0 ? knownKeys : (NESTED_KEYS[String(issue.path[0])] ?? []);
  return new CodemodeError("config_error", `${place}.${key} is not a known setting.`, { hint: hintFor(key, known) });
}

function hintFor(key: string, known: readonly string[]): string {
  const near = closest(key, known);
  return distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(key.length / 3))
    ? `Did you mean ${near}?`
    : `Known settings: ${known.join(", ")}.`;
}
