import {
  type CallToolResult,
  type InputRequiredResult,
  inputResponse,
  isSpecType,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { defined } from "../base/defined.ts";
import { bigintsAsText, type ExactWire } from "../base/exact-wire.ts";
import type { CallDecision } from "../runs/result.ts";
import type { AgentTool, AgentToolContext, AgentToolResult } from "../tools/agent-tool.ts";
import {
  APPROVAL,
  type AskedRun,
  askPerson,
  canAskPerson,
  decisionsNow,
  readDecisions,
  type SealedState,
} from "./asking/approval-form.ts";
import { CallInQuestion, takeUpCall } from "./asking/call-in-question.ts";
import { callingClient } from "./asking/calling-client.ts";
import { loginAsker } from "./asking/login-asker.ts";
import { answerTime, createCallProgress } from "./call-progress.ts";
import type { ClientProfile } from "./clients/client-profile.ts";
import type { ServedTools } from "./served-tools.ts";

/** A call on its way to a tool of ours, or to one that is offered by itself. */
interface Answering {
  readonly tools: ServedTools;
  readonly server: Pick<Server, "getClientCapabilities">;
  readonly context: ServerContext;
  readonly profile: ClientProfile;
  readonly disconnected: AbortSignal | undefined;
  /** Ends it with its request. */
  readonly ending: AbortSignal;
  readonly wire: ExactWire | undefined;
  readonly answerMs: number | undefined;
}

/** Answers a call of a tool of ours, or of one that is offered by itself, or says what to write instead. */
export async function answerCall(
  {
    name,
    arguments: written,
  }: { readonly name: string; readonly arguments?: Readonly<Record<string, unknown>> | undefined },
  answering: Answering,
): Promise<CallToolResult | InputRequiredResult> {
  const { tools, server, context, profile, ending, wire } = answering;
  const args = wire?.fromLibrary(written, { exact: true }) ?? written;
  const asked = context.mcpReq.requestState<SealedState>();
  if (asked !== undefined && "callId" in asked) return takeUpCall(asked.callId, { context, ending });
  const decided = asked === undefined || !("runId" in asked) ? undefined : decisionsIn(context, asked);
  const mayWait = canAskPerson(server, context.mcpReq);
  const { tools: own, tool: find, direct, mode, owner } = await tools.offered(profile);
  const tool = find(name);
  if (tool !== undefined) return callOwn(tool, args, { ...answering, own, decided, mayWait });
  const onLogin = loginAsker(server, context);
  const given = defined({ decided, mayWait, onLogin, client: callingClient(server, context) });
  const executor = await tools.executor();
  const { findDirect, noTool } = await import("./surface/surface.ts");
  const entry = findDirect(executor, direct, name);
  if (entry !== undefined) {
    const { callDirect } = await import("./surface/call-direct.ts");
    const declared = server.getClientCapabilities();
    return callDirect(executor, {
      name: entry.name,
      arguments: args ?? {},
      context,
      signal: ending,
      given,
      wire,
      declared,
      ...defined({ owner }),
    });
  }
  const { programLine } = await import("../tools/runs/program-line.ts");
  const wayOut = programLine(executor.registry, { name, arguments: written, mode });
  if (wayOut === undefined) throw noTool(name, own);
  return { content: [{ type: "text", text: wayOut }], isError: true };
}

/** A call of a tool of ours. */
export interface OwnCall extends Answering {
  readonly decided: AgentToolContext["decided"];
  readonly mayWait: boolean;
  readonly own: readonly AgentTool[];
}

/** Answers a call of a tool of ours: with its result, or with the question to a person that it waits for. */
export async function callOwn(
  tool: AgentTool,
  args: unknown,
  call: OwnCall,
): Promise<CallToolResult | InputRequiredResult> {
  const { server, context, profile, disconnected, own, ending, decided, mayWait } = call;
  const asked = context.mcpReq.envelope === undefined ? undefined : new CallInQuestion(disconnected);
  const onLogin = loginAsker(server, context, asked);
  const client = callingClient(server, context, asked);
  const answerMs = answerTime(context, own, call.answerMs);
  const given = defined({ decided, mayWait, onLogin, client, answerMs, readingCharacters: profile.resultCharacters });
  const signal = asked?.signal ?? ending;
  const make: MakeAgain = (decisions) =>
    callTool(tool, args, { context, signal, given: { ...given, ...defined({ decided: decisions }) } });
  const work = make(decided).then((result) => toAnswer(result, call, make));
  return asked === undefined ? work : asked.begin(work, { context, ending });
}

/** Makes a call of a tool of ours with what a person has decided. */
type MakeAgain = (decided: AgentToolContext["decided"]) => Promise<AgentToolResult>;

/** The result of a tool of ours, or the question to a person that it waits for. */
async function toAnswer(
  result: AgentToolResult,
  call: OwnCall,
  make: MakeAgain,
): Promise<CallToolResult | InputRequiredResult> {
  const { context, profile, wire, decided, mayWait } = call;
  const isLeft = decided?.decisions.length === 0 || !mayWait;
  const { waiting } = result;
  if (waiting !== undefined && !isLeft) {
    const question = await askPerson(waiting, context);
    if (context.mcpReq.envelope !== undefined) return question;
    const now = {
      runId: waiting.runId,
      decisions: await decisionsNow(question, waiting, { context, signal: call.ending }),
    };
    return toAnswer(await make(now), { ...call, decided: now }, make);
  }
  const structured = wire?.toLibrary(result.structured) ?? bigintsAsText(result.structured);
  return toWireResult({ ...result, structured }, profile.takesStructure);
}

async function callTool(
  tool: AgentTool,
  args: unknown,
  {
    context,
    signal,
    given,
  }: {
    readonly context: ServerContext;
    readonly signal: AbortSignal;
    readonly given: Pick<
      AgentToolContext,
      "decided" | "mayWait" | "onLogin" | "client" | "readingCharacters" | "answerMs"
    >;
  },
): Promise<AgentToolResult> {
  const progress = createCallProgress(context.mcpReq);
  const onEvent = progress === undefined ? {} : { onEvent: progress.hear };
  try {
    return await tool.execute(args, { signal, ...onEvent, ...given });
  } finally {
    await progress?.end();
  }
}

function decisionsIn(
  { mcpReq }: ServerContext,
  asked: AskedRun,
): { readonly runId: string; readonly decisions: readonly CallDecision[] } {
  const decisions = readDecisions(inputResponse(mcpReq.inputResponses, APPROVAL), asked);
  return { runId: asked.runId, decisions };
}

function toWireResult(result: AgentToolResult, withStructure: boolean): CallToolResult {
  const { text, structured, content, isError } = result;
  const further = content.map((item) =>
    isSpecType.ContentBlock(item) ? item : { type: "text" as const, text: JSON.stringify(item) },
  );
  return {
    content: [{ type: "text", text }, ...further],
    ...(withStructure ? { structuredContent: structured } : {}),
    ...(isError ? { isError } : {}),
  };
}
