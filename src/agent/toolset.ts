import type { AgentTool, ToolContent } from "../tools/agent-tool.ts";
import type { AgentListener } from "./agent-event.ts";

/** One tool as the model is given it. */
export interface ModelTool {
  /** Letters, digits, `_` and `-`, at most 64: what every provider takes. */
  readonly name: string;
  readonly description: string;
  readonly inputSchema: AgentTool["inputSchema"];
  /** Performs a use. Failure is part of the result. */
  run(args: unknown, use: ToolUseContext): Promise<ToolAnswer>;
}

/** Context of one use of a tool by the model. */
export interface ToolUseContext {
  readonly useId: string;
  readonly signal: AbortSignal;
  readonly listener: AgentListener;
}

/** Result of a use. */
export interface ToolAnswer {
  /** For the model. */
  readonly text: string;
  /** MCP content besides the text, such as images. */
  readonly content: readonly ToolContent[];
  readonly isError: boolean;
}
