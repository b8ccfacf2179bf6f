/** Tools for LangChain and LangGraph (`@langchain/core`), and their tools for guest code. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export { type FromLangchainOptions, fromLangchainTools } from "./adapters/langchain/from-langchain-tools.ts";
export { langchainTools } from "./adapters/langchain/langchain-tools.ts";
