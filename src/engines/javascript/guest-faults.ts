import { defined } from "../../base/defined.ts";
import { isErrorCode, type ErrorCode } from "../../base/error-codes.ts";
import type { RawFault } from "../quickjs/wire/messages.ts";
import { isRecord } from "../../base/is-record.ts";
import { parseJsonText, readFault } from "../guest-words.ts";
import type { GuestFault, GuestFrame, RelatedFault } from "../engine.ts";
import { FIRST_LINE_SHIFT } from "./cell-source.ts";

const MOST_FRAMES = 20;
const OURS = "codemode:guest/";

/** Message of the fault of a program that waits although nothing is left that could end the wait. */
export const ENDLESS_WAIT = "The program awaits a promise that can never settle: no call or timer is pending.";
/** Reads what the guest says about its error. A program can forge the text, so it may be anything. */
export function parseFault(text: string): RawFault {
  const data = parseJsonText(text);
  if (!isRecord(data)) return UNREADABLE;
  const { name, message, stack, code, tool, hint, content, structuredContent, related, fields, notes } = data;
  return {
    name: typeof name === "string" ? name : UNREADABLE.name,
    message: typeof message === "string" ? message : UNREADABLE.message,
    stack: typeof stack === "string" ? stack : "",
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof tool === "string" ? { tool } : {}),
    ...(typeof hint === "string" ? { hint } : {}),
    ...(Array.isArray(content) ? { content } : {}),
    ...defined({ structuredContent }),
    ...(Array.isArray(related) ? { related: related.flatMap(parseRelated) } : {}),
    ...(typeof fields === "string" ? { fields } : {}),
    ...(Array.isArray(notes) ? { notes } : {}),
  };
}

function parseRelated(data: unknown): NonNullable<RawFault["related"]> {
  if (!isRecord(data)) return [];
  const { name, message, stack, relation, tool } = data;
  const texts = [name, message, stack, relation].map((text) => (typeof text === "string" ? text : ""));
  const [nameText = "", messageText = "", stackText = "", relationText = ""] = texts;
  const ofTool = typeof tool === "string" ? { tool } : {};
  return [{ name: nameText, message: messageText, stack: stackText, relation: relationText, ...ofTool }];
}

const UNREADABLE: RawFault = {
  name: "Error",
  message: "The program failed with an error that cannot be shown.",
  stack: "",
};

/** Turns what the guest said about its error into a fault with places in the cell's own source. */
export function toGuestFault(raw: RawFault, filename: string): GuestFault {
  const lines = linesOf(raw.stack);
  const within = /^\s*at (\S+) \(native\)/.exec(lines[0] ?? "")?.[1];
  const stack = lines
    .filter((line) => !line.includes("(native)"))
    .slice(0, MOST_FRAMES)
    .map((line) => correctLine(line, filename))
    .join("\n");
  return readFault({
    ...raw,
    code: faultCode(raw),
    frames: framesIn(lines, filename),
    stack: stack === "" ? undefined : `${raw.name}: ${raw.message}\n${stack}`,
    related: raw.related?.map((each) => toRelated(each, filename)),
    within,
  });
}

function linesOf(stack: string): readonly string[] {
  return stack.split("\n").filter((line) => /^\s*at /.test(line) && !line.includes(OURS));
}

function framesIn(lines: readonly string[], filename: string): readonly GuestFrame[] {
  return lines.flatMap((line) => parseFrame(line, filename)).slice(0, MOST_FRAMES);
}

function toRelated(
  { name, message, stack, tool, relation }: NonNullable<RawFault["related"]>[number],
  filename: string,
): RelatedFault {
  const frames = framesIn(linesOf(stack), filename);
  return { name, message, relation, frames, ...defined({ tool }) };
}

/** Errors the engine raises for what no memory of a guest can hold. */
const MEMORY_ERRORS: ReadonlySet<string> = new Set([
  "InternalError: out of memory",
  "InternalError: string too long",
  "RangeError: BigInt is too large",
  "RangeError: BigInt is too large to allocate",
]);

/** True for the errors the engine raises when the guest's memory is used up. */
export function isOutOfMemory(raw: RawFault): boolean {
  return MEMORY_ERRORS.has(`${raw.name}: ${raw.message}`);
}

function faultCode(raw: RawFault): ErrorCode {
  return raw.code !== undefined && isErrorCode(raw.code) ? raw.code : "runtime_error";
}

interface FramePlace {
  readonly function: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Reads `    at name (file:line:column)` and `    at file:line:column`. */
function readPlace(line: string, filename: string): FramePlace | undefined {
  const at = line.lastIndexOf(`${filename}:`);
  if (at < 0) return undefined;
  const numbers = /^(\d+)(?::(\d+))?\)?$/.exec(line.slice(at + filename.length + 1).trim());
  if (numbers === null) return undefined;
  const head = /^\s*at (.*?)\s*\(?$/.exec(line.slice(0, at));
  const name = head?.[1] === "" || head?.[1] === "<anonymous>" ? undefined : head?.[1];
  const lineNumber = Number(numbers[1]);
  const column = Number(numbers[2] ?? 1);
  return {
    function: name,
    line: lineNumber,
    column: lineNumber === 1 ? Math.max(1, column - FIRST_LINE_SHIFT) : column,
  };
}

function parseFrame(line: string, filename: string): GuestFrame[] {
  const place = readPlace(line, filename);
  if (place === undefined) return [];
  const { line: lineNumber, column } = place;
  return [{ line: lineNumber, column, ...defined({ function: place.function }) }];
}

function correctLine(line: string, filename: string): string {
  const place = readPlace(line, filename);
  if (place === undefined) return line;
  return `    at ${place.function ?? "<program>"} (${filename}:${place.line}:${place.column})`;
}
