import {
  type CallToolResult,
  type ClientCapabilities,
  inputRequired,
  type InputRequiredResult,
  isInputRequiredResult,
  isSpecType,
  ProtocolError,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { defined } from "../../base/defined.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { bigintsAsText, type ExactWire } from "../../base/exact-wire.ts";
import { isRecord } from "../../base/is-record.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { decisionAdvice, showError } from "../../runs/reading-text.ts";
import type { ExecutionResult, PendingDecision } from "../../runs/result.ts";
import type { AgentToolContext } from "../../tools/agent-tool.ts";
import { goOn } from "../../tools/runs/execute-code.ts";
import { askedRuns, askPerson, decisionsNow } from "../asking/approval-form.ts";
import { createCallProgress } from "../call-progress.ts";
import { answersOf } from "./input-answers.ts";

/** One call of a tool that is offered by itself. */
export interface DirectCall {
  /** Full name of the tool. */
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly context: ServerContext;
  readonly signal: AbortSignal;
  readonly given: Pick<AgentToolContext, "decided" | "mayWait" | "onLogin" | "client">;
  readonly wire: ExactWire | undefined;
  /** Name under which the runs of the client are kept; absent for the local user. */
  readonly owner?: string;
  /** What the client can be asked for, as it said when it connected. */
  readonly declared: ClientCapabilities | undefined;
}

/**
 * Calls a tool through the same gate as programs, and returns what its server answered: content of every kind, structured
 * content, failure, questions. What a server refuses with an error of the protocol is thrown as that error; what is
 * refused here is a result with `isError` that says why.
 */
export async function callDirect(
  executor: CodeModeExecutor,
  call: DirectCall,
): Promise<CallToolResult | InputRequiredResult> {
  const { context, given, wire } = call;
  const { secrets } = executor.registry;
  try {
    const first = await make(executor, call);
    const question = first.waiting && (await askPerson(first.waiting, context));
    if (question !== undefined && context.mcpReq.envelope !== undefined) return question;
    const { value } = question === undefined ? first : await makeAnswered(executor, call, { ...first, question });
    if (isInputRequiredResult(value)) return await passOn(value, call.name, context);
    return toResult(secrets.data(value), wire);
  } catch (thrown) {
    if (given.decided === undefined) throwProtocolError(thrown);
    return {
      content: [{ type: "text", text: secrets.text(showError(toCodemodeError(thrown).toReport())) }],
      isError: true,
    };
  }
}

/** What came of a call: its result, or a question to a person. */
interface Made {
  readonly value?: unknown;
  readonly waiting?: { readonly runId: string; readonly calls: readonly PendingDecision[] };
}

async function make(executor: CodeModeExecutor, call: DirectCall): Promise<Made> {
  const { name, context, signal, given, owner } = call;
  const { decided, mayWait, onLogin, client } = given;
  const progress = createCallProgress(context.mcpReq);
  let waiting: Made["waiting"];
  try {
    if (decided !== undefined) {
      const begin = (): Promise<ExecutionResult> => executor.runs.resume(decided.runId);
      const result = await goOn(executor, { decided, begin }, { signal, ...defined({ onLogin, client, owner }) });
      return decidedResult(result, executor.approvers);
    }
    const value = await executor.callTool(name, call.arguments, {
      raw: true,
      signal,
      answers: answersOf(context, { tool: name, declared: call.declared }),
      ...defined({ onLogin, client, owner, onProgress: progress?.pass }),
      ...(mayWait === true
        ? {
            onApproval: async (request) => {
              waiting = request;
              return [];
            },
          }
        : {}),
    });
    return { value };
  } catch (error) {
    if (waiting !== undefined) return { waiting };
    throw error;
  } finally {
    await progress?.end();
  }
}

/** The call again, with what the person of a client decided that is asked in the middle of it. */
async function makeAnswered(
  executor: CodeModeExecutor,
  call: DirectCall,
  { waiting, question }: Made & { readonly question: InputRequiredResult },
): Promise<Made> {
  if (waiting === undefined) return {};
  const decisions = await decisionsNow(question, waiting, call);
  const decided = { runId: waiting.runId, decisions };
  return make(executor, { ...call, given: { ...call.given, decided } });
}

function decidedResult(result: ExecutionResult | undefined, approvers: ReadonlySet<string>): Made {
  if (result?.status === "completed") return { value: result.value };
  const { error, runId = "" } = result ?? {};
  if (error) throw new CodemodeError(error.code, error.message, error);
  throw new CodemodeError("approval_required", "The call waits for an approval.", {
    hint: decisionAdvice(runId, approvers),
  });
}

/** A question of the server behind, with its state under our own seal. */
export async function passOn(
  { inputRequests, requestState }: InputRequiredResult,
  tool: string,
  context: ServerContext,
): Promise<InputRequiredResult> {
  const sealed = requestState === undefined ? undefined : await askedRuns.mint({ tool, state: requestState }, context);
  return inputRequired({ ...defined({ inputRequests, requestState: sealed }) });
}

function toResult(value: unknown, wire: ExactWire | undefined): CallToolResult {
  // A hook may have put a value of its own in place of the result.
  if (!isRecord(value) || !Array.isArray(value["content"])) {
    return { content: [{ type: "text", text: typeof value === "string" ? value : stringifyJson(value ?? null) }] };
  }
  const { content, structuredContent, resultType: _, ...rest } = value;
  const items = (content as readonly unknown[]).map((item) =>
    isSpecType.ContentBlock(item) ? item : { type: "text" as const, text: stringifyJson(withoutWrapping(item)) },
  );
  if (structuredContent === undefined) return { ...rest, content: items };
  const structured: unknown = wire?.toLibrary(structuredContent) ?? bigintsAsText(structuredContent);
  return { ...rest, content: items, structuredContent: structured };
}

/** Content of a kind that nobody knows, as it came. */
function withoutWrapping(item: unknown): unknown {
  return isRecord(item) && item["type"] === "unknown" && "value" in item ? item["value"] : item;
}

/** Throws the error of the protocol that a server answered with, if that is what it is. */
export function throwProtocolError(thrown: unknown): void {
  const cause = CodemodeError.is(thrown) ? thrown.details.cause : undefined;
  if (!(cause instanceof Error) || !("code" in cause) || typeof cause.code !== "number") return;
  throw new ProtocolError(cause.code, cause.message, "data" in cause ? cause.data : undefined);
}
