import type { CommandContext } from "../command-context.ts";
import { writeJson } from "../write-json.ts";
import { answerDocument } from "./answer-document.ts";
import type { AgentAnswer } from "../../agent/agent-answer.ts";
import type { AgentListener } from "../../agent/agent-event.ts";
import { processApprover } from "../approvals/terminal-approver.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentApprovals } from "./agent-approvals.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { answerSummary } from "./answer-summary.ts";
import { AnswerView } from "./answer-view.ts";
import { comparisonText, pairAnswers } from "./comparison.ts";
import type { Conversation } from "../../agent/conversation.ts";
import { screenOf } from "./screen-of.ts";

/** Answers one request: the text on stdout and the rest on stderr, or everything as one JSON document. */
export async function answerOnce(
  request: string,
  { conversation, settings, context, approvals, executor }: OneRequest,
): Promise<readonly AgentAnswer[]> {
  const { options, prices } = settings;
  const { terminal, signal } = context;
  const show =
    options.json === true ? silently : (work: Work) => visibly(work, { settings, context, approvals, executor });
  const first = await show((listener) => conversation.ask(request, { mode: options.mode, signal, listener }));
  const other = options.mode === "code" ? "direct" : "code";
  const second =
    options.compare === true && first !== undefined && first.status !== "stopped"
      ? await show((listener) => conversation.again({ mode: other, signal, listener }))
      : undefined;
  const answers = [first, second].filter((answer) => answer !== undefined);
  if (options.json === true) writeJson(terminal, answerDocument(answers, { model: conversation.model.label, prices }));
  else if (first !== undefined && second !== undefined)
    terminal.out.write(`\n${comparisonText(pairAnswers(first, second), { prices, out: terminal.out })}`);
  return answers;
}

interface OneRequest {
  readonly conversation: Conversation;
  readonly settings: AgentSettings;
  readonly context: CommandContext;
  readonly approvals: AgentApprovals;
  readonly executor: CodeModeExecutor;
}

type Work = (listener: AgentListener) => Promise<AgentAnswer | undefined>;

function silently(work: Work): Promise<AgentAnswer | undefined> {
  return work(() => {});
}

async function visibly(
  work: Work,
  { settings, context, approvals, executor }: Omit<OneRequest, "conversation">,
): Promise<AgentAnswer | undefined> {
  const { out, err } = context.terminal;
  const view = new AnswerView({ ...screenOf(err, process.stderr), writeText: out.write }, settings.prices);
  const ask = processApprover(context, executor);
  approvals.ask = ask === undefined ? undefined : (request) => view.during(() => ask(request));
  const answer = await work(view.listener).finally(() => {
    approvals.ask = undefined;
    view.end();
  });
  if (answer !== undefined) err.write(answerSummary(answer, { prices: settings.prices, colors: err.colors }));
  return answer;
}
