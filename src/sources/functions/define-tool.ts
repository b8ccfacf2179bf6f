import type { ToolAnnotations } from "../../catalog/tool.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import type { CallProgress } from "../source.ts";

/** What a host function is given beside its arguments. */
export interface ToolContext {
  /** Aborts when the caller has gone or the time is up. */
  readonly signal: AbortSignal;
  /** Reports progress to the caller; never needed for correctness. */
  readonly onProgress: (progress: CallProgress) => void;
}

/** A host function as a tool. */
export interface FunctionTool {
  /** The tool's own name, without the server's. */
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** What the arguments are; an object schema. */
  readonly inputSchema: JsonSchema;
  /** What the function returns; without it the result is untyped. */
  readonly outputSchema?: JsonSchema;
  readonly annotations?: ToolAnnotations;
  readonly inputExamples?: readonly unknown[];
  /** Leave the tool out of lists unless they ask for deferred tools. @default false */
  readonly deferLoading?: boolean;
  /**
   * Does the work. A string becomes text, any other value structured content, and a value with a `content` list is
   * handed on as it is. What it throws reaches the caller as the tool's error.
   */
  readonly execute: (args: Readonly<Record<string, unknown>>, context: ToolContext) => unknown;
}

/** Types a host function in place; gives back what it got. */
export function defineTool(tool: FunctionTool): FunctionTool {
  return tool;
}
