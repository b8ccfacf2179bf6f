import { CLIENT_INFO_META_KEY, type Implementation } from "@modelcontextprotocol/server";
import { isRecord } from "../base/is-record.ts";

/**
 * Clients that show a model structured content in place of the text beside it. The text is written for models and a
 * fraction of the size, so they are given nothing else.
 */
const SHOW_STRUCTURE_INSTEAD: ReadonlySet<string> = new Set(["claude-code"]);

/** The name of a client: sent once in older revisions of the protocol, and with each request in the newest. */
export function clientName(connected: Implementation | undefined, envelope: unknown): string | undefined {
  if (connected !== undefined) return connected.name;
  const info = isRecord(envelope) ? envelope[CLIENT_INFO_META_KEY] : undefined;
  return isRecord(info) && typeof info["name"] === "string" ? info["name"] : undefined;
}

/** True when a client, by its name, receives structured content beside the text. */
export function takesStructure(name: string | undefined): boolean {
  return name === undefined || !SHOW_STRUCTURE_INSTEAD.has(name);
}
