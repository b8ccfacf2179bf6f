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
  readonly decision: PolicyDecision;
}

/** Rules for the tools that may be called. */
export interface Policy {
  /** For tools no rule matches. @default "allow" */
  readonly default?: PolicyDecision;
  readonly rules?: readonly PolicyRule[];
}

/** Decides about one tool of a catalog. Rules are tried in order. */
export function decide(policy: Policy, tool: ToolEntry, catalog: Pick<Catalog, "server">): PolicyDecision {
  const rule = policy.rules?.find((candidate) => matchesRule(candidate, tool, catalog));
  return rule?.decision ?? policy.default ?? "allow";
}

function matchesRule(rule: PolicyRule, tool: ToolEntry, catalog: Pick<Catalog, "server">): boolean {
  if (rule.tools !== undefined && !matchesTool(rule.tools, tool, catalog)) return false;
  if (rule.annotation === "readOnly") return tool.annotations?.readOnlyHint === true;
  if (rule.annotation === "destructive") {
    return tool.annotations?.readOnlyHint !== true && tool.annotations?.destructiveHint !== false;
  }
  return true;
}

/** Both names may hold `__`, so a name alone does not say whose tool it is: what the pattern names is looked up. */
function matchesTool(pattern: string, tool: ToolEntry, catalog: Pick<Catalog, "server">): boolean {
  const star = pattern.indexOf("*");
  const fixed = star === -1 ? pattern : pattern.slice(0, star);
  for (let end = fixed.lastIndexOf("__"); end > 0; end = fixed.lastIndexOf("__", end - 1)) {
    const server = catalog.server(fixed.slice(0, end));
    if (server === undefined) continue;
    const rest = pattern.slice(end + 2);
    const isNamed = wildcard(rest)(tool.toolName) || wildcard(pattern)(tool.name);
    return server.name === tool.serverName && isNamed;
  }
  return wildcard(pattern)(tool.name);
}
