/** Tools for the Anthropic Messages API, as plain JSON. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export {
  type AnthropicBlock,
  type AnthropicResultContent,
  type AnthropicSource,
  type AnthropicTool,
  type AnthropicToolResult,
  anthropicTools,
  type AnthropicToolset,
} from "./adapters/anthropic/anthropic-tools.ts";
export type { FinishedCall, RunCallsOptions } from "./adapters/plain-calls.ts";
