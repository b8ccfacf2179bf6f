/** Tools for agents of Mastra (`@mastra/core` 1), and its tools for guest code. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export {
  fromMastraTools,
  type FromMastraToolsOptions,
  type MastraExecute,
  type MastraToolSource,
} from "./adapters/mastra/from-mastra-tools.ts";
export { type MastraTool, mastraTools } from "./adapters/mastra/mastra-tools.ts";
export type { AdapterInput } from "./adapters/standard-input.ts";
