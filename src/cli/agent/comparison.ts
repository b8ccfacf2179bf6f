import { textTable } from "../text-table.ts";
import type { TerminalStream } from "../terminal.ts";
import type { AgentAnswer } from "../../agent/agent-answer.ts";
import { AGENT_MODES, type AgentMode } from "../../agent/agent-event.ts";
import { formatCost, formatDuration, formatNumber } from "./format-numbers.ts";
import { costOf, type TokenPrices } from "../../agent/model/token-prices.ts";
import { totalTokens } from "../../agent/model/token-usage.ts";

/** The same request answered in both modes. */
type AnswerPair = Readonly<Record<AgentMode, AgentAnswer>>;

/** Two answers, whichever came first. */
export function pairAnswers(one: AgentAnswer, other: AgentAnswer): AnswerPair {
  return one.mode === "code" ? { code: one, direct: other } : { code: other, direct: one };
}

/** Both answers in two columns, and one sentence that says which took less. */
export function comparisonText(
  pair: AnswerPair,
  { prices, out }: { readonly prices: TokenPrices | undefined; readonly out: Pick<TerminalStream, "colors"> },
): string {
  const { colors } = out;
  const row = (title: string, of: (answer: AgentAnswer) => string): readonly string[] => [
    title,
    ...AGENT_MODES.map((mode) => of(pair[mode])),
  ];
  const table = textTable(
    [
      row("ended", ({ status }) => status.replace("_", " ")),
      row("turns", ({ turns }) => formatNumber(turns)),
      row("input tokens", ({ usage }) => atLeast(usage.inputTokens, usage.isComplete)),
      row("  of these from cache", ({ usage }) => formatNumber(usage.cacheReadTokens)),
      row("output tokens", ({ usage }) => atLeast(usage.outputTokens, usage.isComplete)),
      row("tokens together", ({ usage }) => atLeast(totalTokens(usage), usage.isComplete)),
      row("cost", ({ usage }) => formatCost(costOf(usage, prices))),
      row("tool calls", ({ toolCalls }) => formatNumber(toolCalls)),
      row("programs", ({ programs }) => formatNumber(programs)),
      row("time", ({ durationMs }) => formatDuration(durationMs)),
    ],
    {
      keepSpaces: true,
      titleStyle: colors.dim,
      columns: [
        { title: "" },
        { title: "code", align: "right", style: colors.bold },
        { title: "direct", align: "right" },
      ],
    },
  );
  return `${table}${verdict(pair)}\n`;
}

/** Comparison of the two modes' tokens, by the provider's counts alone. */
function verdict({ code, direct }: AnswerPair): string {
  if (code.status !== "answered" || direct.status !== "answered") {
    return "One request was not answered, so the columns cannot be compared.";
  }
  const [inCode, inDirect] = [totalTokens(code.usage), totalTokens(direct.usage)];
  if (!code.usage.isComplete || !direct.usage.isComplete || inCode === 0 || inDirect === 0) {
    return "The provider did not report all tokens.";
  }
  const turns = `${formatNumber(code.turns)} and ${formatNumber(direct.turns)} turns`;
  if (inCode === inDirect) return `Both took the same tokens, in ${turns}.`;
  const [winner, loser, factor] =
    inCode < inDirect ? ["code", "direct", inDirect / inCode] : ["direct", "code", inCode / inDirect];
  return `${loser} took ${factor.toFixed(factor < 10 ? 2 : 0)} times the tokens of ${winner} (${turns}).`;
}

function atLeast(tokens: number, isComplete: boolean): string {
  return `${isComplete ? "" : "≥ "}${formatNumber(tokens)}`;
}
