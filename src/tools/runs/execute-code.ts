import type { ExecuteOptions } from "../../host/executor-options.ts";
import { defined } from "../../base/defined.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ExecutionResult } from "../../runs/result.ts";
import type { AgentTool, AgentToolContext } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { executeCodeDescription, listedTools } from "./execute-code-description.ts";
import type { ToolListRoom } from "../tool-list.ts";
import { parseLanguage } from "../guest-language.ts";
import { skillsSentence } from "./program-guide.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { answerInTime } from "./answer-in-time.ts";
import { EXECUTION } from "./execution-outcome.ts";
import { isOwnRun } from "./own-run.ts";
import { object } from "./result-schema.ts";
import { ACTS, READS } from "../tool-annotations.ts";
import { showSkills } from "../skills/skill-list.ts";
import type { ToolArguments } from "../tool-arguments.ts";

const SKILLS = skillsSentence(["typescript", "python"]);

const BACKGROUND = {
  background: { type: "boolean", default: false, description: "Answer at once with the run id; see get_execution." },
} as const;

/** Longest time a caller may ask for. */
const MOST_SECONDS = 600;

/** `execute_code`: runs one program that composes tools. Its description lists the tools there are. */
export function createExecuteCode(
  executor: CodeModeExecutor,
  scope: ClientScope,
  room: Pick<ToolListRoom, "catalogTokens"> = {},
): AgentTool {
  return createProgramTool(executor, scope, {
    name: "execute_code",
    title: "Run code",
    description: ({ description: characters, parameters } = { description: Number.POSITIVE_INFINITY }) => {
      const skills = executor.skills.isConfigured ? `\n${SKILLS}${showSkills(executor.skills)}` : "";
      const isListed = parameters === undefined;
      const tools = executeCodeDescription(executor.registry, { ...room, characters, isListed });
      return tools.length + skills.length <= characters ? tools + skills : tools;
    },
    listing: {
      parameter: "code",
      text: (characters) => (room.catalogTokens === 0 ? "" : listedTools(executor.registry, { ...room, characters })),
    },
    annotations: ACTS,
    lane: {},
    inputs: BACKGROUND,
  });
}

/** `execute_readonly_code`: the same in the read-only lane, so that clients which ask before changes let it run. */
export function createExecuteReadonlyCode(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return createProgramTool(executor, scope, {
    name: "execute_readonly_code",
    title: "Run code that only reads",
    description:
      "Runs one program like execute_code, with the same tools, languages and rules, but lets it call only tools that are marked read-only; the others raise policy_denied.",
    annotations: { ...READS, openWorldHint: true },
    lane: { readOnly: true },
  });
}

/** `preview_code`: what a program would do, without doing it. */
export function createPreviewCode(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return createProgramTool(executor, scope, {
    name: "preview_code",
    title: "Preview code",
    description:
      "Runs one program like execute_code, but makes only the calls that read; the others are listed with their exact arguments instead of being made, and the program stops where it uses the result of one.",
    annotations: { ...READS, openWorldHint: true },
    lane: { preview: true },
  });
}

function createProgramTool(
  executor: CodeModeExecutor,
  scope: ClientScope,
  {
    lane,
    inputs = {},
    ...spec
  }: Pick<Parameters<typeof defineAgentTool>[0], "name" | "title" | "description" | "listing" | "annotations"> & {
    readonly lane: Pick<ExecuteOptions, "preview" | "readOnly">;
    readonly inputs?: typeof BACKGROUND | {};
  },
): AgentTool {
  return defineAgentTool({
    ...spec,
    inputSchema: object(
      {
        code: { type: "string", minLength: 1, description: "The whole program." },
        language: { enum: ["typescript", "python"], default: "typescript" },
        timeout: { type: "number", exclusiveMinimum: 0, maximum: MOST_SECONDS, description: "Seconds." },
        session: {
          type: "string",
          minLength: 1,
          maxLength: 200,
          description: "Programs of the same name share variables.",
        },
        retry_of: { type: "string", description: "A failed run: writes it completed are not made again." },
        ...inputs,
      },
      ["code"],
    ),
    resultSchema: EXECUTION,
    run: async (args, context) => {
      const background = args.flag("background") === true && context.decided === undefined;
      const asked = { ...executeOptions(args, { scope, context }), ...lane };
      const { retryOf } = asked;
      if (retryOf !== undefined && !(await isOwnRun(retryOf, executor, scope))) throw unknownRun(retryOf);
      return answerInTime(context, { ...asked, background }, (options) =>
        goOn(executor, { ...context, begin: () => executor.execute(args.requiredText("code"), options) }, options),
      );
    },
  });
}

/** Goes on with the run that a call began, by what a person decided since; a call that begins one does so. */
export async function goOn(
  { runs }: CodeModeExecutor,
  { decided, begin }: Pick<AgentToolContext, "decided"> & { readonly begin: () => Promise<ExecutionResult> },
  options: ExecuteOptions,
): Promise<ExecutionResult> {
  if (decided === undefined) return begin();
  const { runId, decisions } = decided;
  const by = `elicitation ${options.owner ?? "local user"}`;
  return decisions.length === 0 ? runs.resume(runId, options) : runs.decide(runId, decisions, { ...options, by });
}

/** Settings with which a tool of this client runs a program. */
export function executeOptions(
  args: ToolArguments,
  { scope, context }: { readonly scope: ClientScope; readonly context: AgentToolContext },
): ExecuteOptions {
  const { signal, onEvent, onLogin, client, mayWait, readingCharacters, runId } = context;
  const [timeout, session, retryOf] = [args.number("timeout"), args.text("session"), args.text("retry_of")];
  return {
    language: parseLanguage(args.text("language")),
    reader: "model",
    artifacts: scope.artifacts,
    ...defined({ onEvent, onLogin, signal, client, readingCharacters, retryOf, runId, owner: scope.owner }),
    ...(mayWait === true ? { durable: true } : {}),
    ...(timeout === undefined ? {} : { timeoutMs: Math.max(1, Math.round(timeout * 1_000)) }),
    ...(session === undefined ? {} : { sessionId: scope.sessionId(session) }),
  };
}

function unknownRun(runId: string): CodemodeError {
  return new CodemodeError("invalid_arguments", `There is no run ${runId} of this client to try again.`, {
    hint: "Pass the run id that a failed program reported, or leave retry_of out.",
  });
}
