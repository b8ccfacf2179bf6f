import { beginningOf } from "../base/bound-text.ts";

/**
 * Controls but tabs and line breaks, all that is invisible or turns the direction of writing, line separators, private
 * characters and lone surrogates.
 */
const INVISIBLE =
  /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu;

/** Nearly every line, and seen in a tenth of the time. */
const PLAIN = /^[\t\x20-\x7e]*$/;

/**
 * Spells out as `\uXXXX` what a reader could not see or an editor could misread. Inside a string literal of TypeScript
 * the value stays the same.
 */
export function escapeInvisible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(INVISIBLE, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

/** The lines of a text, cut to `maxLength` characters in all, with nothing invisible in them. */
export function visibleLines(text: string, maxLength: number): string[] {
  const cut = cutText(text, maxLength);
  if (PLAIN.test(cut)) return [cut.trimEnd()];
  return cut.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).map((line) => escapeInvisible(line).trimEnd());
}

/** Cuts a long text, never inside a character, and says how much is missing. */
function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = beginningOf(text, maxLength);
  return `${kept}… (${text.length - kept.length} more characters)`;
}
