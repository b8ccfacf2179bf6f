import { homedir } from "node:os";

/** A path with a leading `~` put in full, as a shell does; any other text unchanged. */
export function expandHome(text: string): string {
  return text === "~" || text.startsWith("~/") || text.startsWith("~\\") ? `${homedir()}${text.slice(1)}` : text;
}
