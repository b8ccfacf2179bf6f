import { CodemodeError } from "../../base/codemode-error.ts";
import { SlicedWork } from "../../base/sliced-work.ts";
import { escapedInPieces, writtenInPieces } from "../../base/steps/json-in-pieces.ts";
import { isLarge, PIECE_CHARACTERS } from "../../base/steps/json-in-steps.ts";
import { LargeJson, LargeText, lengthOf } from "../../base/steps/large-text.ts";
import type { HostReply } from "../../engines/engine.ts";

/** A value that is JSON text already. */
export class JsonText {
  readonly json: string | LargeText;

  constructor(json: string | LargeText) {
    this.json = json;
  }
}

/** Whether a value takes memory while it waits to be written and taken. */
export function isLong(value: unknown): boolean {
  if (value instanceof LargeText) return true;
  return value instanceof JsonText ? lengthOf(value.json) > PIECE_CHARACTERS : isLarge(value);
}

/** Characters of a text or of JSON; of other values they are not known yet. */
export function charactersOf(value: unknown): number | undefined {
  if (value instanceof JsonText) return lengthOf(value.json);
  return typeof value === "string" || value instanceof LargeText ? lengthOf(value) : undefined;
}

/** The JSON of a value that {@link isLong}, written while other work goes on; what is kept as bytes stays bytes. */
export async function writeLong(value: unknown, signal: AbortSignal): Promise<JsonText> {
  if (value instanceof JsonText) return value;
  if (value instanceof LargeJson) return new JsonText(value);
  const write = value instanceof LargeText ? () => escapedInPieces(value) : () => writtenInPieces(value);
  return new JsonText(await new SlicedWork<string | LargeText>(write).soon(signal));
}

/** The value of a reply as JSON text. Throws its error. */
export function jsonOf(reply: HostReply): string {
  if (reply.ok) return String(reply.valueJson);
  const { code, message, ...details } = reply.error;
  throw new CodemodeError(code, message, details);
}
