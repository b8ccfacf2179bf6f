import type { Catalog } from "../../catalog/catalog.ts";
import { decide, type Policy, type PolicyDecision, rulesAbout } from "./policy.ts";

/** Full names of the tools that a policy allows, asks for and denies, in the order of the catalog. */
export interface PolicySurvey extends Readonly<Record<PolicyDecision, readonly string[]>> {
  /** Numbers, from 0, of the rules that no tool of the catalog fits. */
  readonly idle: readonly number[];
}

/**
 * Shows what a policy would decide about each tool of a catalog. Rules about arguments decide only once there are some:
 * they are left out.
 */
export function surveyPolicy(policy: Policy, catalog: Pick<Catalog, "tools" | "server">): PolicySurvey {
  const { rules = [] } = policy;
  const decided: Record<PolicyDecision, string[]> = { allow: [], ask: [], deny: [] };
  const general = { ...policy, rules: rules.filter((rule) => rule.arguments === undefined) };
  for (const tool of catalog.tools) decided[decide(general, { tool }, catalog).decision].push(tool.name);
  const used = new Set(catalog.tools.flatMap((tool) => rulesAbout(policy, tool, catalog).map(({ index }) => index)));
  const idle = [...rules.keys()].filter((index) => !used.has(index));
  return { ...decided, idle };
}
