import type { ExecuteOptions } from "../../host/executor.ts";
import { defined } from "../../base/defined.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ExecutionResult } from "../../runs/result.ts";
import type { AgentTool, AgentToolContext } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { type AgentToolOutcome, defineAgentTool } from "../define-agent-tool.ts";
import { executeCodeDescription } from "./execute-code-description.ts";
import { parseLanguage } from "../guest-language.ts";
import { skillsSentence } from "./program-guide.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { JsonSchemaObject } from "../../schema/json-schema.ts";
import { toMcpContent } from "../mcp-content.ts";
import { ARTIFACT, ERROR, list, object, TEXT, TEXTS, TOOL_CALL } from "./result-schema.ts";
import { ACTS, READS } from "../tool-annotations.ts";
import { showSkills } from "../skills/skill-list.ts";
import type { ToolArguments } from "../tool-arguments.ts";

const SKILLS = skillsSentence(["typescript", "python"]);

/** Longest time a caller may ask for. */
const MOST_SECONDS = 600;

/** `execute_code`: runs one program that composes tools. Its description lists the tools there are. */
export function createExecuteCode(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return createProgramTool(executor, scope, {
    name: "execute_code",
    title: "Run code",
    description: (characters = Number.POSITIVE_INFINITY) => {
      const skills = executor.skills.isConfigured ? `\n${SKILLS}${showSkills(executor.skills)}` : "";
      const tools = executeCodeDescription(executor.registry, characters);
      return tools.length + skills.length <= characters ? tools + skills : tools;
    },
    annotations: ACTS,
    lane: {},
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
    ...spec
  }: Pick<Parameters<typeof defineAgentTool>[0], "name" | "title" | "description" | "annotations"> & {
    readonly lane: Pick<ExecuteOptions, "preview" | "readOnly">;
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
          description: "Programs of the same name share variables, like cells of a notebook.",
        },
        retry_of: { type: "string", description: "A failed run: writes it completed are not made again." },
      },
      ["code"],
    ),
    resultSchema: EXECUTION,
    run: async (args, context) => {
      const options = { ...executeOptions(args, { scope, context }), ...lane };
      return toOutcome(
        (await goOn(executor, context, options)) ?? (await executor.execute(args.requiredText("code"), options)),
      );
    },
  });
}

/** The run that a call began, with what a person decided since; undefined for a call that begins one. */
export async function goOn(
  { runs }: CodeModeExecutor,
  { decided }: AgentToolContext,
  options: ExecuteOptions,
): Promise<ExecutionResult | undefined> {
  if (decided === undefined) return undefined;
  const { runId, decisions } = decided;
  return decisions.length === 0 ? runs.resume(runId, options) : runs.decide(runId, decisions, options);
}

/** What a tool reports of a run. */
export function toOutcome(result: ExecutionResult): AgentToolOutcome {
  const { runId, text, content, pending: calls, status } = result;
  return {
    text,
    structured: toExecutionFields(result),
    content: toMcpContent(content),
    isError: status !== "completed" && status !== "suspended",
    ...(calls.length === 0 ? {} : { waiting: { runId, calls } }),
  };
}

/** Schema of what came of a program. */
export const EXECUTION: JsonSchemaObject = object(
  {
    runId: TEXT,
    status: { enum: ["completed", "failed", "suspended", "cancelled"] },
    value: {},
    stdout: TEXT,
    stderr: TEXT,
    error: { anyOf: [ERROR, { type: "null" }] },
    notes: TEXTS,
    toolCalls: list(TOOL_CALL),
    artifacts: list(ARTIFACT),
    pending: list({}),
    durationMs: { type: "number" },
    preview: {},
  },
  ["runId", "status", "value", "stdout", "stderr", "error", "notes", "toolCalls", "artifacts", "pending", "durationMs"],
);

/** Settings with which a tool of this client runs a program. */
export function executeOptions(
  args: ToolArguments,
  { scope, context }: { readonly scope: ClientScope; readonly context: AgentToolContext },
): ExecuteOptions {
  const { signal, onEvent, onLogin, client, mayWait, readingCharacters } = context;
  const [timeout, session, retryOf] = [args.number("timeout"), args.text("session"), args.text("retry_of")];
  if (retryOf !== undefined && !scope.ownsRun(retryOf)) throw unknownRun(retryOf);
  return {
    language: parseLanguage(args.text("language")),
    reader: "model",
    artifacts: scope.artifacts,
    hooks: { onRunStart: ({ runId }) => scope.addRun(runId) },
    ...defined({ onEvent, onLogin, client, signal, readingCharacters, retryOf }),
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

/** The result for a program on the other side; what went to artifacts is not sent a second time. */
function toExecutionFields(result: ExecutionResult): object {
  const { runId, status, stdout, stderr, error, notes, toolCalls, artifacts, pending, durationMs, keptAside } = result;
  const moved = Object.entries(keptAside).map(([part, id]) => `${part} is kept as artifact ${id}.`);
  return {
    runId,
    status,
    value: keptAside.value === undefined ? result.value : null,
    stdout: keptAside.stdout === undefined ? stdout : "",
    stderr: keptAside.stderr === undefined ? stderr : "",
    error,
    notes: [...notes, ...moved],
    toolCalls,
    artifacts,
    pending,
    durationMs,
    ...defined({ preview: result.preview }),
  };
}
