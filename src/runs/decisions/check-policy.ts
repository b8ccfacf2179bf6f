import { closestName } from "../../base/closest-name.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { wildcard } from "../../base/wildcard.ts";
import { type Policy, type PolicyRule, serverEnds } from "./policy.ts";

/**
 * Finds rules that can never match. Throws `config_error` that names the rule and the fix.
 *
 * @param servers names of all servers there can be; absent where more may be added later
 */
export function assertRulesMatch({ rules = [] }: Policy, servers?: readonly string[]): void {
  for (const [index, rule] of rules.entries()) {
    const place = `policy.rules.${index}`;
    const pointer = Object.keys(rule.arguments ?? {}).find((each) => !isJsonPointer(each));
    if (pointer !== undefined) {
      throw neverMatches(`${place}.arguments: ${JSON.stringify(pointer)}`, "it is not a JSON pointer", {
        hint: `Write it with a slash before each part: ${JSON.stringify(`/${pointer.replaceAll(".", "/")}`)}.`,
      });
    }
    assertNamesTools(`${place}.tools`, rule.tools, servers);
    const earlier = rules.slice(0, index).findIndex((other) => covers(other, rule));
    if (earlier === -1) continue;
    throw neverMatches(place, `rule ${earlier} before it decides about all it is about`, {
      hint: "Put the narrower rule first, or remove this one.",
    });
  }
}

function assertNamesTools(place: string, pattern: string | undefined, servers: readonly string[] | undefined): void {
  if (pattern === undefined) return;
  const said = `${place}: ${JSON.stringify(pattern)}`;
  if (!pattern.includes("*") && serverEnds(pattern).length === 0) {
    throw neverMatches(said, "it has no name of a server; tools are called server__tool", {
      hint: `Write ${JSON.stringify(`*__${pattern}`)} for a tool of any server, or ${JSON.stringify(`${pattern}__*`)} for all tools of a server.`,
    });
  }
  if (servers === undefined || serverEnds(pattern).length === 0 || namesOne(pattern, servers)) return;
  const [end = 0] = serverEnds(pattern);
  const name = pattern.slice(0, end);
  throw neverMatches(said, `there is no server called ${JSON.stringify(name)}`, {
    hint: meantInstead(pattern, name, servers),
  });
}

/** True when a pattern can be about a tool of one of the servers, in any spelling of its name. */
function namesOne(pattern: string, servers: readonly string[]): boolean {
  const [fixed = ""] = pattern.split("*");
  const spellings = servers.flatMap((name) => [`${name}__`, `${name.replace(/[^\p{L}\p{N}_$]/gu, "_")}__`]);
  return spellings.some((name) => fixed.startsWith(name) || (fixed !== pattern && name.startsWith(fixed)));
}

function meantInstead(pattern: string, name: string, servers: readonly string[]): string {
  const ours = pattern.replace(/^mcp__/, "");
  if (ours !== pattern && namesOne(ours, servers)) return `Did you mean ${JSON.stringify(ours)}?`;
  const meant = closestName(name, servers);
  if (meant === undefined) return `The servers are: ${servers.join(", ") || "none"}.`;
  return `Did you mean ${JSON.stringify(`${meant}${pattern.slice(name.length)}`)}?`;
}

/** True for a JSON pointer: empty, or parts that begin with a slash, with `~0` for `~` and `~1` for a slash. */
function isJsonPointer(pointer: string): boolean {
  return /^(\/([^~/]|~[01])*)*$/.test(pointer);
}

/** True when each call that `later` is about is decided by `earlier`. */
function covers(earlier: PolicyRule, later: PolicyRule): boolean {
  const conditions = Object.entries(earlier.arguments ?? {});
  return (
    (earlier.annotation === undefined || earlier.annotation === later.annotation) &&
    conditions.every(([pointer, pattern]) => {
      const own = later.arguments?.[pointer];
      return own !== undefined && wildcard(pattern)(own);
    }) &&
    coversTools(earlier.tools ?? "*", later.tools ?? "*")
  );
}

/** A pattern that matches the text of another matches all that one matches, where both are about the same server. */
function coversTools(earlier: string, later: string): boolean {
  if (earlier === "*" || earlier === later) return true;
  const isClear = serverEnds(earlier).length === 0 || serverEnds(later).length === 1;
  return isClear && wildcard(earlier)(later);
}

function neverMatches(place: string, reason: string, { hint }: { readonly hint: string }): CodemodeError {
  return new CodemodeError("config_error", `${place} can never match: ${reason}.`, { hint });
}
