/** Settings with which Claude Code reaches a server in the process of the host. */
export interface ClaudeSdkServer {
  type: "sdk";
  name: string;
  /** The SDK connects it. Its type there is a class of one MCP library that this package does not need. */
  instance: never;
}

/** Settings with which Claude Code reaches a server over HTTP. */
export interface ClaudeHttpServer {
  type: "http";
  url: string;
  headers: Record<string, string>;
  alwaysLoad: true;
}

/** Settings with which Claude Code starts a server of its own. */
export interface ClaudeStdioServer {
  type: "stdio";
  command: string;
  args: string[];
  env?: Record<string, string>;
  alwaysLoad: true;
}

/** Options for `query({ options: { ...here } })` of the Claude Agent SDK, to use Codemode. */
export interface ClaudeAgentOptions<Server> {
  mcpServers: Record<string, Server>;
  /** Lets Claude call the tools without asking a person; programs stay subject to the policy of the executor. */
  allowedTools: string[];
}

/** Settings common to all ways of offering tools to Claude. */
export interface ClaudeServerName {
  /** The server's name, which Claude's names of its tools begin with. @default "codemode" */
  readonly name?: string;
}

/** Default name of the server. */
export const DEFAULT_NAME = "codemode";

/** Claude's own name for a tool of an MCP server. */
export function claudeToolName(server: string, tool: string): string {
  return `mcp__${server}__${tool}`;
}
