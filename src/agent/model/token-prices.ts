import { CodemodeError } from "../../base/codemode-error.ts";
import type { TokenUsage } from "./token-usage.ts";

/** Prices of a million tokens, in dollars, as set by the person. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  /** @default the price of input */
  readonly cacheRead: number;
  /** @default the price of input */
  readonly cacheWrite: number;
}

/** The variable that prices are read from when no option sets them. */
export const PRICE_VARIABLE = "CODEMODE_PRICE";

const HINT = "Write dollars per million tokens as INPUT/OUTPUT, such as 3/15, or INPUT/OUTPUT/CACHE_READ/CACHE_WRITE.";

/**
 * Reads prices written as `INPUT/OUTPUT[/CACHE_READ[/CACHE_WRITE]]`, from an option or else the environment. Without
 * either there are none, and costs are unknown: a list of prices kept here would be wrong sooner or later.
 */
export function readPrices(option: string | undefined, environment: NodeJS.ProcessEnv): TokenPrices | undefined {
  const text = option ?? environment[PRICE_VARIABLE]?.trim() ?? "";
  if (text === "") return undefined;
  const parts = text.split("/").map((part) => part.trim());
  const numbers = parts.map((part) => (/^\d+(\.\d+)?$|^\.\d+$/.test(part) ? Number(part) : Number.NaN));
  const [input = Number.NaN, output = Number.NaN, cacheRead = input, cacheWrite = input] = numbers;
  if (numbers.length > 4 || [input, output, cacheRead, cacheWrite].some((each) => !Number.isFinite(each))) {
    const source = option === undefined ? PRICE_VARIABLE : "--price";
    throw new CodemodeError("config_error", `${source} is not a list of prices: ${text}.`, { hint: HINT });
  }
  return { input, output, cacheRead, cacheWrite };
}

/** The cost in dollars; undefined where it cannot be known. */
export function costOf(usage: TokenUsage, prices: TokenPrices | undefined): number | undefined {
  if (prices === undefined || !usage.isComplete) return undefined;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  const plain = Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens);
  const millionths =
    plain * prices.input +
    cacheReadTokens * prices.cacheRead +
    cacheWriteTokens * prices.cacheWrite +
    outputTokens * prices.output;
  return millionths / 1_000_000;
}
