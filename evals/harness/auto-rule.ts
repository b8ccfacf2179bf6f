import type { TaskRow } from "./results.ts";
import { cheapest, rowsByTask, tokensOf } from "./results.ts";
import type { PricedArm, Task } from "./suite.ts";

/** Arms for a catalogue that is too large to be sent whole. */
const FOR_MANY_TOOLS = ["search", "code-typescript", "code-by-request"] as const;

/** How much work the words of a request ask for. */
type Width = "one" | "some" | "many";

/** Choice for requests of one width: direct calls while the definitions are small, and else another arm. */
interface Choice {
  /** Largest number of tokens of all definitions with which direct calls are made, in parallel where they can be. */
  readonly directTokens: number;
  readonly otherwise: PricedArm;
}

/** The choice for each width of a request. */
export type AutoRule = Readonly<Record<Width, Choice>>;

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
 * For requests of each width, the choice that costs the fewest tokens over the rows it is fitted on; a turn more than
 * `direct` counts like a tenth of the cheapest arm.
 */
export function fitAutoRule(tasks: readonly Task[], rows: readonly TaskRow[]): AutoRule {
  const fitting = fittingTemplates(tasks);
  const fitted = rowsByTask(rows.filter(({ template }) => fitting.has(template)));
  const choiceFor = (width: Width): Choice => {
    const own = tasks.filter((task) => widthOf(task) === width).flatMap(({ id }) => fitted.get(id) ?? []);
    const groups = [...rowsByTask(own).values()];
    const limits = [0, ...new Set(own.map(({ definitions }) => definitions))];
    const arms = FOR_MANY_TOOLS.filter((arm) => own.some((row) => row.arm === arm));
    const choices = limits.flatMap((directTokens) => arms.map((otherwise) => ({ directTokens, otherwise })));
    const costs = choices.map((choice) => ({ choice, cost: relativeCost(groups, choice) }));
    const best = costs.toSorted((a, b) => a.cost - b.cost || a.choice.directTokens - b.choice.directTokens)[0];
    return best?.choice ?? { directTokens: 0, otherwise: "search" };
  };
  return { one: choiceFor("one"), some: choiceFor("some"), many: choiceFor("many") };
}

function choose(rows: readonly TaskRow[], { directTokens, otherwise }: Choice): TaskRow | undefined {
  const arm = (rows[0]?.definitions ?? 0) <= directTokens ? "direct-parallel" : otherwise;
  return rows.find((row) => row.arm === arm);
}

/** Tokens of a choice relative to the cheapest arm, summed over tasks. */
function relativeCost(tasks: readonly (readonly TaskRow[])[], choice: Choice): number {
  const costs = tasks.map((rows) => {
    const row = choose(rows, choice);
    const best = cheapest(rows);
    if (row === undefined || best === undefined) return 0;
    const direct = rows.find(({ arm }) => arm === "direct") ?? row;
    return tokensOf(row) / tokensOf(best) + Math.max(0, row.turns - direct.turns) / 10;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

/** Rows of the arm `auto`: for each task those of the arm that the rule chooses. */
export function autoRows(tasks: readonly Task[], rows: readonly TaskRow[], rule: AutoRule): readonly TaskRow[] {
  const byTask = rowsByTask(rows);
  return tasks.flatMap((task) => {
    const row = choose(byTask.get(task.id) ?? [], rule[widthOf(task)]);
    return row === undefined ? [] : [{ ...row, arm: "auto" as const }];
  });
}
