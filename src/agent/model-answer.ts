import type { ModelMessage } from "ai-six";
import type { AgentListener } from "./agent-event.ts";
import type { ModelFailure } from "./model/describe-model-error.ts";
import type { ImageFiles } from "./image-files.ts";
import type { LoadedModel } from "./model/load-model.ts";
import type { TokenUsage } from "./model/token-usage.ts";
import type { ModelTool } from "./toolset.ts";

/** A request, its model and its tools. */
export interface ModelRequest {
  readonly model: LoadedModel;
  readonly system: string;
  /** The conversation, ending with the request. */
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  /** Maximum number of requests to the model before it must have answered. */
  readonly maxTurns: number;
  readonly images: ImageFiles;
  readonly signal: AbortSignal;
  readonly listener: AgentListener;
}

/** Result of a request. */
export interface ModelAnswer {
  readonly status: "answered" | "stopped" | "failed" | "turn_limit";
  /** Everything the model wrote for the person. */
  readonly text: string;
  /** Number of requests to the model. */
  readonly turns: number;
  readonly usage: TokenUsage;
  /** Tokens the model had read and written in its last turn; how long the conversation is now. */
  readonly contextTokens: number;
  /** Messages that the conversation continues with, also after a stop. */
  readonly messages: readonly ModelMessage[];
  readonly error?: ModelFailure;
}
