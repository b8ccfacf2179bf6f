const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/**
 * Text of a server or a program without what would steer the terminal. Line ends and tabs stay.
 *
 * Such text comes from others: an escape sequence in it could hide lines or set the window title.
 */
export function plainText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(ESCAPES, "").replace(CONTROLS, "");
}

/** The same on one line, runs of white space made one space. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, " ").trim();
}

/** The first `width` characters, with an ellipsis when something was cut. Without a width the text stays whole. */
export function cutText(text: string, width: number | undefined): string {
  if (width === undefined || text.length <= width) return text;
  return width <= 1 ? "…".slice(0, width) : `${text.slice(0, width - 1)}…`;
}
