import type { AutoRule } from "./auto-rule.ts";
import { shareInterval } from "./intervals.ts";
import { sumRows, tokensOf } from "./results.ts";
import type { SuiteReport } from "./run-suite.ts";
import type { AutoJudgement } from "./thresholds.ts";
import { ARMS } from "./suite.ts";

const LOSSES = 12;

/** A report for people, as Markdown. */
export function showMarkdown({ result, rows, rule, cost, leftOut, failed }: SuiteReport): string {
  const { suite, variant, size, model, arms, thresholds, losses } = result;
  const table = ARMS.flatMap((arm) => {
    const sum = arms[arm];
    if (sum === undefined) return [];
    const own = rows.filter((row) => row.arm === arm);
    const long = sumRows(own.filter(({ calls }) => calls >= 3));
    const lost = new Set(losses.filter((loss) => loss.arm === arm).map(({ id }) => id)).size;
    const perTask = (total: number, tasks: number): string =>
      tasks === 0 ? "-" : Math.round(total / tasks).toLocaleString("en");
    return [
      [
        arm,
        `${sum.passed}/${sum.tasks}`,
        perTask(tokensOf(sum), sum.tasks),
        perTask(tokensOf(long), long.tasks),
        perTask(sum.outputTokens, sum.tasks),
        `${Math.round((100 * sum.cachedTokens) / Math.max(1, sum.inputTokens))} %`,
        (sum.turns / sum.tasks).toFixed(1),
        arm.startsWith("direct") || arm === "search" ? "" : String(lost),
      ].join(" | "),
    ];
  });
  return [
    `## ${suite}${variant === undefined ? "" : `, ${variant}`}, ${size} tools, ${model} model${result.lowerBound ? " (lower bound)" : ""}`,
    "",
    "| arm | passed | tokens a task | tasks of 3 calls and more | output | from cache | turns | tasks lost |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...table.map((line) => `| ${line} |`),
    "",
    ...(rule === undefined ? showShares(rows) : [showRule(rule), ""]),
    ...(cost === undefined ? [] : [`Cost: $${cost.toFixed(2)}.`, ""]),
    `Thresholds (sha256 ${thresholds.hash.slice(0, 12)}):`,
    "",
    ...thresholds.held.map((line) => `- held: ${line}`),
    ...thresholds.missed.map((line) => `- **missed**: ${line}`),
    "",
    `Largest of ${losses.length} losses against the cheapest arm without programs, in tokens:`,
    "",
    ...losses
      .slice(0, LOSSES)
      .map(({ id, arm, against, by }) => `- ${id}: ${arm} takes ${by.toLocaleString("en")} more than ${against}`),
    ...showReasons("Not compared", leftOut),
    ...showReasons("Not in the wanted state in any arm", failed),
    "",
  ].join("\n");
}

function showReasons(title: string, tasks: SuiteReport["leftOut"]): readonly string[] {
  return tasks.length === 0
    ? []
    : ["", `${title} (${tasks.length}):`, "", ...tasks.map(({ id, reason }) => `- ${id}: ${reason}`)];
}

/** Shares of passed tasks with the interval that other templates would leave them in. */
function showShares(rows: SuiteReport["rows"]): readonly string[] {
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  const lines = [...new Set(rows.map(({ arm }) => arm))].map((arm) => {
    const own = rows.filter((row) => row.arm === arm);
    const [least, most] = shareInterval(own).map(percent);
    const share = percent(own.filter(({ passed }) => passed).length / own.length);
    return `- ${arm}: ${share} passed, 95 % interval by template ${least} to ${most}`;
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function showRule({ directTokens, otherwise }: AutoRule): string {
  const size = directTokens.toLocaleString("en");
  return directTokens === 0
    ? `\`auto\` chooses \`${otherwise}\` for every task.`
    : `\`auto\` makes direct calls where the definitions take up to ${size} tokens, and else chooses \`${otherwise}\`.`;
}

/** One table of how `auto` does on what its rule was not fitted on, by suite and size; empty where there is nothing to show. */
export function showAuto(reports: readonly SuiteReport[]): string {
  const judged = reports.flatMap(({ result, auto }) => (auto === undefined ? [] : [{ ...result, auto }]));
  if (judged.length === 0) return "";
  const sizes = [...new Set(judged.map(({ size }) => size))];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const count = (suite: string, of: (auto: AutoJudgement) => string): readonly string[] =>
    sizes.map(
      (size) =>
        judged.filter((each) => each.suite === suite && each.size === size).map((each) => of(each.auto))[0] ?? "-",
    );
  const rows = [...new Set(judged.map(({ suite }) => suite))].flatMap((suite) => [
    line([`${suite}, tokens ≤ 1.05`, ...count(suite, ({ near, templates }) => `${near} of ${templates}`)]),
    line([`${suite}, turns ≤ direct`, ...count(suite, ({ tasks, slow }) => `${tasks - slow.length} of ${tasks}`)]),
  ]);
  const slow = judged.filter(({ auto }) => auto.slow.length > 0);
  return [
    "## `auto` on the templates that were held back",
    "",
    line(["templates and tasks", ...sizes.map((size) => `${size.toLocaleString("en")} tools`)]),
    line(["---", ...sizes.map(() => "---:")]),
    ...rows,
    "",
    ...slow.map(
      ({ suite, size, auto }) => `- ${suite}, ${size} tools, more turns than direct: ${auto.slow.join(", ")}`,
    ),
    "",
  ].join("\n");
}
