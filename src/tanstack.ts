/** Tools for TanStack AI (`@tanstack/ai`), and its tools for guest code. */
export type { AdapterCallName, AdapterOptions, AdapterProgress, ExecutorSource } from "./adapters/adapter-tools.ts";
export { type FromTanstackOptions, fromTanstackTools } from "./adapters/tanstack/from-tanstack-tools.ts";
export { type TanstackTool, tanstackTools } from "./adapters/tanstack/tanstack-tools.ts";
