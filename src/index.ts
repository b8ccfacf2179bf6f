/** Turns MCP servers and skills into programmatic tools that guest code composes in a sandbox. */
export type { JsonObject, JsonValue } from "./bridge/json.ts";
export type { Catalog, ListOptions, SearchOptions, SearchResult, ToolMatch, ToolNameList } from "./catalog/catalog.ts";
export type { CatalogServer, ToolAnnotations, ToolDefinition, ToolEntry } from "./catalog/tool.ts";
export { CodemodeError, type ErrorDetails, type ErrorReport } from "./errors/codemode-error.ts";
export { ERROR_CODES, type ErrorCode } from "./errors/error-codes.ts";
export type { Artifact, ArtifactInput, ArtifactStore } from "./execution/artifacts/artifact-store.ts";
export type {
  Configuration,
  LoadedConfiguration,
  ServerSettings,
  ToolSet,
} from "./execution/configuration/configuration.ts";
export { loadConfiguration } from "./execution/configuration/load-configuration.ts";
export { connect, type Connection } from "./execution/connect.ts";
export { type Codemode, type CodemodeOptions, createCodemode, openCodemode } from "./execution/create-codemode.ts";
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
} from "./execution/events.ts";
export {
  CodeModeExecutor,
  type ExecuteOptions,
  type ExecutorOptions,
  type RunSkillOptions,
} from "./execution/executor.ts";
export type { GateCallOptions } from "./execution/gate.ts";
export type { HistoryEntry } from "./execution/history.ts";
export type { EngineOptions } from "./execution/language-runtimes.ts";
export type { Policy, PolicyDecision, PolicyRule } from "./execution/policy.ts";
export type { ArtifactSummary, ExecutionResult, ExecutionStatus, ToolCallTrace } from "./execution/result.ts";
export type { SkillCall, SkillRun } from "./execution/skills/run-skill-program.ts";
export type { OwnSkills } from "./execution/skills/combined-skills.ts";
export type { SkillLibrary, SkillLibraryOptions, SkillSettings } from "./execution/skills/skill-library.ts";
export type { BundleFile, SkillBundle } from "./skills/directory/skill-bundle.ts";
export type { PlacedSkill, Skill } from "./skills/directory/merge-skills.ts";
export type {
  CheckedCode,
  CodeDraft,
  FolderDraft,
  SkillCheck,
  SkillCheckProblem,
} from "./skills/directory/prepare-draft.ts";
export type { SkillScript } from "./skills/directory/skill-content.ts";
export type { SkillSupplier, SuppliedFile, SuppliedSkill, SuppliedSkills } from "./skills/servers/skill-supplier.ts";
export type { SkillResource } from "./skills/directory/read-resource.ts";
export type { SkillSearchResult } from "./skills/directory/search-skills.ts";
export type { SkillPlace } from "./skills/directory/skill-place.ts";
export type { CodeFacts, SkillFunction, SkillLanguage, SkillParameter, SkillUses } from "./skills/skill.ts";
export type { FolderFacts } from "./skills/folder/folder-facts.ts";
export type { SkillDependencies } from "./skills/skill-graph.ts";
export type {
  SkillProblem,
  SkillProvenance,
  StoredCodeSkill,
  StoredFolderSkill,
  StoredSkill,
  SharedSkillField,
  SkillRecord,
} from "./skills/stored-skill.ts";
export { SkillDirectory } from "./skills/directory/skill-directory.ts";
export type {
  LoadedSkill,
  SkillDirectoryOptions,
  SkillDraft,
  SkillList,
  SkillVersion,
  SaveOptions,
  SkillMatch,
  SkillChange,
  SkillListOptions,
  SkillPlaceOptions,
} from "./skills/directory/skill-options.ts";
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
export type { Variables } from "./sources/mcp/expand.ts";
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
export type { Limits } from "./sandbox/limits.ts";
export type { JsonSchema, JsonSchemaObject } from "./schema/json-schema.ts";
export type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaProps,
  StandardSchemaResult,
} from "./schema/standard-schema.ts";
export type { GuestLanguage, SandboxEngine } from "./sandbox/port.ts";
export { type NamedServer, ToolRegistry, type ToolRegistryOptions } from "./sources/tool-registry.ts";
export type { AgentTool, AgentToolContext, AgentToolResult } from "./tools/agent-tool.ts";
export { type ClientScope, createClientScope } from "./tools/client-scope.ts";
export { codemodePrompt, type CodemodePromptOptions } from "./tools/codemode-prompt.ts";
export { codemodeTools, type CodemodeToolsOptions } from "./tools/codemode-tools.ts";
export type { ParameterPassing } from "./skills/skill.ts";
export type { SkillFileEntry } from "./skills/folder/folder-facts.ts";
export type { FrontMatter } from "./skills/folder/front-matter.ts";
