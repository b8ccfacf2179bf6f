import type { WriteStream } from "node:tty";
import type { TerminalStream } from "../terminal.ts";
import type { AnswerScreen } from "./answer-view.ts";

/** An output stream as a place to show answers. */
export function screenOf({ write, colors, isTerminal }: TerminalStream, stream: WriteStream): AnswerScreen {
  // Asked of the terminal itself: what the stream remembers is old for a moment after each change of the window.
  const size = (): readonly [number, number] => (isTerminal ? stream.getWindowSize() : [0, 0]);
  return {
    write,
    colors,
    // A terminal that calls itself dumb cannot move its cursor.
    isLive: isTerminal && process.env["TERM"] !== "dumb",
    columns: () => size()[0] || 80,
    rows: () => size()[1] || 24,
  };
}
