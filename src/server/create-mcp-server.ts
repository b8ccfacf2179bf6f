import {
  type CallToolResult,
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
import type { AgentTool, AgentToolResult } from "../tools/agent-tool.ts";
import { RULES } from "../tools/runs/program-guide.ts";
import { loginAsker } from "./login-asker.ts";
import { createCallProgress } from "./call-progress.ts";
import { clientName, takesStructure } from "./client-reading.ts";
import { packageVersion } from "./package-version.ts";
import type { PublishedSkills } from "./published-skills.ts";
import { type CodemodeSource, ServedExecutor, type ServedTools, type ServedToolsOptions } from "./served-tools.ts";

const INSTRUCTIONS = [
  "Tools of several MCP servers, to be composed in code.",
  RULES.discoverOnce("the list of tools in execute_code's description"),
  RULES.wholeJob,
  RULES.returnLittle,
].join(" ");

/**
 * An MCP server that offers an executor's tools to one client; connect it to any transport of the MCP SDK.
 *
 * The caller closes it, and what it serves too unless it gave a function to open it.
 */
export function createMcpServer(source: CodemodeSource, options: ServedToolsOptions = {}): Server {
  const served = new ServedExecutor(source, options);
  const skills = served.skillsNow();
  const server = createToolServer((onChange) => served.toolsFor(async () => undefined, onChange), { skills });
  onServerClose(server, () => void served.close().catch(() => {}));
  return server;
}

/**
 * An MCP server with the given tools, which are closed with it. It answers `initialize` on its own; what the tools
 * stand on is opened after that.
 */
export function createToolServer(
  openTools: (onChange: () => void) => ServedTools,
  { disconnected, skills, announces = true, wire }: ToolServerOptions = {},
): Server {
  const mcp = new McpServer(
    { name: "codemode", title: "Codemode", version: packageVersion() },
    { capabilities: { tools: { listChanged: true } }, instructions: INSTRUCTIONS },
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
  const withStructure = ({ mcpReq }: ServerContext): boolean =>
    takesStructure(clientName(server.getClientVersion(), mcpReq.envelope));
  server.setRequestHandler("tools/list", async (_request, context) => {
    const listed = await tools.list(disconnected);
    return { tools: listed.map((tool) => toWireTool(tool, withStructure(context))) };
  });
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const tool = await tools.find(params.name);
    if (tool === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool "${params.name}".`);
    const args = wire?.fromLibrary(params.arguments, { exact: true }) ?? params.arguments;
    const result = await callTool(tool, args, { server, context, disconnected });
    const structured = wire?.toLibrary(result.structured) ?? bigintsAsText(result.structured);
    return toWireResult({ ...result, structured }, withStructure(context));
  });
  server.oninitialized = () => tools.warm();
  onServerClose(server, () => void tools.close().catch(() => {}));
  return server;
}

/** Parts of a server beside its tools. */
interface ToolServerOptions {
  /** Cancels the calls in progress. */
  readonly disconnected?: AbortSignal;
  /** Published too. */
  readonly skills?: PublishedSkills | undefined;
  /** Carries integers beyond 2^53 past the SDK, where the transport's text goes through it; without it they become text. */
  readonly wire?: ExactWire;
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

function toWireTool(tool: AgentTool, withStructure: boolean): Tool {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema: { ...inputSchema, type: "object" },
    ...(withStructure ? { outputSchema: { ...outputSchema, type: "object" } } : {}),
    annotations,
  };
}

interface ToolCallPlace {
  readonly server: Server;
  readonly context: ServerContext;
  readonly disconnected: AbortSignal | undefined;
}

async function callTool(
  tool: AgentTool,
  args: unknown,
  { server, context, disconnected }: ToolCallPlace,
): Promise<AgentToolResult> {
  const endings = [context.mcpReq.signal, context.http?.req?.signal, disconnected];
  const signal = AbortSignal.any(endings.filter((ending) => ending !== undefined));
  const progress = createCallProgress(context.mcpReq);
  const onEvent = progress === undefined ? {} : { onEvent: progress.hear };
  try {
    return await tool.execute(args, { signal, ...onEvent, ...defined({ onLogin: loginAsker(server, context) }) });
  } finally {
    await progress?.end();
  }
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
