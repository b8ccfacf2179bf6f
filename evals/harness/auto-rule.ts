import { cheapest, rowsByTask, tokensOf, type TaskRow } from "./results.ts";
import type { PricedArm, Task } from "./suite.ts";

/** Arms for a catalogue that is too large to be sent whole. */
const FOR_MANY_TOOLS = ["search", "code-typescript", "code-by-request"] as const;

/** The choice of `auto`: direct calls while the definitions are small, and else another arm. */
export interface AutoRule {
  /** Largest number of tokens of all definitions with which direct calls are made, in parallel where they can be. */
  readonly directTokens: number;
  readonly otherwise: PricedArm;
}

/** Every second template: the rule is fitted on these and judged on the others. */
export function fittingTemplates(tasks: readonly Task[]): ReadonlySet<string> {
  const names = [...new Set(tasks.map(({ template }) => template))].toSorted();
  return new Set(names.filter((_, at) => at % 2 === 0));
}

/**
 * The choice that costs the fewest tokens over the templates it is fitted on; a turn more than `direct` counts like a
 * tenth of the cheapest arm.
 */
export function fitAutoRule(tasks: readonly Task[], rows: readonly TaskRow[]): AutoRule {
  const fitting = fittingTemplates(tasks);
  const own = rows.filter(({ template }) => fitting.has(template));
  const groups = [...rowsByTask(own).values()];
  const limits = [...new Set([0, ...own.map(({ definitions }) => definitions)])];
  const arms = FOR_MANY_TOOLS.filter((arm) => own.some((row) => row.arm === arm));
  const rules = limits.flatMap((directTokens) => arms.map((otherwise) => ({ directTokens, otherwise })));
  const costs = rules.map((rule) => ({ rule, cost: relativeCost(groups, rule) }));
  const best = costs.toSorted((a, b) => a.cost - b.cost || a.rule.directTokens - b.rule.directTokens)[0];
  return best?.rule ?? { directTokens: 0, otherwise: "code-by-request" };
}

function choose(rows: readonly TaskRow[], { directTokens, otherwise }: AutoRule): TaskRow | undefined {
  const arm = (rows[0]?.definitions ?? 0) <= directTokens ? "direct-parallel" : otherwise;
  return rows.find((row) => row.arm === arm);
}

/** Tokens of a choice relative to the cheapest arm, summed over tasks. */
function relativeCost(tasks: readonly (readonly TaskRow[])[], rule: AutoRule): number {
  const costs = tasks.map((rows) => {
    const row = choose(rows, rule);
    const best = cheapest(rows);
    if (row === undefined || best === undefined) return 0;
    const direct = rows.find(({ arm }) => arm === "direct") ?? row;
    return tokensOf(row) / tokensOf(best) + Math.max(0, row.turns - direct.turns) / 10;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

/** Rows of the arm `auto`: for each task the row of the arm that the rule chooses. */
export function autoRows(rows: readonly TaskRow[], rule: AutoRule): readonly TaskRow[] {
  return [...rowsByTask(rows).values()].flatMap((own) => {
    const row = choose(own, rule);
    return row === undefined ? [] : [{ ...row, arm: "auto" as const }];
  });
}
