/** Turns MCP servers and skills into programmatic tools that guest code composes in a sandbox. */
export type { JsonObject, JsonValue } from "./base/json.ts";
export type { Catalog, ListOptions, SearchOptions, SearchResult, ToolMatch, ToolNameList } from "./catalog/catalog.ts";
export type { CatalogServer, ToolAnnotations, ToolDefinition, ToolEntry } from "./catalog/tool.ts";
export { CodemodeError, type ErrorDetails, type ErrorReport } from "./base/codemode-error.ts";
export { ERROR_CODES, type ErrorCode } from "./base/error-codes.ts";
export type { Artifact, ArtifactInput, ArtifactStore, ArtifactStoreOptions } from "./runs/artifacts/artifact-store.ts";
export type { ArtifactPart, ReadArtifactOptions } from "./runs/artifacts/read-artifact.ts";
export type {
  Configuration,
  LoadedConfiguration,
  ServerSettings,
  ToolSet,
} from "./host/configuration/configuration.ts";
export { loadConfiguration } from "./host/configuration/load-configuration.ts";
export { connect, type Connection } from "./host/connect.ts";
export { type Codemode, type CodemodeOptions, createCodemode, openCodemode } from "./host/create-codemode.ts";
export type {
  ExecutionEvent,
  ExecutionHooks,
  ExecutionStream,
  OutputEvent,
  RunEndEvent,
  RunStartEvent,
  ToolCallEndEvent,
  ToolCallProgressEvent,
  ToolCallStartEvent,
} from "./runs/events.ts";
export { CodeModeExecutor, type ExecuteOptions, type ExecutorOptions, type RunSkillOptions } from "./host/executor.ts";
export type { Listening } from "./runs/hooks.ts";
export type { GateCallOptions } from "./runs/decisions/gate.ts";
export type { HistoryEntry } from "./runs/history.ts";
export type { EngineOptions } from "./runs/sessions/language-runtimes.ts";
export type { Policy, PolicyDecision, PolicyRule } from "./runs/decisions/policy.ts";
export type { ArtifactSummary, ExecutionResult, ExecutionStatus, ToolCallTrace } from "./runs/result.ts";
export {
  defineTool,
  type FunctionTool,
  type FunctionToolDraft,
  type FunctionToolFacts,
  type SchemaOutput,
  type ToolContext,
  type ToolSchema,
} from "./sources/functions/define-tool.ts";
export type { FunctionSourceOptions } from "./sources/functions/function-source.ts";
export type { McpSourceOptions } from "./sources/mcp/mcp-source.ts";
export type { McpServerInput, ServerSkillSettings, ToolFilter, TransportName } from "./sources/mcp/server-config.ts";
export type { Variables } from "./sources/http/variables.ts";
export type { ServerReport } from "./sources/server-report.ts";
export type {
  CallOptions,
  CallProgress,
  ContentItem,
  SourceSnapshot,
  SourceStatus,
  ToolResultEnvelope,
  ToolSource,
} from "./sources/source.ts";
export type { Limits } from "./engines/limits.ts";
export type { JsonSchema, JsonSchemaObject } from "./schema/json-schema.ts";
export type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaProps,
  StandardSchemaResult,
} from "./schema/standard-schema.ts";
export type { GuestLanguage, SandboxEngine } from "./engines/engine.ts";
export { type NamedServer, ToolRegistry, type ToolRegistryOptions } from "./sources/tool-registry.ts";
export type { AgentTool, AgentToolContext, AgentToolResult } from "./tools/agent-tool.ts";
export { type ClientScope, createClientScope } from "./tools/client-scope.ts";
export { codemodePrompt, type CodemodePromptOptions } from "./tools/codemode-prompt.ts";
export { codemodeTools, type CodemodeToolsOptions } from "./tools/codemode-tools.ts";
export type { SecretFilter } from "./base/secret-filter.ts";
export type { Readiness, ReadyOptions } from "./sources/server-waits.ts";
export type { HeldRun, RunLog, StoreSettings } from "./runs/journal/run-log.ts";
export type { RunDocument, RunEventDocument, Runs, RunSummary } from "./runs/journal/runs.ts";
export type {
  AuditEntry,
  AuditVerdict,
  JournalEvent,
  Lease,
  LoadedEvent,
  Retention,
  RunOutcome,
  RunQuery,
  RunSpec,
  RunStatus,
  RunStore,
  StoredRun,
} from "./runs/journal/run-store.ts";
export type { ArtifactReader, Reading } from "./runs/artifacts/artifact-reader.ts";
