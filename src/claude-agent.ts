/** Tools for the Claude Agent SDK (`@anthropic-ai/claude-agent-sdk`), and its tools for guest code. */
export type { ExecutorSource } from "./adapters/adapter-tools.ts";
export { type ClaudeAgentHttp, serveClaudeAgent } from "./adapters/claude-agent/claude-agent-http.ts";
export { claudeAgentLauncher, type ClaudeLauncherOptions } from "./adapters/claude-agent/claude-agent-launcher.ts";
export type {
  ClaudeAgentOptions,
  ClaudeHttpServer,
  ClaudeSdkServer,
  ClaudeServerName,
  ClaudeStdioServer,
} from "./adapters/claude-agent/claude-agent-options.ts";
export { claudeAgentTools } from "./adapters/claude-agent/claude-agent-tools.ts";
export { type ClaudeTool, fromClaudeAgentTools } from "./adapters/claude-agent/from-claude-agent-tools.ts";
