import type { Catalog } from "../../catalog/catalog.ts";
import { decide, type Policy, type PolicyDecision, type PolicyRule } from "./policy.ts";

/** Full names of the tools that a policy allows, asks for and denies, in the order of the catalog. */
export type PolicySurvey = Readonly<Record<PolicyDecision, readonly string[]>>;

/**
 * Shows what a policy would decide about each tool of a catalog. Rules about arguments decide only once there are some:
 * they are left out.
 */
export function surveyPolicy(policy: Policy, catalog: Pick<Catalog, "tools" | "server">): PolicySurvey {
  const survey: Record<PolicyDecision, string[]> = { allow: [], ask: [], deny: [] };
  const general = { ...policy, rules: (policy.rules ?? []).filter((rule) => rule.arguments === undefined) };
  for (const tool of catalog.tools) survey[decide(general, { tool }, catalog).decision].push(tool.name);
  return survey;
}

/** Patterns of rules that no tool of a catalog fits, with the numbers of the rules. */
export function idleRules(
  { rules = [] }: Policy,
  catalog: Pick<Catalog, "tools" | "server">,
): readonly { readonly index: number; readonly rule: PolicyRule }[] {
  return rules.flatMap((rule, index) => {
    const { arguments: _, ...general } = rule;
    const probe: Policy = { rules: [{ ...general, decision: "deny" }] };
    const fits = catalog.tools.some((tool) => decide(probe, { tool }, catalog).decision === "deny");
    return fits ? [] : [{ index, rule }];
  });
}
