import { codemodeTools, type CodemodeToolsOptions } from "../../tools/codemode-tools.ts";
import { createMcpServer } from "../../server/create-mcp-server.ts";
import type { ExecutorSource } from "../adapter-tools.ts";
import {
  type ClaudeAgentOptions,
  claudeToolName,
  type ClaudeSdkServer,
  type ClaudeServerName,
  DEFAULT_NAME,
} from "./claude-agent-options.ts";

type Transport = Parameters<ReturnType<typeof createMcpServer>["connect"]>[0];

/**
 * The tools of an executor for `query({ options })` of the Claude Agent SDK, served in this process.
 *
 * Each query gets a server of its own, which ends with the query and stops its programs; one value here serves any number
 * of queries. Text, images, errors, cancellation and progress are those of MCP; structured results are returned by the
 * hooks of the executor. Throws like `codemodeTools`; the caller closes the executor.
 */
export function claudeAgentTools(
  codemode: ExecutorSource,
  options: CodemodeToolsOptions & ClaudeServerName = {},
): ClaudeAgentOptions<ClaudeSdkServer> {
  const { name = DEFAULT_NAME, ...selection } = options;
  const executor = "executor" in codemode ? codemode.executor : codemode;
  const tools = codemodeTools(executor, selection);
  const connect = (transport: Transport): Promise<void> =>
    createMcpServer({ executor, configuration: {} }, selection).connect(transport);
  const server: ClaudeSdkServer = { type: "sdk", name, instance: asInstance({ connect }) };
  return { mcpServers: { [name]: server }, allowedTools: tools.map((tool) => claudeToolName(name, tool.name)) };
}

/** The SDK asks for a class of another MCP library by name, and uses nothing of it but `connect`. */
function asInstance(server: { readonly connect: (transport: Transport) => Promise<void> }): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there is no type of our own that fits a foreign class
  return server as never;
}
