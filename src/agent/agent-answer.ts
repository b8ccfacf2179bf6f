import type { AgentMode } from "./agent-event.ts";
import type { ModelAnswer } from "./model-answer.ts";

/** Result of one request to an agent. */
export interface AgentAnswer extends Pick<ModelAnswer, "status" | "text" | "turns" | "usage" | "error"> {
  readonly request: string;
  readonly mode: AgentMode;
  /** Tools of servers called, by programs or by the model itself. */
  readonly toolCalls: number;
  /** Those that did not end well. */
  readonly failedCalls: number;
  readonly programs: number;
  /** Files of the images that tools gave. */
  readonly images: readonly string[];
  readonly durationMs: number;
}
