/** Counts the tokens of a text. */
export type TokenCounter = (text: string) => number;

/** Name of the encoding that is counted with. */
export const ENCODING = "o200k_base";

/** A counter with a real tokenizer; undefined where `gpt-tokenizer` is not installed, so that nothing is guessed. */
export async function loadTokenCounter(): Promise<TokenCounter | undefined> {
  try {
    const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
    return (text) => countTokens(text);
  } catch {
    return undefined;
  }
}
