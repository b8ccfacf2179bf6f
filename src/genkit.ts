/** Tools for Genkit, and its tools for guest code. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export { type FromGenkitOptions, fromGenkitTools, type GenkitTool } from "./adapters/genkit/from-genkit-tools.ts";
export {
  type GenkitInstance,
  type GenkitOutput,
  type GenkitToolConfig,
  genkitTools,
} from "./adapters/genkit/genkit-tools.ts";
