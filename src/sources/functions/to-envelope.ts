import { parseJson, stringifyJson } from "../../base/exact-json.ts";
import { SlicedWork } from "../../base/sliced-work.ts";
import { compactJson } from "../../base/steps/compact-json.ts";
import { jsonBytes } from "../../base/steps/json-bytes.ts";
import { writtenInPieces } from "../../base/steps/json-in-pieces.ts";
import { sizeOf } from "../../base/steps/json-in-steps.ts";
import { LargeJson, type LargeText, putLargeText, withLargeStructured } from "../../base/steps/large-text.ts";
import { parseSoon } from "../../base/steps/parse-in-steps.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";
import type { ContentItem, ToolResultEnvelope } from "../source.ts";
import { copyOfData, isData, plainResult } from "./plain-result.ts";

/** Characters of JSON that is passed on as bytes: to read and to write it takes longer than to look through it. */
const KEPT_AS_BYTES = 256 * 1024;

/** Characters of the JSON of a value whose parts are counted at a stretch, within some milliseconds. */
const COUNTED_AT_ONCE = 2 * 1024 * 1024;

/** Makes a tool result of whatever a host function returned. Throws for what JSON cannot hold, see {@link plainResult}. */
export function toEnvelope(value: unknown): ToolResultEnvelope | Promise<ToolResultEnvelope> {
  if (isEnvelope(value)) return value;
  if (typeof value === "string") return { content: [{ type: "text", text: value }] };
  if (value === undefined) return { content: [] };
  const size = sizeOf(value);
  const copy = size === "few" ? copyOfData(value) : undefined;
  if (copy !== undefined) return { content: [{ type: "text", text: stringifyJson(copy) }], structuredContent: copy };
  if (size === "few" && isData(value)) return envelopeOf(stringifyJson(value));
  if (size === "large" && typeof value === "object") return largeEnvelope(value);
  return envelopeOf(stringifyJson(new SlicedWork(() => plainResult(value)).now()));
}

function envelopeOf(text: string): ToolResultEnvelope {
  // Through its text, so that the caller sees what any other server would have sent, and nothing shared.
  const structuredContent = parseJson(text);
  return { content: [{ type: "text", text }], structuredContent };
}

/** Written while other work goes on; what is long is only read again where somebody looks at it. */
async function largeEnvelope(value: unknown): Promise<ToolResultEnvelope> {
  const plain = await new SlicedWork(() => plainResult(value)).soon();
  const text = await new SlicedWork<string | LargeText>(() => writtenInPieces(plain, KEPT_AS_BYTES)).soon();
  if (typeof text === "string") return { content: [{ type: "text", text }], structuredContent: await parseSoon(text) };
  const { pieces, characters } = text;
  // The bytes, which are nobody else's, are gone through in slices.
  const json =
    characters > COUNTED_AT_ONCE
      ? await new SlicedWork(() => compactJson(pieces)).soon()
      : new LargeJson(pieces, characters, jsonBytes(plain));
  const item = putLargeText({ type: "text" as const, text: "" }, "text", json);
  return withLargeStructured({ content: [item] }, json);
}

/** The result of a tool that failed, with the failure's own message. */
export function toErrorEnvelope(thrown: unknown): ToolResultEnvelope {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return { content: [{ type: "text", text }], isError: true };
}

function isEnvelope(value: unknown): value is ToolResultEnvelope {
  if (!isSchemaObject(value)) return false;
  const { content } = value;
  return Array.isArray(content) && content.every(isContentItem);
}

function isContentItem(item: unknown): item is ContentItem {
  return isSchemaObject(item) && typeof item["type"] === "string";
}
