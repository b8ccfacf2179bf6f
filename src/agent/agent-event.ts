import type { ToolCallTrace } from "../runs/result.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { TokenUsage } from "./model/token-usage.ts";

/** Mode of an agent: programs that compose tools, or every tool as a separate call. */
export type AgentMode = "code" | "direct";

/** The two modes, in the order they are compared. */
export const AGENT_MODES: readonly AgentMode[] = ["code", "direct"];

/** Events while a request is answered, in their order. */
export type AgentEvent =
  /** The model is asked; `turn` counts from 1. */
  | { readonly type: "turn_start"; readonly turn: number }
  | { readonly type: "text"; readonly text: string }
  /** The model has begun to write the arguments of a tool. */
  | { readonly type: "writing"; readonly tool: string }
  /** The provider has reported a turn; the sum of all turns of this answer. */
  | { readonly type: "usage"; readonly usage: TokenUsage }
  /** The model uses a tool of ours; `useId` marks what follows about it. */
  | { readonly type: "use_start"; readonly useId: string; readonly tool: string; readonly args: unknown }
  | {
      readonly type: "use_end";
      readonly useId: string;
      readonly tool: string;
      readonly text: string;
      readonly isError: boolean;
      readonly durationMs: number;
    }
  /** A program is about to run. */
  | { readonly type: "program"; readonly useId: string; readonly code: string; readonly language: GuestLanguage }
  /** A tool of a server is called, by a program or by the model itself; `callId` marks what follows about it. */
  | { readonly type: "call_start"; readonly callId: string; readonly tool: string }
  | {
      readonly type: "call_progress";
      readonly callId: string;
      readonly progress: number;
      readonly total?: number;
      readonly message?: string;
    }
  | {
      readonly type: "call_end";
      readonly callId: string;
      readonly tool: string;
      readonly status: CallStatus;
      readonly durationMs: number;
      readonly error?: string;
    }
  /** A tool gave an image, and this is the file it is in now. */
  | { readonly type: "image"; readonly file: string; readonly mimeType: string }
  | { readonly type: "note"; readonly text: string };

/** Ending of a tool call. */
export type CallStatus = ToolCallTrace["status"];

/** Hears what happens. */
export type AgentListener = (event: AgentEvent) => void;
