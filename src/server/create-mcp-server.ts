import {
  type CallToolResult,
  inputResponse,
  isSpecType,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import { defined } from "../base/defined.ts";
import { bigintsAsText, type ExactWire } from "../base/exact-wire.ts";
import type { CallDecision } from "../runs/result.ts";
import type { AgentTool, AgentToolContext, AgentToolResult } from "../tools/agent-tool.ts";
import { APPROVAL, type AskedRun, askedRuns, askPerson, canAskPerson, readDecisions } from "./approval-form.ts";
import { loginAsker } from "./login-asker.ts";
import { answerTime, createCallProgress, endingOf } from "./call-progress.ts";
import type { ClientProfile } from "./clients/client-profile.ts";
import { profileOf } from "./clients/client-profiles.ts";
import { introduction } from "./clients/introduction.ts";
import { packageVersion } from "../host/package-version.ts";
import type { PublishedSkills } from "./published-skills.ts";
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
  { disconnected, skills, announces = true, wire, servers = [], answerMs }: ToolServerOptions = {},
): Server {
  const mcp = new McpServer(
    { name: "codemode", title: "Codemode", version: packageVersion() },
    {
      capabilities: { tools: { listChanged: true } },
      instructions: introduction(servers),
      requestState: { verify: (state, context) => askedRuns.verify(state, context) },
    },
  );
  const { server } = mcp;
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
  const profile = ({ mcpReq }: ServerContext): ClientProfile => profileOf(server.getClientVersion(), mcpReq.envelope);
  server.setRequestHandler("tools/list", async (_request, context) => {
    const listed = await tools.list(disconnected);
    return { tools: listed.map((tool) => toWireTool(tool, profile(context))) };
  });
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const tool = await tools.find(params.name);
    if (tool === undefined) {
      const wayOut = await tools.programLine(params.name, params.arguments);
      if (wayOut !== undefined) return { content: [{ type: "text", text: wayOut }], isError: true };
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool "${params.name}".`);
    }
    const args = wire?.fromLibrary(params.arguments, { exact: true }) ?? params.arguments;
    const asked = context.mcpReq.requestState<AskedRun>();
    const decided = asked === undefined ? undefined : { runId: asked.runId, decisions: decisionsIn(context, asked) };
    const mayWait = canAskPerson(server, context.mcpReq);
    const { takesStructure, resultCharacters: readingCharacters } = profile(context);
    const onLogin = loginAsker(server, context);
    const given = {
      readingCharacters,
      answerMs: await answerTime(context, tools, answerMs),
      ...defined({ decided, mayWait, onLogin }),
    };
    const result = await callTool(tool, args, { context, disconnected, given });
    const isLeft = decided?.decisions.length === 0 || !mayWait;
    const { waiting } = result;
    if (waiting !== undefined && !isLeft) return askPerson(waiting, context);
    const structured = wire?.toLibrary(result.structured) ?? bigintsAsText(result.structured);
    return toWireResult({ ...result, structured }, takesStructure);
  });
  server.oninitialized = () => tools.warm();
  onServerClose(server, () => void tools.close().catch(() => {}));
  return server;
}

/** Parts of a server beside its tools. */
interface ToolServerOptions {
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
  const { name, title, inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    title,
    description: tool.describe?.(keeps.description) ?? tool.description,
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
    disconnected,
    given,
  }: {
    readonly context: ServerContext;
    readonly disconnected: AbortSignal | undefined;
    readonly given: Pick<AgentToolContext, "decided" | "mayWait" | "onLogin" | "readingCharacters" | "answerMs">;
  },
): Promise<AgentToolResult> {
  const signal = endingOf(context, disconnected);
  const progress = createCallProgress(context.mcpReq);
  const onEvent = progress === undefined ? {} : { onEvent: progress.hear };
  try {
    return await tool.execute(args, { signal, ...onEvent, ...given });
  } finally {
    await progress?.end();
  }
}

function decisionsIn({ mcpReq }: ServerContext, asked: AskedRun): readonly CallDecision[] {
  return readDecisions(inputResponse(mcpReq.inputResponses, APPROVAL), asked);
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
