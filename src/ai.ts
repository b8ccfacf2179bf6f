/** Tools for the Vercel AI SDK (`ai` 6 and 7), and its tools for guest code. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export { type AiTool, aiTools, type AiToolOutput } from "./adapters/ai/ai-tools.ts";
export { fromAiTools, type FromAiToolsOptions } from "./adapters/ai/from-ai-tools.ts";
