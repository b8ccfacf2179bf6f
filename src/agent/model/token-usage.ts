/** Tokens as the provider itself reported them. */
export interface TokenUsage {
  /** All that was read, what came from a cache included. */
  readonly inputTokens: number;
  /** The part of `inputTokens` that was read from the provider's cache. */
  readonly cacheReadTokens: number;
  /** The part of `inputTokens` that was written to the provider's cache. */
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** False when some request ended without a report, so that the sums are too small. */
  readonly isComplete: boolean;
}

/** Nothing used yet. */
export const NO_USAGE: TokenUsage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  isComplete: true,
};

/** Both together. */
export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    isComplete: one.isComplete && other.isComplete,
  };
}

/** Read and written together. */
export function totalTokens({ inputTokens, outputTokens }: TokenUsage): number {
  return inputTokens + outputTokens;
}
