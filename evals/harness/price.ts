import { countTokens, imageTokens } from "./count-tokens.ts";
import type { Exchange, ToolUse } from "./perform.ts";

/** Definitions and words that a model has before the first request. */
export interface Surface {
  readonly system: string;
  readonly tools: readonly ToolDefinitionText[];
}

/** Tool as its definition is sent to a model. */
export interface ToolDefinitionText {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
}

/** Cost of a conversation. */
export interface Price {
  readonly turns: number;
  /** Everything read by the model over all turns, what a cache gives included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` that the turn before had sent already. */
  readonly cachedTokens: number;
}

/** Tokens that every message takes beside its text. */
const MESSAGE_TOKENS = 4;

/** Tokens of surfaces: thousands of definitions are the same for every task. */
const counted = new WeakMap<Surface, number>();

/** Price of a conversation: each turn sends all that came before. */
export function priceOf(surface: Surface, exchanges: readonly Exchange[]): Price {
  let context = surfaceTokens(surface);
  const price = { turns: 0, inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  let sent = 0;
  const turn = (output: number): void => {
    price.turns += 1;
    price.inputTokens += context;
    price.cachedTokens += sent;
    price.outputTokens += output;
    sent = context;
    context += output;
  };
  for (const { request, turns, answer } of exchanges) {
    context += message(request);
    for (const uses of turns) {
      turn(sum(uses.map(useTokens)));
      context += sum(uses.map(({ result }) => message(result.text) + imageTokens(result.images)));
    }
    turn(message(answer));
  }
  return price;
}

function surfaceTokens(surface: Surface): number {
  const known = counted.get(surface) ?? message(surface.system) + sum(surface.tools.map(definitionTokens));
  counted.set(surface, known);
  return known;
}

/** Tokens of a definition. */
export function definitionTokens({ name, description, inputSchema }: ToolDefinitionText): number {
  return countTokens(JSON.stringify({ name, description, input_schema: inputSchema }));
}

function useTokens({ tool, args }: ToolUse): number {
  return MESSAGE_TOKENS + countTokens(tool) + countTokens(JSON.stringify(args));
}

function message(text: string): number {
  return MESSAGE_TOKENS + countTokens(text);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
