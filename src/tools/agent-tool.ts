import type { JsonObject } from "../bridge/json.ts";
import type { ExecutionResult } from "../execution/result.ts";
import type { JsonSchemaObject } from "../schema/json-schema.ts";

/** A tool that an agent is given, independent of any SDK or protocol. */
export interface AgentTool {
  readonly name: string;
  /** A name for people. */
  readonly title: string;
  /** What a model reads. May change when the catalog does; equal catalogs give the same bytes. */
  readonly description: string;
  readonly inputSchema: JsonSchemaObject;
  readonly outputSchema: JsonSchemaObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  /** Performs the call. Failure is part of the result, except for a broken host. */
  execute(args: unknown, context?: AgentToolContext): Promise<AgentToolResult>;
}

/** How a call may end early and be watched. */
export interface AgentToolContext {
  readonly signal?: AbortSignal;
  /** Hears how far the call has come; never needed for correctness. */
  readonly onProgress?: (progress: AgentToolProgress) => void;
}

/** How far a call has come. */
export interface AgentToolProgress {
  /** Grows with each report: tool calls that have ended. */
  readonly progress: number;
  readonly message: string;
}

/** What a call gives. */
export interface AgentToolResult {
  /** For the model. */
  readonly text: string;
  /** For programs; matches the tool's `outputSchema`. */
  readonly structured: JsonObject;
  /** Further MCP content for the model, such as images. */
  readonly content: ExecutionResult["content"];
  readonly isError: boolean;
}
