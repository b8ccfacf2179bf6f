import type { AgentAnswer } from "../../agent/agent-answer.ts";
import { costOf, type TokenPrices } from "../../agent/model/token-prices.ts";
import { totalTokens } from "../../agent/model/token-usage.ts";

/** The JSON document of one request: the answer, or with a comparison both under the names of their modes. */
export function answerDocument(
  answers: readonly AgentAnswer[],
  { model, prices }: { readonly model: string; readonly prices: TokenPrices | undefined },
): Record<string, unknown> {
  const documents = answers.map((answer) => toDocument(answer, prices));
  const [first] = documents;
  if (documents.length < 2) return { model, ...first };
  return {
    model,
    request: answers[0]?.request,
    ...Object.fromEntries(answers.map(({ mode }, index) => [mode, documents[index]])),
  };
}

function toDocument(answer: AgentAnswer, prices: TokenPrices | undefined): Record<string, unknown> {
  const { request, mode, status, text, turns, usage, toolCalls, failedCalls, programs, images, durationMs, error } =
    answer;
  return {
    request,
    mode,
    status,
    text,
    turns,
    usage: { ...usage, totalTokens: totalTokens(usage) },
    costDollars: costOf(usage, prices) ?? null,
    toolCalls,
    failedCalls,
    programs,
    images,
    durationMs,
    error: error ?? null,
  };
}
