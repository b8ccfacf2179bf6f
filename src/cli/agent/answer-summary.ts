import { plainText } from "../plain-text.ts";
import type { Colors } from "../terminal.ts";
import type { AgentAnswer } from "../../agent/agent-answer.ts";
import { formatDuration, formatNumber } from "./format-numbers.ts";
import { costOf, PRICE_VARIABLE, type TokenPrices } from "../../agent/model/token-prices.ts";
import { addUsage, NO_USAGE, type TokenUsage, totalTokens } from "../../agent/model/token-usage.ts";

/** Total cost of all answers of a session. */
interface SessionTotals {
  readonly answers: number;
  readonly turns: number;
  readonly usage: TokenUsage;
}

/** Nothing asked yet. */
export const NO_TOTALS: SessionTotals = { answers: 0, turns: 0, usage: NO_USAGE };

/** The totals with one more answer. */
export function addAnswer({ answers, turns, usage }: SessionTotals, answer: AgentAnswer): SessionTotals {
  return { answers: answers + 1, turns: turns + answer.turns, usage: addUsage(usage, answer.usage) };
}

/** Cost of an answer, in one line, after a line that says how it ended unless it ended well. */
export function answerSummary(
  answer: AgentAnswer,
  { prices, colors }: { readonly prices: TokenPrices | undefined; readonly colors: Colors },
): string {
  const { mode, turns, toolCalls, usage, durationMs } = answer;
  const parts = [
    mode,
    count(turns, "turn"),
    count(toolCalls, "tool call"),
    usageText(usage),
    costText(usage, prices),
    formatDuration(durationMs),
  ];
  return `${endingText(answer, colors)}${colors.dim(parts.join(" · "))}\n`;
}

/** Cost of a session so far, in one line. */
export function totalsText({ answers, turns, usage }: SessionTotals, prices: TokenPrices | undefined): string {
  return `session: ${[count(answers, "answer"), count(turns, "turn"), usageText(usage), costText(usage, prices)].join(" · ")}`;
}

function endingText({ status, error, turns }: AgentAnswer, colors: Colors): string {
  switch (status) {
    case "answered":
      return "";
    case "stopped":
      return `${colors.yellow("stopped")}\n`;
    case "turn_limit":
      return `${colors.yellow("stopped")} after ${turns} turns without an answer; --max-turns allows more\n`;
    default: {
      const hint = error?.hint === undefined ? "" : `${colors.dim("hint:")} ${plainText(error.hint)}\n`;
      return `${colors.red("error")} ${plainText(error?.message ?? "The model gave no answer.")}\n${hint}`;
    }
  }
}

function usageText(usage: TokenUsage): string {
  const { inputTokens, cacheReadTokens, outputTokens, isComplete } = usage;
  const cached = cacheReadTokens === 0 ? "" : ` (${formatNumber(cacheReadTokens)} cached)`;
  if (!isComplete && totalTokens(usage) === 0) return "tokens not reported";
  if (!isComplete && totalTokens(usage) === 0) return "tokens not reported";
  const sum = `${formatNumber(inputTokens)} in${cached} + ${formatNumber(outputTokens)} out = ${formatNumber(totalTokens(usage))} tokens`;
  return isComplete ? sum : `at least ${sum}`;
}

function costText(usage: TokenUsage, prices: TokenPrices | undefined): string {
  const cost = costOf(usage, prices);
  if (cost !== undefined) return `$${cost.toFixed(4)}`;
  return prices === undefined ? `cost unknown (set ${PRICE_VARIABLE})` : "cost unknown";
}

function count(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? "" : "s"}`;
}
