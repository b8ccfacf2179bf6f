import { stringifyJson } from "../base/exact-json.ts";
import { plainText } from "./plain-text.ts";
import type { TerminalStream } from "./terminal.ts";

/** Writes a value for people and pipes: a text unchanged, anything else as JSON, ending with a newline. */
export function showValue(value: unknown, stream: TerminalStream): void {
  const text = typeof value === "string" ? value : stringifyJson(value, 2);
  const shown = stream.isTerminal ? plainText(text) : text;
  stream.write(shown.endsWith("\n") ? shown : `${shown}\n`);
}
