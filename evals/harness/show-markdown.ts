import { sumRows, tokensOf } from "./results.ts";
import type { SuiteReport } from "./run-suite.ts";
import { ARMS } from "./suite.ts";

const LOSSES = 12;

/** A report for people, as Markdown. */
export function showMarkdown({ result, rows, rule, leftOut, failed }: SuiteReport): string {
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
    `\`auto\` makes direct calls up to a size of the definitions, and else uses another arm: ${showRule(rule)}.`,
    "",
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

function showRule(rule: SuiteReport["rule"]): string {
  const choices = Object.entries(rule).map(
    ([width, { directTokens, otherwise }]) =>
      `${width} call: up to ${directTokens.toLocaleString("en")} tokens, else ${otherwise}`,
  );
  return choices.join("; ").replace("some call", "some calls").replace("many call", "many calls");
}
