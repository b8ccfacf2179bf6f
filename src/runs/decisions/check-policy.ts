import { closestName } from "../../base/closest-name.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { EarlierRules } from "./earlier-rules.ts";
import { type Policy, serverEnds } from "./policy.ts";

/**
 * Finds rules that can never match. Throws `config_error` that names the rule and the fix.
 *
 * @param servers names of all servers there can be; absent where more may be added later
 */
export function assertRulesMatch({ rules = [] }: Policy, servers?: readonly string[]): void {
  const before = new EarlierRules();
  const spellings = servers?.flatMap(spellingsOf);
  for (const [index, rule] of rules.entries()) {
    const place = `policy.rules.${index}`;
    const pointer = Object.keys(rule.arguments ?? {}).find((each) => !isJsonPointer(each));
    if (pointer !== undefined) {
      throw neverMatches(`${place}.arguments: ${JSON.stringify(pointer)}`, "it is not a JSON pointer", {
        hint: `Write it with a slash before each part: ${JSON.stringify(`/${pointer.replaceAll(".", "/")}`)}.`,
      });
    }
    if (rule.tools !== undefined) assertNamesTools(`${place}.tools`, rule.tools, { servers, spellings });
    const earlier = before.covering(rule);
    before.add(rule, index);
    if (earlier === undefined) continue;
    throw neverMatches(place, `rule ${earlier} before it decides about all it is about`, {
      hint: "Put the narrower rule first, or remove this one.",
    });
  }
}

/** Names of all servers there can be, and the beginnings of the names of their tools; absent where more may come. */
interface ServerNames {
  readonly servers: readonly string[] | undefined;
  readonly spellings: readonly string[] | undefined;
}

function assertNamesTools(place: string, pattern: string, { servers, spellings }: ServerNames): void {
  const said = `${place}: ${JSON.stringify(pattern)}`;
  if (!pattern.includes("*") && serverEnds(pattern).length === 0) {
    throw neverMatches(said, "it has no name of a server; tools are called server__tool", {
      hint: `Write ${JSON.stringify(`*__${pattern}`)} for a tool of any server, or ${JSON.stringify(`${pattern}__*`)} for all tools of a server.`,
    });
  }
  if (servers === undefined || serverEnds(pattern).length === 0 || namesOne(pattern, spellings)) return;
  const [end = 0] = serverEnds(pattern);
  const name = pattern.slice(0, end);
  throw neverMatches(said, `there is no server called ${JSON.stringify(name)}`, {
    hint: meantInstead(pattern, name, servers),
  });
}

/** The beginnings of the names of a server's tools. */
function spellingsOf(server: string): readonly string[] {
  return [`${server}__`, `${server.replace(/[^\p{L}\p{N}_$]/gu, "_")}__`];
}

/** True when a pattern can be about a tool of one of the servers, in any spelling of its name. */
function namesOne(pattern: string, spellings: readonly string[] = []): boolean {
  const [fixed = ""] = pattern.split("*");
  return spellings.some((name) => fixed.startsWith(name) || (fixed !== pattern && name.startsWith(fixed)));
}

function meantInstead(pattern: string, name: string, servers: readonly string[]): string {
  const ours = pattern.replace(/^mcp__/, "");
  if (ours !== pattern && namesOne(ours, servers.flatMap(spellingsOf))) return `Did you mean ${JSON.stringify(ours)}?`;
  const meant = closestName(name, servers);
  if (meant === undefined) return `The servers are: ${servers.join(", ") || "none"}.`;
  return `Did you mean ${JSON.stringify(`${meant}${pattern.slice(name.length)}`)}?`;
}

/** True for a JSON pointer: empty, or parts that begin with a slash, with `~0` for `~` and `~1` for a slash. */
function isJsonPointer(pointer: string): boolean {
  return /^(\/([^~/]|~[01])*)*$/.test(pointer);
}

function neverMatches(place: string, reason: string, { hint }: { readonly hint: string }): CodemodeError {
  return new CodemodeError("config_error", `${place} can never match: ${reason}.`, { hint });
}
