import { plainText } from "./plain-text.ts";
import type { TerminalStream } from "./terminal.ts";

/** Writes a value for people and pipes: a text as it is, anything else as JSON, ending with a line end. */
export function showValue(value: unknown, stream: TerminalStream): void {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "null");
  const shown = stream.isTerminal ? plainText(text) : text;
  stream.write(shown.endsWith("\n") ? shown : `${shown}\n`);
}
