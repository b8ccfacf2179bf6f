import { isRecord } from "../base/is-record.ts";
import { defined } from "../base/defined.ts";
import { boundText } from "../base/bound-text.ts";
import { isErrorCode } from "../base/error-codes.ts";
import type { GuestFault, GuestFrame, RelatedFault } from "./engine.ts";

/** Maximum number of characters that count of what a guest says about the error it ended with. */
const MOST = {
  name: 200,
  message: 20_000,
  stack: 40_000,
  tool: 300,
  hint: 2_000,
  fields: 1_000,
  related: 2_000,
} as const;
const MOST_FRAMES = 50;
const MOST_RELATED = 10;
const MOST_NOTES = 20;
const NOTE_CHARACTERS = 500;

/**
 * The error a guest says it ended with, in types and sizes that a reader can be given.
 *
 * Guest code can forge all of it: whatever is not of the right type is left out, and every text is cut to its budget.
 */
export function readFault(data: Readonly<Record<string, unknown>>): GuestFault {
  const { code, content, structuredContent, related } = data;
  const stack = boundedText(data["stack"], MOST.stack);
  const tool = boundedText(data["tool"], MOST.tool);
  const hint = boundedText(data["hint"], MOST.hint);
  const fields = boundedText(data["fields"], MOST.fields);
  const within = boundedText(data["within"], MOST.name);
  const notes = readNotes(data["notes"]);
  return {
    name: boundedText(data["name"], MOST.name) ?? "Error",
    message: boundedText(data["message"], MOST.message) ?? "",
    code: isErrorCode(code) ? code : "runtime_error",
    frames: readFrames(data["frames"]),
    ...defined({ stack, tool, hint }),
    ...(Array.isArray(content) ? { content } : {}),
    ...defined({ structuredContent }),
    ...(Array.isArray(related) ? { related: related.slice(0, MOST_RELATED).flatMap(readRelated) } : {}),
    ...defined({ fields, within }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What a guest says the conversion of its value changed: at most 20 sentences of 500 characters, forged or not. */
export function readNotes(data: unknown): readonly string[] {
  if (!Array.isArray(data)) return [];
  return data.slice(0, MOST_NOTES).flatMap((each) => boundedText(each, NOTE_CHARACTERS) ?? []);
}

/** A parsed JSON text; undefined when it is none. */
export function parseJsonText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** A finite number, or undefined. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function readRelated(data: unknown): readonly RelatedFault[] {
  if (!isRecord(data)) return [];
  const tool = boundedText(data["tool"], MOST.tool);
  return [
    {
      name: boundedText(data["name"], MOST.name) ?? "",
      message: boundedText(data["message"], MOST.related) ?? "",
      relation: boundedText(data["relation"], MOST.name) ?? "",
      frames: readFrames(data["frames"]),
      ...defined({ tool }),
    },
  ];
}

function readFrames(data: unknown): readonly GuestFrame[] {
  return Array.isArray(data) ? data.slice(0, MOST_FRAMES).flatMap(readFrame) : [];
}

function readFrame(data: unknown): readonly GuestFrame[] {
  if (!isRecord(data)) return [];
  const line = numberOf(data["line"]);
  const column = numberOf(data["column"]);
  const name = boundedText(data["function"], MOST.name);
  if (line === undefined) return [];
  return [{ line, ...defined({ column, function: name }) }];
}

function boundedText(value: unknown, most: number): string | undefined {
  return typeof value === "string" ? boundText(value, most) : undefined;
}
