import { isRecord } from "../../../base/is-record.ts";
import { mendJson } from "../../mend-json.ts";
import { mendMessages } from "./mend-message.ts";

/** The id of the request that a text answers; undefined where it answers none in particular. */
export type RequestId = () => number | undefined;

/** Hears what was odd, as a sentence without its end. */
export type NoteOddity = (oddity: string) => void;

/**
 * The messages in a body, mended; undefined where none of them answers the request. Some servers write several messages
 * into one body, each on a line of its own.
 */
export function readMessages(text: string, id: RequestId, note: NoteOddity): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const read = readLoosely(text, { id, note, inLines: "It sends several messages as lines of one body" });
  const isAnswer = (message: unknown): boolean =>
    isRecord(message) && message["id"] === id() && ["result", "error"].some((member) => message[member] !== undefined);
  if (read?.messages.some(isAnswer) !== true) return undefined;
  return read.isOdd ? read.json() : text;
}

interface LooseMessages {
  readonly messages: readonly unknown[];
  /** Something was not as the protocol has it. */
  readonly isOdd: boolean;
  /** The messages as they should have been sent. */
  readonly json: () => string;
}

/** The messages in a text, each mended; undefined where it is no JSON at all. */
function readLoosely(
  text: string,
  { id, note, inLines }: { readonly id: RequestId; readonly note: NoteOddity; readonly inLines: string },
): LooseMessages | undefined {
  let isOdd = false;
  const hear = (oddity: string): void => {
    isOdd = true;
    note(oddity);
  };
  const value = parsed(text) ?? parsedLoosely(text, inLines, hear);
  if (value === undefined) return undefined;
  const messages = mendMessages(inEnvelope(value, id, hear), { soleRequest: id, note: hear });
  return { messages, isOdd, json: () => JSON.stringify(Array.isArray(value) ? messages : messages[0]) };
}

/** A result of a tool that came without its envelope, in one. */
function inEnvelope(value: unknown, id: RequestId, note: NoteOddity): unknown {
  if (!isRecord(value) || "jsonrpc" in value || "id" in value || !Array.isArray(value["content"])) return value;
  note("It answers without the envelope of JSON-RPC");
  return { jsonrpc: "2.0", id: id(), result: value };
}

/** The text with its messages mended; undefined when it needs no mending or is not JSON. */
export function mendText(text: string, id: RequestId, note: NoteOddity): string | undefined {
  const read = readLoosely(text, { id, note, inLines: "It ends events with one line end instead of two" });
  return read?.isOdd === true ? read.json() : undefined;
}

/** The value of JSON; undefined for any other text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON that is nearly right, several texts of it on a line each among it; undefined for anything else. */
function parsedLoosely(text: string, inLines: string, note: NoteOddity): unknown {
  const lines = parsed(`[${text.trim().split(/\r?\n/).join(",")}]`);
  if (lines !== undefined) {
    note(inLines);
    return lines;
  }
  const better = mendJson(text);
  const value = better === undefined ? undefined : parsed(better);
  if (value !== undefined) note("It writes what JSON does not know, such as NaN or a comma too many");
  return value;
}
