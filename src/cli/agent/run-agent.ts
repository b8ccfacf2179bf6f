import type { ReadStream } from "node:tty";
import type { Codemode } from "../../host/create-codemode.ts";
import type { CommandContext } from "../command-context.ts";
import { listServersInTime } from "../listed-servers.ts";
import type { AgentApprovals } from "./agent-approvals.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { Conversation } from "../../agent/conversation.ts";
import { ImageFiles } from "../../agent/image-files.ts";
import { loadModel } from "../../agent/model/load-model.ts";
import type { ModelChoice } from "../../agent/model/model-choice.ts";
import { answerOnce } from "./one-request.ts";
import { RawTerminal } from "./raw-terminal.ts";
import { Session } from "./session.ts";

/** Task of the agent: answer one request, or talk at a terminal. */
export type AgentTask =
  | { readonly kind: "request"; readonly request: string }
  | { readonly kind: "session"; readonly input: ReadStream };

/** Runs the agent on the configured servers, which the caller closes. Gives false when a request was not answered. */
export async function runAgent(
  task: AgentTask,
  choice: ModelChoice,
  parts: {
    readonly codemode: Codemode;
    readonly settings: AgentSettings;
    readonly context: CommandContext;
    readonly approvals: AgentApprovals;
  },
): Promise<boolean> {
  const { codemode, settings, context, approvals } = parts;
  const { maxTurns, contextTokens, language, images: folder, wait } = settings.options;
  // Whatever it cannot warm up shows when it is needed.
  codemode.executor.setup().catch(() => {});
  const [model] = await Promise.all([loadModel(choice), listServersInTime(codemode, context, { waitMs: wait })]);
  const { executor } = codemode;
  const images = new ImageFiles(folder);
  const conversation = new Conversation({ executor, model, maxTurns, contextTokens, language, images });
  if (task.kind === "session") {
    using terminal = new RawTerminal(task.input);
    await new Session({ codemode, conversation, settings, context, terminal, approvals }).run();
    return true;
  }
  const answers = await answerOnce(task.request, {
    conversation,
    settings,
    context,
    approvals,
    executor,
  });
  return answers.length > 0 && answers.every(({ status }) => status === "answered");
}
