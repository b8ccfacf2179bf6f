import { type ConversationCost, conversationCost } from "./conversation-cost.ts";
import { oneByOne, sideBySide } from "./recorded-turns.ts";
import type { RecordedCall } from "./recording-registry.ts";
import type { TokenCounter } from "./token-counter.ts";
import { type ToolUse, toTurns } from "./tool-desk.ts";

/** The real texts of a task, done in code. */
interface ComparedTexts {
  /** Tools of ours that an agent used. */
  readonly uses: readonly ToolUse[];
  /** The calls the program made. */
  readonly calls: readonly RecordedCall[];
  /** Definitions an agent without code mode is given. */
  readonly direct: readonly string[];
  /** Definitions of our tools. */
  readonly ours: readonly string[];
}

/** The tokens of a task done in three ways, with the same calls and the same results. */
export interface Comparison {
  readonly oneByOne: ConversationCost;
  readonly sideBySide: ConversationCost;
  readonly codeMode: ConversationCost;
}

/** Counts a task in three ways: one call a turn, calls side by side, and as a program. */
export function compareStory({ uses, calls, direct, ours }: ComparedTexts, count: TokenCounter): Comparison {
  return {
    oneByOne: conversationCost({ definitions: direct, turns: oneByOne(calls) }, count),
    sideBySide: conversationCost({ definitions: direct, turns: sideBySide(calls) }, count),
    codeMode: conversationCost({ definitions: ours, turns: toTurns(uses) }, count),
  };
}
