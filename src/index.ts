/**
 * Turns MCP servers and skills into programmatic tools that guest code composes in a sandbox. The types of runs, of
 * sources and of the catalog that few programs name are in `codemode/runs`, `codemode/sources` and `codemode/catalog`.
 */
export type { JsonObject, JsonValue } from "./base/json.ts";
export { CodemodeError, type ErrorDetails, type ErrorReport } from "./base/codemode-error.ts";
export { ERROR_CODES, type ErrorCode } from "./base/error-codes.ts";
export type { ToolEntry } from "./catalog/tool.ts";
export type {
  Configuration,
  LoadedConfiguration,
  ServerSettings,
  ToolSet,
} from "./host/configuration/configuration.ts";
export { loadConfiguration } from "./host/configuration/load-configuration.ts";
export { connect, type Connection } from "./host/connect.ts";
export { type Codemode, type CodemodeOptions, createCodemode, openCodemode } from "./host/create-codemode.ts";
export type { ExecuteOptions, ExecutorOptions, RunSkillOptions } from "./host/executor-options.ts";
export { CodeModeExecutor } from "./host/executor.ts";
export type { GuestLanguage } from "./engines/engine.ts";
export type { Limits } from "./engines/limits.ts";
export type { ExecutionEvent, ExecutionHooks, ExecutionStream } from "./runs/events.ts";
export type { Policy } from "./runs/decisions/policy.ts";
export type { ExecutionResult, ExecutionStatus, PendingDecision, ToolCallTrace } from "./runs/result.ts";
export {
  defineTool,
  type FunctionTool,
  type FunctionToolDraft,
  type ToolContext,
} from "./sources/functions/define-tool.ts";
export type { McpServerInput } from "./sources/mcp/server-input.ts";
export type { ServerReport } from "./sources/server-report.ts";
export type { ContentItem, ToolSource } from "./sources/source.ts";
export { type NamedServer, ToolRegistry, type ToolRegistryOptions } from "./sources/tool-registry.ts";
export type { AgentTool, AgentToolContext, AgentToolResult, ReaderRoom } from "./tools/agent-tool.ts";
export { type ClientScope, createClientScope } from "./tools/client-scope.ts";
export { codemodePrompt, type CodemodePromptOptions } from "./tools/codemode-prompt.ts";
export { toolsForRequest } from "./tools/tools-for-request.ts";
export { codemodeTools, type CodemodeToolsOptions } from "./tools/codemode-tools.ts";
