import type { TaskRow } from "./results.ts";
import { cheapest, rowsByTask, tokensOf } from "./results.ts";
import type { Arm, Task } from "./suite.ts";

/** Arms that `auto` chooses from. */
const CANDIDATES = ["direct-parallel", "search", "code-typescript"] as const;

/** How much work the words of a request ask for. */
type Width = "one" | "some" | "many";

/** The arm for each width of a request. */
export type AutoRule = Readonly<Record<Width, Arm>>;

const MANY = /\b(?:all|any|both|each|every|everything)\b/i;
const SOME = /\b(?:after|and|if|otherwise|then|unless)\b/i;

/** Guesses from a request alone how many calls it takes. */
function widthOf({ steps }: Pick<Task, "steps">): Width {
  const text = steps.map(({ request }) => request).join("\n");
  return MANY.test(text) ? "many" : steps.length > 1 || SOME.test(text) ? "some" : "one";
}

/** Every second template: the rule is fitted on these and judged on the others. */
export function fittingTemplates(tasks: readonly Task[]): ReadonlySet<string> {
  const names = [...new Set(tasks.map(({ template }) => template))].toSorted();
  return new Set(names.filter((_, at) => at % 2 === 0));
}

/**
 * The arm that costs the fewest tokens for requests of each width, among those that take no more turns than `direct`
 * over the rows it is fitted on.
 */
export function fitAutoRule(tasks: readonly Task[], rows: readonly TaskRow[]): AutoRule {
  const fitting = fittingTemplates(tasks);
  const fitted = rows.filter(({ template }) => fitting.has(template));
  const choose = (width: Width): Arm => {
    const ids = new Set(tasks.filter((task) => widthOf(task) === width).map(({ id }) => id));
    const own = fitted.filter(({ id }) => ids.has(id));
    const costs = CANDIDATES.map((arm) => ({ arm, cost: relativeCost(own, arm) }));
    return costs.toSorted((a, b) => a.cost - b.cost)[0]?.arm ?? "direct-parallel";
  };
  return { one: choose("one"), some: choose("some"), many: choose("many") };
}

/** Tokens of an arm relative to the cheapest one, as a mean over tasks; a turn more than `direct` costs a tenth. */
function relativeCost(rows: readonly TaskRow[], arm: Arm): number {
  const costs = [...rowsByTask(rows).values()].map((own) => {
    const row = own.find((each) => each.arm === arm);
    const best = cheapest(own);
    const direct = own.find((each) => each.arm === "direct");
    if (row === undefined || best === undefined) return 0;
    const turnsMore = Math.max(0, row.turns - (direct?.turns ?? row.turns));
    return tokensOf(row) / tokensOf(best) + turnsMore / 10;
  });
  return costs.length === 0 ? 0 : costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
}

/** Rows of the arm `auto`: those of the arm that the rule chooses. */
export function autoRows(tasks: readonly Task[], rows: readonly TaskRow[], rule: AutoRule): readonly TaskRow[] {
  const byTask = rowsByTask(rows);
  return tasks.flatMap((task) => {
    const row = byTask.get(task.id)?.find(({ arm }) => arm === rule[widthOf(task)]);
    return row === undefined ? [] : [{ ...row, arm: "auto" as const }];
  });
}
