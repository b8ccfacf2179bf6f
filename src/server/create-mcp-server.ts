import {
  type CallToolResult,
  type InputRequiredResult,
  inputResponse,
  isSpecType,
  McpServer,
  type Server,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import { defined } from "../base/defined.ts";
import { bigintsAsText, type ExactWire } from "../base/exact-wire.ts";
import type { CallDecision } from "../runs/result.ts";
import type { AgentTool, AgentToolContext, AgentToolResult } from "../tools/agent-tool.ts";
import {
  APPROVAL,
  type AskedRun,
  askedRuns,
  askPerson,
  canAskPerson,
  readDecisions,
  type SealedState,
} from "./asking/approval-form.ts";
import { CallInQuestion, takeUpCall } from "./asking/call-in-question.ts";
import { loginAsker } from "./asking/login-asker.ts";
import { callingClient } from "./asking/calling-client.ts";
import { answerTime, createCallProgress, untilEnding } from "./call-progress.ts";
import type { ClientProfile } from "./clients/client-profile.ts";
import { profileNamed, profileOf } from "./clients/client-profiles.ts";
import { introduction } from "./clients/introduction.ts";
import { packageVersion } from "../host/package-version.ts";
import { sayFaults } from "./messages/readable-faults.ts";
import type { PublishedSkills } from "./published-skills.ts";
import { toDirectTool } from "./surface/direct-tools.ts";
import { pageOf } from "./surface/page.ts";
import { CONTENT_CAPABILITIES, serveContent } from "./surface/serve-content.ts";
import type { ServerMode } from "../host/configuration/configuration.ts";
import { type CodemodeSource, ServedExecutor, type ServedTools, type ServedToolsOptions } from "./served-tools.ts";

/**
 * An MCP server that offers an executor's tools to one client; connect it to any transport of the MCP SDK.
 *
 * The caller closes it, and what it serves too unless it gave a function to open it.
 */
export function createMcpServer(source: CodemodeSource, options: ServedToolsOptions = {}): Server {
  const served = new ServedExecutor(source, options);
  const skills = served.skillsNow();
  const server = createToolServer((onChange) => served.toolsFor(async () => undefined, onChange), {
    skills,
    servers: served.serversNow(),
    ...served.settingsNow(),
  });
  onServerClose(server, () => void served.close().catch(() => {}));
  return server;
}

/**
 * An MCP server with the given tools, which are closed with it. It answers `initialize` on its own; what the tools
 * stand on is opened after that.
 */
export function createToolServer(
  openTools: (onChange: () => void) => ServedTools,
  { disconnected, skills, announces = true, wire, servers = [], mode, client, answerMs }: ToolServerOptions = {},
): Server {
  const mcp = new McpServer(
    { name: "codemode", title: "Codemode", version: packageVersion() },
    {
      capabilities: { tools: { listChanged: true }, logging: {}, ...CONTENT_CAPABILITIES },
      instructions: introduction(servers, mode),
      requestState: { verify: (state, context) => askedRuns.verify(state, context) },
    },
  );
  const { server } = mcp;
  sayFaults(server);
  if (skills !== undefined) {
    skills.attach(mcp);
    if (announces)
      onServerClose(
        server,
        skills.onListChange(() => void server.sendResourceListChanged().catch(() => {})),
      );
  }
  // A client that is not there (yet, or any more) lists the tools when it comes.
  const tools = openTools(() => void server.sendToolListChanged().catch(() => {}));
  const stopContent = serveContent(server, {
    executor: () => tools.executor(disconnected ?? new AbortController().signal),
    skills,
    untilEnding: (context, answer) => untilEnding(context, disconnected, answer),
    announces,
  });
  onServerClose(server, stopContent);
  const named = client === undefined ? undefined : profileNamed(client);
  const profile = ({ mcpReq }: ServerContext): ClientProfile =>
    named ??
    profileOf({ client: server.getClientVersion(), capabilities: server.getClientCapabilities() }, mcpReq.envelope);
  server.setRequestHandler("tools/list", async ({ params }, context) => {
    const shaped = profile(context);
    const { tools: own, direct } = await tools.list(shaped, disconnected);
    const all = [...own.map((tool) => toWireTool(tool, shaped)), ...direct.map(toDirectTool)];
    const { items, ...rest } = pageOf(all, ({ name }) => name, params?.cursor);
    return { tools: [...items], ...rest };
  });
  server.setRequestHandler("tools/call", ({ params }, context) =>
    untilEnding(context, disconnected, (ending) =>
      answerCall(params, { tools, server, context, profile: profile(context), disconnected, ending, wire, answerMs }),
    ),
  );
  server.oninitialized = () => tools.warm();
  onServerClose(server, () => void tools.close().catch(() => {}));
  return server;
}

/** A call on its way to a tool of ours, or to one that is offered by itself. */
interface Answering {
  readonly tools: ServedTools;
  readonly server: Server;
  readonly context: ServerContext;
  readonly profile: ClientProfile;
  readonly disconnected: AbortSignal | undefined;
  /** Ends it with its request. */
  readonly ending: AbortSignal;
  readonly wire: ExactWire | undefined;
  readonly answerMs: number | undefined;
}

async function answerCall(
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
interface OwnCall extends Answering {
  readonly decided: AgentToolContext["decided"];
  readonly mayWait: boolean;
  readonly own: readonly AgentTool[];
}

async function callOwn(tool: AgentTool, args: unknown, call: OwnCall): Promise<CallToolResult | InputRequiredResult> {
  const { server, context, profile, disconnected, own, ending, decided, mayWait } = call;
  const asked = context.mcpReq.envelope === undefined ? undefined : new CallInQuestion(disconnected);
  const onLogin = loginAsker(server, context, asked);
  const client = callingClient(server, context, asked);
  const answerMs = answerTime(context, own, call.answerMs);
  const given = defined({ decided, mayWait, onLogin, client, answerMs, readingCharacters: profile.resultCharacters });
  const signal = asked?.signal ?? ending;
  const work = callTool(tool, args, { context, signal, given }).then((result) => toAnswer(result, call));
  return asked === undefined ? work : asked.begin(work, { context, ending });
}

/** The result of a tool of ours, or the question to a person that it waits for. */
async function toAnswer(
  result: AgentToolResult,
  { context, profile, wire, decided, mayWait }: OwnCall,
): Promise<CallToolResult | InputRequiredResult> {
  const isLeft = decided?.decisions.length === 0 || !mayWait;
  const { waiting } = result;
  if (waiting !== undefined && !isLeft) return askPerson(waiting, context);
  const structured = wire?.toLibrary(result.structured) ?? bigintsAsText(result.structured);
  return toWireResult({ ...result, structured }, profile.takesStructure);
}

/** Parts of a server beside its tools. */
interface ToolServerOptions {
  /** How the tools of the servers are offered, as far as it is known before they are. */
  readonly mode?: ServerMode;
  /** Name of the client to shape answers for. @default by what it calls itself */
  readonly client?: string;
  /** Ends the calls in progress, whose client has gone. */
  readonly disconnected?: AbortSignal | undefined;
  /** Time after which a client that hears of no progress is answered that its program goes on. @default 45,000 */
  readonly answerMs?: number | undefined;
  /** Published too. */
  readonly skills?: PublishedSkills | undefined;
  /** Carries integers beyond 2^53 past the SDK, where the transport's text goes through it; without it they become text. */
  readonly wire?: ExactWire;
  /** Servers to name in the instructions, with their numbers of tools where those are known. */
  readonly servers?: readonly { readonly name: string; readonly tools?: number }[];
  /** Tell the client when skills change; not for a server of one request. @default true */
  readonly announces?: boolean;
}

/** Adds something to do when the server's connection has ended. */
function onServerClose(server: Server, listener: () => void): void {
  const before = server.onclose;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's server is not an event target
  server.onclose = () => {
    before?.();
    listener();
  };
}

function toWireTool(tool: AgentTool, { keeps, takesStructure, readsAnthropicMeta = false }: ClientProfile): Tool {
  const { name, title, outputSchema, annotations } = tool;
  const { description, inputSchema } = tool.present?.(keeps) ?? tool;
  return {
    name,
    title,
    description,
    inputSchema: { ...inputSchema, type: "object" },
    ...(takesStructure ? { outputSchema: { ...outputSchema, type: "object" } } : {}),
    annotations,
    ...(readsAnthropicMeta ? { _meta: anthropicMeta(name) } : {}),
  };
}

/** Tools a model needs from the start; the others may stay behind the client's own search. */
const ALWAYS_LOADED: ReadonlySet<string> = new Set(["execute_code", "search_tools"]);
/** Results are within our own reading budget, and what a program emits beside it is wanted whole. */
const RESULT_CHARACTERS = 200_000;

function anthropicMeta(name: string): Record<string, unknown> {
  return {
    ...(ALWAYS_LOADED.has(name) ? { "anthropic/alwaysLoad": true } : {}),
    ...(name === "execute_code" ? { "anthropic/searchHint": "run a program that calls several tools" } : {}),
    "anthropic/maxResultSizeChars": RESULT_CHARACTERS,
  };
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
