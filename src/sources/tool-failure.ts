import { boundText } from "../base/bound-text.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { isRecord } from "../base/is-record.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import type { ContentItem, ToolResultEnvelope } from "./source.ts";

/** True for an item of content that is a text. */
export const isText = (item: ContentItem): boolean => item.type === "text" && typeof item["text"] === "string";

/** The text of such an item. */
export const textOf = (item: ContentItem): string => String(item["text"]);

/**
 * The error a result with `isError` stands for: the server's own words, wherever in the result they are. It carries
 * the content and the structured content, unless that is large.
 */
export function toolError(
  tool: string,
  envelope: ToolResultEnvelope,
  large?: { readonly words: unknown },
): CodemodeError {
  const { content } = envelope;
  const structured = large === undefined ? structuredOf(envelope) : undefined;
  const message = messageOf(content, large?.words ?? structured);
  const said = boundText(message, MOST_MESSAGE);
  return new CodemodeError("tool_error", said === "" ? `${tool} failed without saying why.` : said, {
    tool,
    ...(said === message ? { content } : {}),
    ...(structured === undefined || structured === null ? {} : { structuredContent: structured }),
  });
}

function structuredOf(envelope: ToolResultEnvelope): unknown {
  return envelope.structuredContent ?? legacyResult(envelope);
}

function messageOf(content: readonly ContentItem[], structured: unknown): string {
  return (
    content.filter(isText).map(textOf).join("\n").trim() ||
    content.flatMap((item) => wordsIn(item) ?? []).join("\n") ||
    (wordsIn(structured) ?? spelled(structured))
  );
}

/** The error of a result that is one; undefined for any other. */
export function failureOf(tool: string, envelope: ToolResultEnvelope): CodemodeError | undefined {
  if (envelope.isError === true) return toolError(tool, envelope);
  if (!isRecord(envelope.task) || envelope.content.length > 0) return undefined;
  return new CodemodeError("tool_error", `${tool} began a task in the background instead of answering.`, {
    tool,
    hint: "Results of tasks cannot be fetched. Use another tool of this server, or one that answers at once.",
  });
}

/** Servers of before 2024-11-05 put the result under `toolResult`. */
export function legacyResult(envelope: ToolResultEnvelope): unknown {
  return envelope.content.length === 0 ? envelope.toolResult : undefined;
}

/** Characters of a failure that a program is given; what says more is no message, and its content is left out too. */
const MOST_MESSAGE = 256 * 1024;

/** Keys under which servers put the words of a failure. */
const WORDS = "message error detail details reason description title text errors value resource".split(" ");
const MAX_WORDS = 2_000;

/** Description of a failure in an object; undefined when it has none. */
function wordsIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.slice(0, MAX_WORDS);
  if (depth > 3) return undefined;
  if (Array.isArray(value)) {
    const texts = value.slice(0, 10).flatMap((each) => wordsIn(each, depth + 1) ?? []);
    return texts.length === 0 ? undefined : texts.join("; ");
  }
  if (!isSchemaObject(value)) return undefined;
  for (const key of WORDS) {
    const words = Object.hasOwn(value, key) ? wordsIn(value[key], depth + 1) : undefined;
    if (words !== undefined) return words;
  }
  return undefined;
}

function spelled(value: unknown): string {
  return value === undefined || value === null ? "" : stringifyJson(value).slice(0, MAX_WORDS);
}
