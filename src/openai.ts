/** Tools for the OpenAI Responses API, as plain JSON. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export {
  type OpenaiItem,
  type OpenaiOutputContent,
  type OpenaiTool,
  type OpenaiToolOutput,
  openaiTools,
  type OpenaiToolset,
} from "./adapters/openai/openai-tools.ts";
export type { FinishedCall, RunCallsOptions } from "./adapters/plain-calls.ts";
