/** Tools for the OpenAI Agents SDK (`@openai/agents`), and its tools for guest code. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export {
  type AnyOpenaiAgentsTool,
  fromOpenaiAgentsTools,
  type FromOpenaiAgentsOptions,
} from "./adapters/openai-agents/from-openai-agents-tools.ts";
export {
  type OpenaiAgentsOutput,
  type OpenaiAgentsTool,
  openaiAgentsTools,
} from "./adapters/openai-agents/openai-agents-tools.ts";
