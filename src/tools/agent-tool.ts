import type { CallingClient } from "../sources/source.ts";
import type { JsonObject } from "../base/json.ts";
import type { ExecutionEvent } from "../runs/events.ts";
import type { AskToLogIn } from "../runs/hooks.ts";
import type { CallDecision, ExecutionResult, PendingDecision } from "../runs/result.ts";
import type { JsonSchemaObject } from "../schema/json-schema.ts";

/** A tool that an agent is given, independent of any SDK or protocol. */
export interface AgentTool {
  readonly name: string;
  /** A name for people. */
  readonly title: string;
  /** Description for the model. May change when the catalog does; equal catalogs produce the same bytes. */
  readonly description: string;
  /** What a reader is shown that has little room; absent where it is short anyway. */
  readonly present?: (room: ReaderRoom) => Pick<AgentTool, "description" | "inputSchema">;
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

/** Room that a reader has for a tool. */
export interface ReaderRoom {
  /** Characters it keeps of the description. */
  readonly description: number;
  /**
   * Bytes of the parameters as JSON, up to which it shows their descriptions; present where a list of tools is better read
   * there, because a search of the reader finds short descriptions and does not look into those of parameters.
   */
  readonly parameters?: number;
}

/** Cancellation and observation of a call. */
export interface AgentToolContext {
  /** Characters of a result that its reader shows; what is longer is kept aside as an artifact. @default 24,000 */
  readonly readingCharacters?: number;
  /** Takes the call back; with the reason `CALLER_GONE` its run is left to be gone on with, where that can be. */
  readonly signal?: AbortSignal;
  /** Time after which the caller is answered that its run goes on in the background. @default never */
  readonly answerMs?: number | undefined;
  /** Hears what happens in the run the call makes, if it makes one; never needed for correctness. */
  readonly onEvent?: (event: ExecutionEvent) => void;
  /** Id of the run that the call begins, by which its caller finds it again. @default a new one */
  readonly runId?: string;
  /** True when the caller can ask a person: a run may wait for an approval. @default false */
  readonly mayWait?: boolean;
  /** What a person decided about calls of the run that this call began, which goes on instead of beginning anew. */
  readonly decided?: { readonly runId: string; readonly decisions: readonly CallDecision[] };
  /** Lets a person log in at a server in the middle of the call. */
  readonly onLogin?: AskToLogIn;
  /** The client that called, for what servers ask and say meanwhile. */
  readonly client?: CallingClient;
}

/** Result of a call. */
export interface AgentToolResult {
  /** For the model. */
  readonly text: string;
  /** For programs; matches the tool's `outputSchema`. */
  readonly structured: JsonObject;
  /** Further MCP content for the model, such as images. */
  readonly content: ExecutionResult["content"];
  readonly isError: boolean;
  /** A run that waits, and its calls that somebody has to decide about. */
  readonly waiting?: { readonly runId: string; readonly calls: readonly PendingDecision[] };
}

/** One item of MCP content. */
export type ToolContent = ExecutionResult["content"][number];
