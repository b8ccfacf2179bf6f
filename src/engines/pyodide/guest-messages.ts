import { isErrorCode } from "../../base/error-codes.ts";
import type { GuestFault, GuestFrame, RelatedFault } from "../engine.ts";

/** How a cell ended, as its process says. */
export type GuestEnd =
  | {
      readonly kind: "finished";
      readonly valueJson: string;
      readonly notes: readonly string[];
      readonly dropped: number;
    }
  | { readonly kind: "failed"; readonly fault: GuestFault; readonly dropped: number }
  | { readonly kind: "stopped"; readonly code: string; readonly message: string; readonly dropped: number };

/** A parsed JSON text; undefined when it is none. */
export function parseJsonText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Reads the last message of a cell. The guest can forge it, so every field is checked; undefined when it is no such message. */
export function parseEnd(payload: Buffer): GuestEnd | undefined {
  const split = payload.indexOf(10);
  const head = parseJsonText(payload.toString("utf8", 0, Math.max(split, 0)));
  if (!isRecord(head)) return undefined;
  const dropped = numberOf(head["dropped"]) ?? 0;
  if (head["kind"] === "finished") {
    const valueJson = payload.toString("utf8", split + 1) || "null";
    if (parseJsonText(valueJson) === undefined) return undefined;
    return { kind: "finished", valueJson, notes: textsOf(head["notes"]), dropped };
  }
  if (head["kind"] === "stopped") {
    return { kind: "stopped", code: textOf(head["code"]) ?? "", message: textOf(head["message"]) ?? "", dropped };
  }
  const { fault } = head;
  return head["kind"] === "failed" && isRecord(fault)
    ? { kind: "failed", fault: readFault(fault), dropped }
    : undefined;
}

function readFault(data: Readonly<Record<string, unknown>>): GuestFault {
  const { code, frames, content, structuredContent } = data;
  const stack = textOf(data["stack"]);
  const tool = textOf(data["tool"]);
  const hint = textOf(data["hint"]);
  return {
    name: textOf(data["name"]) ?? "Exception",
    message: textOf(data["message"]) ?? "",
    code: isErrorCode(code) ? code : "runtime_error",
    frames: Array.isArray(frames) ? frames.flatMap(readFrame) : [],
    ...(stack === undefined ? {} : { stack }),
    ...(tool === undefined ? {} : { tool }),
    ...(hint === undefined ? {} : { hint }),
    ...(Array.isArray(content) ? { content } : {}),
    ...(structuredContent === undefined ? {} : { structuredContent }),
    ...(Array.isArray(data["related"]) ? { related: data["related"].flatMap(readRelated) } : {}),
  };
}

function readRelated(data: unknown): readonly RelatedFault[] {
  if (!isRecord(data)) return [];
  const { frames, relation, name, message } = data;
  const tool = textOf(data["tool"]);
  return [
    {
      relation: textOf(relation) ?? "cause",
      name: textOf(name) ?? "",
      message: textOf(message) ?? "",
      frames: Array.isArray(frames) ? frames.flatMap(readFrame) : [],
      ...(tool === undefined ? {} : { tool }),
    },
  ];
}

function readFrame(data: unknown): readonly GuestFrame[] {
  if (!isRecord(data)) return [];
  const line = numberOf(data["line"]);
  const column = numberOf(data["column"]);
  const name = textOf(data["function"]);
  if (line === undefined) return [];
  return [{ line, ...(column === undefined ? {} : { column }), ...(name === undefined ? {} : { function: name }) }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
