import { plainText } from "../plain-text.ts";

const WIDEST = 160;

/** The line of a program where something happened, with its number, and a caret below the column. Empty for no such line. */
export function sourceExcerpt(code: string, line: number, column?: number): string {
  const text = code.split("\n")[line - 1];
  if (text === undefined) return "";
  const from = column === undefined || column <= WIDEST ? 0 : column - WIDEST / 2;
  const shown = plainText(text.replace(/\r$/, "").slice(from, from + WIDEST));
  const gutter = `  ${line} | `;
  if (column === undefined) return `${gutter}${shown}`;
  const before = shown.slice(0, Math.max(0, column - 1 - from)).replace(/[^\t]/g, " ");
  return `${gutter}${shown}\n${" ".repeat(gutter.length - 2)}| ${before}^`;
}
