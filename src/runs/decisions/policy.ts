import { stringifyJson } from "../../base/exact-json.ts";
import { wildcard } from "../../base/wildcard.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolEntry } from "../../catalog/tool.ts";

/** Decision of a policy about a call. `ask` needs an approval; without a way to get one the call is refused. */
export type PolicyDecision = "allow" | "ask" | "deny";

/** One rule; the first rule that matches decides. */
export interface PolicyRule {
  /**
   * Full tool names this rule is about; `*` stands for any characters. A pattern that begins with a server's name and
   * `__` is about that server's tools alone, the longest such name deciding. @default "*"
   */
  readonly tools?: string;
  /** Only tools that a server marks so. A missing annotation counts as the cautious answer. */
  readonly annotation?: "readOnly" | "destructive";
  /**
   * Only calls whose arguments match: JSON pointers such as `/path` or `/items/0/kind`, each with a pattern for the text
   * there, or for the JSON text of what is not text. `*` stands for any characters, line breaks included; capitals count.
   * A pointer to nothing does not match.
   */
  readonly arguments?: Readonly<Record<string, string>>;
  readonly decision: PolicyDecision;
  /** Reason the program and the person who is asked read. */
  readonly reason?: string;
}

/** Rules for the tools that may be called: the first rule that matches decides, then the preset, then the default. */
export interface Policy {
  /**
   * Rules to start from. A tool *reads* when its `readOnlyHint` is true; it is *destructive* when it does not read and its
   * `destructiveHint` is not false. `allow-all` allows everything, `ask-destructive` asks for destructive tools,
   * `ask-writes` for all that do not read, and `read-only` denies those. @default "allow-all"
   */
  readonly preset?: "allow-all" | "ask-destructive" | "ask-writes" | "read-only";
  readonly rules?: readonly PolicyRule[];
  /** For calls that neither a rule nor the preset decides. @default "allow" */
  readonly default?: PolicyDecision;
  /**
   * What happens to a call that was started and has no result when its run is resumed, unless its tool reads or is
   * idempotent: `ask` a person, `fail` in the program, or `retry`. @default "ask"
   */
  readonly inDoubt?: "ask" | "fail" | "retry";
}

/** All presets, from the most to the least permissive. */
export const POLICY_PRESETS: readonly NonNullable<Policy["preset"]>[] = [
  "allow-all",
  "ask-destructive",
  "ask-writes",
  "read-only",
];

/** Decision about one call, and what it rests on. */
interface PolicyVerdict {
  readonly decision: PolicyDecision;
  /** What the decision rests on, as part of a sentence. */
  readonly reason: string;
}

/** The verdict about a call that nothing is said about. */
export const ALLOWED: PolicyVerdict = { decision: "allow", reason: "no rule is about it" };

/** True when a tool is known to change nothing. */
export function reads(tool: Pick<ToolEntry, "annotations">): boolean {
  return tool.annotations?.readOnlyHint === true;
}

/** True when a tool may destroy something. */
function isDestructive(tool: Pick<ToolEntry, "annotations">): boolean {
  return !reads(tool) && tool.annotations?.destructiveHint !== false;
}

/** Decides about one call of a tool of a catalog. Without arguments, rules about arguments do not match. */
export function decide(
  policy: Policy,
  call: { readonly tool: ToolEntry; readonly arguments?: unknown },
  catalog: Pick<Catalog, "server">,
): PolicyVerdict {
  const { preset } = policy;
  const rule = rulesAbout(policy, call.tool, catalog).find(({ rule: { arguments: conditions = NONE } }) =>
    Object.entries(conditions).every((condition) => meets(call.arguments, condition)),
  )?.rule;
  if (rule !== undefined) return { decision: rule.decision, reason: reasonOf(rule) };
  const decision = presetDecision(preset, call.tool);
  if (decision !== undefined && preset !== "allow-all")
    return { decision, reason: `it is not marked read-only, and the preset is ${preset}` };
  if (decision !== undefined || policy.default === undefined) return ALLOWED;
  return { decision: policy.default, reason: "no rule is about it, and this is the default" };
}

const NONE: Readonly<Record<string, string>> = {};

/** A rule with its number, from 0. */
interface RuleOfTool {
  readonly index: number;
  readonly rule: PolicyRule;
}

/** Found once for each tool of a catalog: a program may make hundreds of calls, and a policy have thousands of rules. */
const rulesOfTools = new WeakMap<Policy, WeakMap<object, Map<ToolEntry, readonly RuleOfTool[]>>>();

/** The rules that are about a tool whatever its arguments, in their order. */
export function rulesAbout(policy: Policy, tool: ToolEntry, catalog: Pick<Catalog, "server">): readonly RuleOfTool[] {
  const ofPolicy = rulesOfTools.get(policy) ?? new WeakMap<object, Map<ToolEntry, readonly RuleOfTool[]>>();
  rulesOfTools.set(policy, ofPolicy);
  const ofCatalog = ofPolicy.get(catalog) ?? new Map<ToolEntry, readonly RuleOfTool[]>();
  ofPolicy.set(catalog, ofCatalog);
  const known = ofCatalog.get(tool);
  if (known !== undefined) return known;
  const { rules = [] } = policy;
  const found = rules.flatMap((rule, index) => (isAbout(rule, tool, catalog) ? [{ index, rule }] : []));
  ofCatalog.set(tool, found);
  return found;
}

function reasonOf({ reason, tools, annotation }: PolicyRule): string {
  if (reason !== undefined) return reason;
  const about = [tools ?? "all tools", ...(annotation === undefined ? [] : [`marked ${annotation}`])].join(" ");
  return `there is a rule for ${about}`;
}

function presetDecision(preset: Policy["preset"], tool: ToolEntry): PolicyDecision | undefined {
  if (preset === "allow-all") return "allow";
  if (preset === "ask-destructive") return isDestructive(tool) ? "ask" : undefined;
  if (preset === undefined || reads(tool)) return undefined;
  return preset === "ask-writes" ? "ask" : "deny";
}

function isAbout(rule: PolicyRule, tool: ToolEntry, catalog: Pick<Catalog, "server">): boolean {
  if (rule.annotation === "readOnly" && !reads(tool)) return false;
  if (rule.annotation === "destructive" && !isDestructive(tool)) return false;
  if (rule.tools === undefined) return true;
  const pattern = patterns.get(rule) ?? toolPattern(rule.tools);
  patterns.set(rule, pattern);
  return matchesTool(pattern, tool, catalog);
}

function meets(args: unknown, [pointer, pattern]: readonly [string, string]): boolean {
  const value = valueAt(args, pointer);
  if (value === undefined) return false;
  return wildcard(pattern)(typeof value === "string" ? value : stringifyJson(value));
}

/** The value that a JSON pointer leads to; undefined where it leads nowhere. */
function valueAt(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  const parts = pointer.slice(1).split("/");
  return parts.reduce<unknown>((whole, part) => {
    if (typeof whole !== "object" || whole === null) return undefined;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(whole) && !/^(0|[1-9]\d*)$/.test(key)) return undefined;
    return Object.getOwnPropertyDescriptor(whole, key)?.value;
  }, value);
}

/** A pattern for the names of tools, read once. */
interface ToolPattern {
  readonly matches: (name: string) => boolean;
  /** Names that its beginning may spell of a server, the longest first, and what is said then of a tool's own name. */
  readonly servers: readonly { readonly name: string; readonly matchesOwn: (name: string) => boolean }[];
}

const patterns = new WeakMap<PolicyRule, ToolPattern>();

function toolPattern(pattern: string): ToolPattern {
  const servers = serverEnds(pattern).map((end) => ({
    name: pattern.slice(0, end),
    matchesOwn: wildcard(pattern.slice(end + 2)),
  }));
  return { matches: wildcard(pattern), servers };
}

/** Both names may hold `__`, so a name alone does not say whose tool it is: what the pattern names is looked up. */
function matchesTool({ matches, servers }: ToolPattern, tool: ToolEntry, catalog: Pick<Catalog, "server">): boolean {
  for (const { name, matchesOwn } of servers) {
    const server = catalog.server(name);
    if (server === undefined) continue;
    const isNamed = matchesOwn(tool.toolName) || matchesOwn(tool.identifier) || matches(tool.name);
    return server.name === tool.serverName && isNamed;
  }
  return matches(tool.name);
}

/** Where the name of a server may end in a pattern, the longest name first. */
export function serverEnds(pattern: string): readonly number[] {
  const star = pattern.indexOf("*");
  const fixed = star === -1 ? pattern : pattern.slice(0, star);
  const ends: number[] = [];
  for (let end = fixed.lastIndexOf("__"); end > 0; end = fixed.lastIndexOf("__", end - 1)) ends.push(end);
  return ends;
}
