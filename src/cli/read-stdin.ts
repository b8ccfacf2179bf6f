import { text } from "node:stream/consumers";

/** Everything that was piped to this process. */
export function readStdin(): Promise<string> {
  return text(process.stdin);
}

/** Tells whether something is piped to this process, as opposed to a person at a keyboard. */
export function isStdinPiped(): boolean {
  return !process.stdin.isTTY;
}
