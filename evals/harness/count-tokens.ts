import { countTokens as countText } from "gpt-tokenizer/encoding/o200k_base";

/** Tokens of a small image, as providers charge it: a base and one tile. */
const IMAGE_TOKENS = 255;
/** Texts longer than this are worth remembering: definitions and results come again and again. */
const REMEMBERED = 100;

const known = new Map<string, number>();

/** Tokens of a text in the encoding o200k_base. */
export function countTokens(text: string): number {
  if (text.length < REMEMBERED) return countText(text);
  const remembered = known.get(text) ?? countText(text);
  known.set(text, remembered);
  return remembered;
}

/** Tokens of images. */
export function imageTokens(images: number): number {
  return images * IMAGE_TOKENS;
}
