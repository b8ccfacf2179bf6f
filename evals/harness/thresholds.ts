import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fittingTemplates } from "./auto-rule.ts";
import { rowsByTask, sumRows, type TaskRow, tokensOf } from "./results.ts";
import type { Arm, PricedArm, Task } from "./suite.ts";

/** What the results must reach, written down before them. */
interface Thresholds {
  /** Part of the tasks that each arm must pass. */
  readonly passed: number;
  readonly codeAgainstDirect: Ratio;
  readonly codeAgainstParallel: Ratio;
  readonly pythonAgainstTypescript: Ratio;
  readonly codeTurns: Ratio;
  readonly auto: { readonly within: number; readonly templates: number; readonly turns: number };
}

/** Largest ratio of two arms over the tasks with so many calls. */
interface Ratio {
  readonly leastCalls?: number;
  readonly atMost: number;
}

/** Names of thresholds that hold and that do not, with the hash of their file. */
export interface ThresholdReport {
  readonly hash: string;
  readonly held: readonly string[];
  readonly missed: readonly string[];
}

/** Compares rows with the thresholds; what the arms of a run cannot answer is left out. */
export function judgeThresholds(tasks: readonly Task[], rows: readonly TaskRow[]): ThresholdReport {
  const { text, limits } = readThresholds();
  const findings = [
    ...passedFindings(rows, limits.passed),
    ratioFinding(rows, {
      name: "tokens of code against direct",
      arms: ["code-typescript", "direct"],
      ...limits.codeAgainstDirect,
    }),
    ratioFinding(rows, {
      name: "tokens of code against direct-parallel",
      arms: ["code-typescript", "direct-parallel"],
      ...limits.codeAgainstParallel,
    }),
    ratioFinding(rows, {
      name: "tokens of Python against TypeScript",
      arms: ["code-python", "code-typescript"],
      ...limits.pythonAgainstTypescript,
    }),
    ratioFinding(rows, {
      name: "turns of code against direct",
      arms: ["code-typescript", "direct"],
      ...limits.codeTurns,
      of: "turns",
    }),
    ...autoFindings(countAuto(tasks, rows, limits.auto.within), limits.auto),
  ].flatMap((finding) => finding ?? []);
  const named = (held: boolean): readonly string[] =>
    findings.filter((finding) => finding.held === held).map(({ text: line }) => line);
  return { hash: createHash("sha256").update(text).digest("hex"), held: named(true), missed: named(false) };
}

function readThresholds(): { readonly text: string; readonly limits: Thresholds } {
  const text = readFileSync(new URL("../thresholds.json", import.meta.url), "utf8");
  return { text, limits: JSON.parse(text) as Thresholds };
}

/** A threshold, and whether it holds. */
interface Finding {
  readonly text: string;
  readonly held: boolean;
}

function passedFindings(rows: readonly TaskRow[], least: number): readonly Finding[] {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  return arms.map((arm) => {
    const { tasks, passed } = sumRows(rows.filter((row) => row.arm === arm));
    return { text: `${arm} passes ${percent(least)}: ${passed} of ${tasks}`, held: passed >= least * tasks };
  });
}

function ratioFinding(
  rows: readonly TaskRow[],
  {
    name,
    arms,
    leastCalls = 0,
    atMost,
    of = "tokens",
  }: Ratio & { name: string; arms: readonly [Arm, Arm]; of?: "tokens" | "turns" },
): Finding | undefined {
  const own = rows.filter(({ calls }) => calls >= leastCalls);
  const [left, right] = arms.map((arm) => sumRows(own.filter((row) => row.arm === arm)));
  if (left === undefined || right === undefined || left.tasks === 0 || right.tasks === 0) return undefined;
  const ratio = of === "turns" ? left.turns / right.turns : tokensOf(left) / tokensOf(right);
  const scope = leastCalls === 0 ? "" : `, tasks of ${leastCalls} calls or more`;
  return { text: `${name}${scope} at most ${atMost}: ${ratio.toFixed(2)}`, held: ratio <= atMost };
}

/** How `auto` does on the templates that its rule was not fitted on. */
export interface AutoJudgement {
  readonly templates: number;
  /** Templates in which it costs little more than the best arm. */
  readonly near: number;
  readonly tasks: number;
  /** Ids of the tasks in which it takes more turns than `direct`. */
  readonly slow: readonly string[];
}

/** Judges `auto` beside the arms that are there; undefined where it is not one of them. */
export function judgeAuto(tasks: readonly Task[], rows: readonly TaskRow[]): AutoJudgement | undefined {
  return countAuto(tasks, rows, readThresholds().limits.auto.within);
}

function countAuto(tasks: readonly Task[], rows: readonly TaskRow[], within: number): AutoJudgement | undefined {
  const fitted = fittingTemplates(tasks);
  const heldBack = rows.filter(({ template }) => !fitted.has(template));
  const templates = [...new Set(heldBack.filter(({ arm }) => arm === "auto").map(({ template }) => template))];
  if (templates.length === 0) return undefined;
  const near = templates.filter((template) =>
    isNear(
      heldBack.filter((row) => row.template === template),
      within,
    ),
  );
  const groups = rowsByTask(heldBack);
  const turns = (id: string, name: Arm): number | undefined => groups.get(id)?.find(({ arm }) => arm === name)?.turns;
  const slow = [...groups.keys()].filter((id) => (turns(id, "auto") ?? 0) > (turns(id, "direct") ?? Infinity));
  return { templates: templates.length, near: near.length, tasks: groups.size, slow };
}

function autoFindings(judgement: AutoJudgement | undefined, limits: Thresholds["auto"]): readonly Finding[] {
  if (judgement === undefined) return [];
  const { templates, near, tasks, slow } = judgement;
  const quick = tasks - slow.length;
  return [
    {
      text: `auto within ${limits.within} of the best arm in ${percent(limits.templates)} of the held-back templates: ${near} of ${templates}`,
      held: near >= limits.templates * templates,
    },
    {
      text: `auto takes no more turns than direct in ${percent(limits.turns)} of the held-back tasks: ${quick} of ${tasks}`,
      held: quick >= limits.turns * tasks,
    },
  ];
}

/** Whether `auto` costs little more than the best arm over the tasks of a template. */
function isNear(rows: readonly TaskRow[], within: number): boolean {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const cost = (arm: PricedArm): number => tokensOf(sumRows(rows.filter((row) => row.arm === arm)));
  const best = Math.min(...arms.map(cost));
  return cost("auto") <= within * best;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
