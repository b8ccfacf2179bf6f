import type { WriteStream } from "node:tty";
import type { TerminalStream } from "../terminal.ts";
import type { AnswerScreen } from "./answer-view.ts";

/** An output stream as a place to show answers; its size is asked for at each drawing. */
export function screenOf(
  { write, colors, isTerminal }: TerminalStream,
  stream: Pick<WriteStream, "columns" | "rows">,
): AnswerScreen {
  return {
    write,
    colors,
    // A terminal that calls itself dumb cannot move its cursor.
    isLive: isTerminal && process.env["TERM"] !== "dumb",
    columns: () => (stream.columns > 0 ? stream.columns : 80),
    rows: () => (stream.rows > 0 ? stream.rows : 24),
  };
}
