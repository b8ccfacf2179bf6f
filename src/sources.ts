/** Where tools come from: MCP servers, functions of the host, and sources of one's own. */
export {
  defineTool,
  type FunctionTool,
  type FunctionToolDraft,
  type FunctionToolFacts,
  type SchemaOutput,
  type ToolContext,
  type ToolSchema,
} from "./sources/functions/define-tool.ts";
export type { AnswerPlace } from "./sources/answer-room.ts";
export type { FunctionSourceOptions } from "./sources/functions/function-source.ts";
export type { Variables } from "./sources/http/variables.ts";
export type { McpSourceOptions } from "./sources/mcp/mcp-source.ts";
export type { AuthSettings, OAuthSettings } from "./sources/mcp/auth/auth-settings.ts";
export type {
  McpServerInput,
  ProtocolChoice,
  ServerSkillSettings,
  ToolFilter,
  TransportName,
} from "./sources/mcp/server-input.ts";
export type { RelaySettings } from "./sources/mcp/call/relay-settings.ts";
export type { ServerReport } from "./sources/server-report.ts";
export type { Readiness, ReadyOptions } from "./sources/server-waits.ts";
export type {
  CallingClient,
  CallOptions,
  CallProgress,
  ContentChange,
  ContentItem,
  Exposure,
  InputAnswers,
  LoginDialogue,
  LoginRequest,
  ServerLog,
  ServerRequest,
  SourceRequest,
  SourceSnapshot,
  SourceStatus,
  ToolResultEnvelope,
  ToolSource,
} from "./sources/source.ts";
export type { ContentLists, ListedContent, ListedKind } from "./sources/content-lists.ts";
export { type NamedServer, ToolRegistry, type ToolRegistryOptions } from "./sources/tool-registry.ts";
export type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaProps,
  StandardSchemaResult,
} from "./schema/standard-schema.ts";
