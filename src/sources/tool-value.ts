import { resultShape } from "../catalog/result-shape.ts";
import type { ToolDefinition } from "../catalog/tool.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import { isRecord } from "../base/is-record.ts";
import { mendJson } from "./mend-json.ts";
import { jsonBytes } from "../base/steps/json-bytes.ts";
import { SlicedWork } from "../base/sliced-work.ts";
import { compactJson } from "../base/steps/compact-json.ts";
import { largeContentOf, LargeJson, largeStructuredOf, LargeText, largeTextOf } from "../base/steps/large-text.ts";
import { outlineJson } from "../base/steps/outline-json.ts";
import { parseJson } from "../base/exact-json.ts";
import { isLarge, PIECE_CHARACTERS } from "../base/steps/json-in-steps.ts";
import { parseSoon } from "../base/steps/parse-in-steps.ts";
import { isSchemaObject, type JsonSchema } from "../schema/json-schema.ts";
import type { ContentItem, ToolResultEnvelope } from "./source.ts";
import { failureOf, isText, legacyResult, textOf, toolError } from "./tool-failure.ts";

type ValueTool = Pick<ToolDefinition, "name" | "outputSchema">;

/** Value of a tool result for the program that made the call. */
interface ToolValue {
  readonly value: unknown;
  /** Deviations from the tool's own definition, as sentences. */
  readonly notes: readonly string[];
}

/** Options of {@link toToolValue}. */
interface ToolValueOptions {
  /** Largest result taken, counted over the whole envelope. @default 10 MiB */
  readonly toolResultBytes?: number;
  /** Reports how a value breaks a schema, if it does; a result that breaks its own schema is still delivered. */
  readonly check?: (value: unknown, schema: JsonSchema) => string | undefined;
  /** Looks through a large value while other work goes on, before it is checked. */
  readonly prepare?: (value: object) => Promise<void>;
  /** Reads the text of a result that may be JSON; undefined where it is none. */
  readonly read?: (text: string) => unknown;
  /** Ends the reading of a large result; what it was called for is over. */
  readonly signal?: AbortSignal;
  /** Leaves a large result as the bytes it is kept as where nothing of it has to be looked at: a `LargeText` or `LargeJson`. @default false */
  readonly asBytes?: boolean;
}

/** What a JSON text begins with, after blanks. */
const JSON_START = /^[\s\uFEFF]*[[{"\dtfn-]/;

const NONE: readonly string[] = [];

const TOOL_RESULT_BYTES = 10 * 1024 * 1024;

/** What {@link toToolValue} returns; of a large result while other work goes on. Throws and rejects with the same errors. */
export function toToolValueSoon(
  tool: ValueTool,
  envelope: ToolResultEnvelope,
  options: ToolValueOptions = {},
): ToolValue | Promise<ToolValue> {
  const { toolResultBytes = TOOL_RESULT_BYTES, signal } = options;
  if (isOver(envelope, toolResultBytes)) return toToolValue(tool, envelope, options);
  const bytes = options.asBytes === true ? bytesOf(tool, envelope) : undefined;
  if (bytes !== undefined) {
    checkSize(tool.name, envelope, toolResultBytes);
    const mayBeJson = !(bytes instanceof LargeJson) && MAY_BE_PARTS.test(bytes.head);
    return mayBeJson ? jsonOrText(tool, envelope, { ...options, bytes }) : { value: bytes, notes: NONE };
  }
  const structured = largeStructuredOf(envelope);
  if (structured !== undefined) return readStructured(tool, envelope, { ...options, structured });
  const content = largeContentOf(envelope);
  return content === undefined
    ? toReadValueSoon(tool, envelope, options)
    : content.valueSoon(signal).then(() => toReadValueSoon(tool, envelope, options));
}

/** A text that is JSON stands for its value, of which the bytes are checked and kept; they are written over, so it is a copy. */
async function jsonOrText(
  tool: ValueTool,
  envelope: ToolResultEnvelope,
  { bytes, ...options }: ToolValueOptions & { readonly bytes: LargeText },
): Promise<ToolValue> {
  const { signal } = options;
  const copy = bytes.pieces.map((piece) => Buffer.from(piece));
  const json = await new SlicedWork(() => compactJson(copy)).soon(signal).catch(() => signal?.throwIfAborted());
  return json === undefined ? toReadValueSoon(tool, envelope, options) : { value: json, notes: NONE };
}

/** Structured content that has to be looked at; what a schema leaves as it is stays bytes. Of a failure the words are looked for in its first parts. */
async function readStructured(
  tool: ValueTool,
  envelope: ToolResultEnvelope,
  { structured, ...options }: ToolValueOptions & { readonly structured: LargeJson },
): Promise<ToolValue> {
  if (envelope.isError === true) {
    const outline = await new SlicedWork(() => outlineJson(structured)).soon(options.signal);
    throw toolError(tool.name, envelope, { words: outline });
  }
  const whole = await structured.valueSoon(options.signal);
  await prepared(tool, whole, options);
  const read = toToolValue(tool, envelope, options);
  return options.asBytes === true && read.value === whole ? { ...read, value: structured.unread() } : read;
}

/** What is kept as bytes and is the value as it is; undefined where a schema or a failure decides about that. */
function bytesOf({ outputSchema }: ValueTool, envelope: ToolResultEnvelope): LargeText | undefined {
  if (outputSchema !== undefined || envelope.isError === true || isRecord(envelope.task)) return undefined;
  const structured = largeStructuredOf(envelope);
  if (structured !== undefined) return structured;
  if (envelope.structuredContent !== undefined || largeContentOf(envelope) !== undefined) return undefined;
  const [item, ...others] = envelope.content;
  const text = others.length === 0 && item?.type === "text" ? largeTextOf(item) : undefined;
  return text;
}

/** The same of a result no part of which has to be read first. */
function toReadValueSoon(
  tool: ValueTool,
  envelope: ToolResultEnvelope,
  options: ToolValueOptions,
): ToolValue | Promise<ToolValue> {
  const { toolResultBytes = TOOL_RESULT_BYTES, signal } = options;
  const isStructured = envelope.structuredContent !== undefined && envelope.structuredContent !== null;
  // What is structured is the value, whatever the text beside it.
  const text = isStructured ? "" : (onlyText(envelope.content) ?? "");
  if (envelope.isError === true || text.length > toolResultBytes) return toToolValue(tool, envelope, options);
  if (text.length <= PIECE_CHARACTERS) {
    if (!isLarge(envelope.structuredContent)) return toToolValue(tool, envelope, options);
    return prepared(tool, envelope.structuredContent, options).then(() => toToolValue(tool, envelope, options));
  }
  return readSoon(text, signal).then(async (parsed) => {
    await prepared(tool, parsed, options);
    return toToolValue(tool, envelope, { ...options, read: () => parsed });
  });
}

/** Resolves when a value is ready to be checked, where it will be. */
async function prepared({ outputSchema }: ValueTool, value: unknown, { prepare }: ToolValueOptions): Promise<void> {
  if (outputSchema !== undefined && typeof value === "object" && value !== null) await prepare?.(value);
}

/** The value of a long JSON text; undefined where it is none. */
async function readSoon(text: string, signal: AbortSignal | undefined): Promise<unknown> {
  if (!JSON_START.test(text)) return undefined;
  return parseSoon(text, signal).catch(() => signal?.throwIfAborted());
}

/** Whether something that is kept as bytes is larger than a program may be given. */
function isOver(envelope: ToolResultEnvelope, limit: number): boolean {
  const content = largeContentOf(envelope);
  if ((largeStructuredOf(envelope)?.countedBytes ?? 0) > limit || (content?.countedBytes ?? 0) > limit) return true;
  if (content !== undefined) return false;
  return envelope.content.reduce((sum, item) => sum + (largeTextOf(item)?.bytes ?? 0), 0) > limit;
}

/**
 * Takes out of a result what the call resolves to: structured content, unwrapped where its schema says so; otherwise
 * text, parsed where it is a JSON object or list, or what the output schema declares; otherwise the content list.
 *
 * Throws `tool_error` with the server's text for a result with `isError`, and `result_too_large`.
 */
export function toToolValue(
  tool: ValueTool,
  envelope: ToolResultEnvelope,
  { toolResultBytes = TOOL_RESULT_BYTES, check, read = parsedJson }: ToolValueOptions = {},
): ToolValue {
  checkSize(tool.name, envelope, toolResultBytes);
  const failure = failureOf(tool.name, envelope);
  if (failure !== undefined) throw failure;
  // Serialisers write what is absent as null.
  const structured = envelope.structuredContent ?? legacyResult(envelope);
  if (structured !== undefined && structured !== null) return structuredValue(tool, structured, check);
  if (envelope.structuredContent === null && onlyText(envelope.content) === "null") return { value: null, notes: NONE };
  if (tool.outputSchema === undefined) return { value: contentValue(envelope.content, read), notes: NONE };
  return declaredValue(tool, envelope, { check, read });
}

function structuredValue(tool: ValueTool, structured: unknown, check: ToolValueOptions["check"]): ToolValue {
  const breach = tool.outputSchema === undefined ? undefined : check?.(structured, tool.outputSchema);
  const { value, notes } = unwrap(tool, structured);
  return {
    value,
    notes: breach === undefined ? notes : [`The result of ${tool.name} breaks its schema: ${breach}`, ...notes],
  };
}

/** A tool that declares its output and sends text: JSON that is what was declared, with or without its wrapper. */
function declaredValue(
  tool: ValueTool,
  { content }: ToolResultEnvelope,
  { check, read }: { readonly check: ToolValueOptions["check"]; readonly read: (text: string) => unknown },
): ToolValue {
  const notes = [`${tool.name} declares an output schema but sent no structured content.`];
  const text = onlyText(content);
  if (text === undefined) return { value: contentValue(content, read), notes };
  return declaredJson(tool, read(text), check) ?? { value: text, notes };
}

/** The value of JSON that a tool sent as text; undefined where the text itself is what was declared. */
function declaredJson(tool: ValueTool, parsed: unknown, check: ToolValueOptions["check"]): ToolValue | undefined {
  if (parsed === undefined) return undefined;
  const shape = resultShape(tool.outputSchema);
  const isWrapped = shape.kind === "wrapped";
  if (isWrapped && isSchemaObject(parsed) && Object.hasOwn(parsed, shape.property))
    return structuredValue(tool, parsed, check);
  const inner = shape.kind === "untyped" ? true : shape.schema;
  if (takesText(inner)) return undefined;
  const fits = check?.(parsed, inner) === undefined;
  if (isWrapped) return fits ? { value: parsed, notes: NONE } : undefined;
  return fits || typeof parsed === "object" ? structuredValue(tool, parsed, check) : undefined;
}

function takesText(schema: JsonSchema): boolean {
  const type = isSchemaObject(schema) ? schema["type"] : undefined;
  return type === "string" || (Array.isArray(type) && type.includes("string"));
}

function unwrap({ name, outputSchema }: ValueTool, structured: unknown): ToolValue {
  const shape = resultShape(outputSchema);
  if (shape.kind !== "wrapped") return { value: structured, notes: NONE };
  if (isSchemaObject(structured) && Object.hasOwn(structured, shape.property)) {
    return { value: structured[shape.property], notes: NONE };
  }
  return {
    value: structured,
    notes: [`The result of ${name} lacks "${shape.property}", which its output schema requires.`],
  };
}

function contentValue(content: readonly ContentItem[], read: (text: string) => unknown): unknown {
  const text = onlyText(content);
  if (text === undefined) return content.length === 0 ? null : content;
  // A bare `14` or `true` is text that happens to look like JSON; trying to read words as JSON takes longer than a quick call.
  const parsed = MAY_BE_PARTS.test(text) ? read(text) : undefined;
  return typeof parsed === "object" && parsed !== null ? parsed : text;
}

/** The beginning of every JSON text of an object or a list. */
const MAY_BE_PARTS = /^\s*[[{]/;

/** The text of content that is nothing else. */
function onlyText(content: readonly ContentItem[]): string | undefined {
  return content.length > 0 && content.every(isText) ? content.map(textOf).join("\n") : undefined;
}

function parsedJson(text: string): unknown {
  const plain = text.replace(/^\uFEFF/, "");
  const better = MAY_BE_PARTS.test(plain) ? () => mendJson(plain) : () => undefined;
  for (const read of [() => plain, better]) {
    try {
      const json = read();
      if (json !== undefined) return parseJson(json);
    } catch {
      // It may be nearly right, or else it is text.
    }
  }
  return undefined;
}

function checkSize(tool: string, envelope: ToolResultEnvelope, limit: number): void {
  const structured = largeStructuredOf(envelope) ?? envelope.structuredContent;
  const content = largeContentOf(envelope) ?? envelope.content;
  const bytes = jsonBytes(content, limit) + jsonBytes(structured, limit);
  if (bytes <= limit) return;
  throw new CodemodeError("result_too_large", `The result of ${tool} is larger than ${limit} bytes.`, {
    tool,
    hint: "Ask for a smaller part, for instance by a range, a filter or a limit.",
  });
}
