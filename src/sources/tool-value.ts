import { resultShape } from "../catalog/result-shape.ts";
import type { ToolDefinition } from "../catalog/tool.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import type { ContentItem, ToolResultEnvelope } from "./source.ts";

/** What a tool result is to the program that made the call. */
export interface ToolValue {
  readonly value: unknown;
  /** What did not agree with the tool's own definition, as sentences. */
  readonly notes: readonly string[];
}

/** Options of {@link toToolValue}. */
export interface ToolValueOptions {
  /** Largest result taken, counted over the whole envelope. @default 10 MiB */
  readonly toolResultBytes?: number;
  /** Says how structured content breaks the tool's output schema, if it does; the result arrives all the same. */
  readonly check?: (structuredContent: unknown) => string | undefined;
}

const TOOL_RESULT_BYTES = 10 * 1024 * 1024;

/**
 * Takes out of a result what the call resolves to: structured content, unwrapped where its schema says so; otherwise
 * text, parsed where it is plainly JSON; otherwise the content list.
 *
 * Throws `tool_error` with the server's text for a result with `isError`, and `result_too_large`.
 */
export function toToolValue(
  tool: Pick<ToolDefinition, "name" | "outputSchema">,
  envelope: ToolResultEnvelope,
  { toolResultBytes = TOOL_RESULT_BYTES, check }: ToolValueOptions = {},
): ToolValue {
  checkSize(tool.name, envelope, toolResultBytes);
  if (envelope.isError === true) throw toToolError(tool.name, envelope);
  const { structuredContent } = envelope;
  if (structuredContent !== undefined) {
    const breach = check?.(structuredContent);
    const { value, notes } = unwrap(tool, structuredContent);
    return {
      value,
      notes: breach === undefined ? notes : [`The result of ${tool.name} breaks its schema: ${breach}`, ...notes],
    };
  }
  const notes =
    tool.outputSchema === undefined ? [] : [`${tool.name} declares an output schema but sent no structured content.`];
  return { value: contentValue(envelope.content, tool.outputSchema === undefined), notes };
}

/** The error a result with `isError` stands for, with the server's own text. */
function toToolError(tool: string, { content }: ToolResultEnvelope): CodemodeError {
  const message = content.filter(isText).map(textOf).join("\n").trim();
  return new CodemodeError("tool_error", message === "" ? `${tool} failed without saying why.` : message, {
    tool,
    content,
  });
}

function unwrap({ name, outputSchema }: Pick<ToolDefinition, "name" | "outputSchema">, structured: unknown): ToolValue {
  const shape = resultShape(outputSchema);
  if (shape.kind !== "wrapped") return { value: structured, notes: [] };
  if (isSchemaObject(structured) && Object.hasOwn(structured, shape.property)) {
    return { value: structured[shape.property], notes: [] };
  }
  return {
    value: structured,
    notes: [`The result of ${name} lacks "${shape.property}", which its output schema requires.`],
  };
}

function contentValue(content: readonly ContentItem[], mayBeJson: boolean): unknown {
  if (content.length === 0) return null;
  if (!content.every(isText)) return content;
  const text = content.map(textOf).join("\n");
  return mayBeJson ? parsedIfJson(text) : text;
}

/** Only objects and lists: a bare `14` or `true` is text that happens to look like JSON. */
function parsedIfJson(text: string): unknown {
  const first = text.trimStart().charAt(0);
  if (first !== "{" && first !== "[") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const isText = (item: ContentItem): boolean => item.type === "text" && typeof item["text"] === "string";
const textOf = (item: ContentItem): string => String(item["text"]);

function checkSize(tool: string, envelope: ToolResultEnvelope, limit: number): void {
  const bytes = sizeOf(envelope.content, limit) + sizeOf(envelope.structuredContent, limit);
  if (bytes <= limit) return;
  throw new CodemodeError("result_too_large", `The result of ${tool} is larger than ${limit} bytes.`, {
    tool,
    hint: "Ask for a smaller part, for instance by a range, a filter or a limit.",
  });
}

/** Bytes of the JSON text, counted without writing it, up to a little past the limit. */
function sizeOf(root: unknown, limit: number): number {
  let bytes = 0;
  const open: unknown[] = [root];
  for (let item = open.pop(); bytes <= limit && (item !== undefined || open.length > 0); item = open.pop()) {
    bytes += 2;
    if (typeof item === "string") bytes += Buffer.byteLength(item);
    else if (typeof item === "number") bytes += 2;
    else if (Array.isArray(item)) for (const child of item as readonly unknown[]) open.push(child);
    else if (typeof item === "object" && item !== null) {
      for (const [key, child] of Object.entries(item)) {
        bytes += key.length + 3;
        open.push(child);
      }
    }
  }
  return bytes;
}
