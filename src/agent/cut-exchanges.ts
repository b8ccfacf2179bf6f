import type { ModelMessage } from "ai-six";

/** A request and everything up to its answer. */
export interface Exchange {
  readonly messages: readonly ModelMessage[];
  /** Tokens of the conversation up to here as the provider counted them; 0 where it did not say. */
  readonly contextTokens: number;
}

/** Characters of a message per token, where no count is known. */
const CHARACTERS_A_TOKEN = 4;

/**
 * Drops the oldest exchanges until what is left takes no more than `mostTokens`. The last exchange always stays.
 *
 * The provider's own count of the last one says how long the whole is; what each exchange takes of it is estimated by
 * the length of its messages.
 */
export function cutExchanges(
  exchanges: readonly Exchange[],
  mostTokens: number,
): { readonly kept: readonly Exchange[]; readonly dropped: number } {
  const lengths = exchanges.map(({ messages }) => JSON.stringify(messages).length);
  const characters = lengths.reduce((sum, each) => sum + each, 0);
  const counted = exchanges.at(-1)?.contextTokens ?? 0;
  const whole = counted > 0 ? counted : characters / CHARACTERS_A_TOKEN;
  let left = whole;
  let dropped = 0;
  while (left > mostTokens && dropped < exchanges.length - 1) {
    left -= (whole * (lengths[dropped] ?? 0)) / characters;
    dropped += 1;
  }
  return dropped === 0 ? { kept: exchanges, dropped } : { kept: recount(exchanges.slice(dropped), left), dropped };
}

/** Counts from before the cut no longer hold. */
function recount(kept: readonly Exchange[], tokens: number): readonly Exchange[] {
  return kept.map((exchange, index) =>
    index === kept.length - 1 ? { ...exchange, contextTokens: Math.round(tokens) } : exchange,
  );
}
