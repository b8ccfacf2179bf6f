import type { TokenCounter } from "./token-counter.ts";

/** One turn of a model: the calls it writes, and the results that come back. */
export interface Turn {
  readonly written: readonly string[];
  readonly read: readonly string[];
}

/** Context of a model while it does a task; one more turn, for the answer, follows the turns with calls. */
interface MeasuredConversation {
  /** Every tool definition the model is given. */
  readonly definitions: readonly string[];
  readonly turns: readonly Turn[];
}

/** The tokens of a conversation. The request and the final answer are left out: they are the same however it is done. */
export interface ConversationCost {
  /** Turns with calls, and one for the answer. */
  readonly turns: number;
  readonly definitions: number;
  readonly written: number;
  readonly read: number;
  /** Each token counted once, as with a prompt cache that never misses: definitions + written + read. */
  readonly once: number;
  /** Everything before the model counted again on each turn, as without a cache. */
  readonly everyTurn: number;
}

/** Explanation of the two totals, as printed beside them. */
export const FORMULA: readonly string[] = [
  "counted once = D + Σ W(t) + Σ R(t)",
  "counted every turn = Σ over turns t = 1…T of [ D + Σ over i < t of (W(i) + R(i)) ] + Σ W(t)",
  "D: tool definitions (name, description and input schema as JSON). W(t): the calls the model writes in turn t, as JSON of name and arguments.",
  "R(t): the results it reads, as text. T: turns with calls, and one for the answer. The request and the answer are the same on all sides and left out.",
];

/** Counts a conversation. */
export function conversationCost({ definitions, turns }: MeasuredConversation, count: TokenCounter): ConversationCost {
  const sum = (texts: readonly string[]): number => texts.reduce((total, text) => total + count(text), 0);
  const given = sum(definitions);
  let written = 0;
  let read = 0;
  let everyTurn = given;
  for (const turn of turns) {
    const now = sum(turn.written);
    written += now;
    read += sum(turn.read);
    everyTurn += now + given + written + read;
  }
  return { turns: turns.length + 1, definitions: given, written, read, once: given + written + read, everyTurn };
}
