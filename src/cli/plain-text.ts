import { beginningOf } from "../base/bound-text.ts";
const ESCAPE = String.fromCodePoint(0x1b);
const BELL = String.fromCodePoint(0x07);
const EIGHT_BIT_CSI = String.fromCodePoint(0x9b);
const SEQUENCES = new RegExp(
  [
    `(?:${ESCAPE}\\[|${EIGHT_BIT_CSI})[0-?]*[ -/]*[@-~]`,
    `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`,
    `${ESCAPE}[@-Z\\\\^_]`,
  ].join("|"),
  "g",
);
/** Controls, and the marks that turn the direction of writing. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of a server or a program without what would steer the terminal. Line ends and tabs stay.
 *
 * Such text comes from others: an escape sequence in it could hide lines or set the window title.
 */
export function plainText(text: string): string {
  return text.replace(SEQUENCES, "").replace(CONTROLS, "");
}

/** The same on one line, runs of white space made one space. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, " ").trim();
}

/** The first `width` characters, with an ellipsis when something was cut. Without a width the text stays whole. */
export function cutText(text: string, width: number | undefined): string {
  if (width === undefined || text.length <= width) return text;
  return width <= 1 ? "…".slice(0, width) : `${beginningOf(text, width - 1)}…`;
}
