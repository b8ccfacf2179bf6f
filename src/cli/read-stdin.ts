import { text } from "node:stream/consumers";

/** Everything that was piped to this process. */
export function readStdin(): Promise<string> {
  return text(process.stdin);
}
