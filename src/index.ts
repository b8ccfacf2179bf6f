/** Turns MCP servers and skills into programmatic tools that guest code composes in a sandbox. */
export type { JsonObject, JsonValue } from "./bridge/json.ts";
export type { Catalog, SearchOptions, SearchResult, ToolMatch } from "./catalog/catalog.ts";
export type { CatalogServer, ToolAnnotations, ToolDefinition, ToolEntry } from "./catalog/tool.ts";
export { CodemodeError, type ErrorDetails, type ErrorReport } from "./errors/codemode-error.ts";
export { ERROR_CODES, type ErrorCode } from "./errors/error-codes.ts";
export type { Configuration, ServerSettings, ToolSet } from "./execution/configuration/configuration.ts";
export { loadConfiguration } from "./execution/configuration/load-configuration.ts";
export { connect, type Connection } from "./execution/connect.ts";
export { type Codemode, type CodemodeOptions, createCodemode, openCodemode } from "./execution/create-codemode.ts";
export { CodeModeExecutor, type ExecuteOptions, type ExecutorOptions } from "./execution/executor.ts";
export type { HistoryEntry } from "./execution/history.ts";
export type { Policy, PolicyDecision, PolicyRule } from "./execution/policy.ts";
export type { ArtifactSummary, ExecutionResult, ExecutionStatus, ToolCallTrace } from "./execution/result.ts";
export { defineTool, type FunctionTool } from "./sources/functions/define-tool.ts";
export type { Limits } from "./sandbox/limits.ts";
export type { GuestLanguage } from "./sandbox/port.ts";
export { type NamedServer, ToolRegistry, type ToolRegistryOptions } from "./sources/tool-registry.ts";
