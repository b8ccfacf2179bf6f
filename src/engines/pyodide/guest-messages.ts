import { boundText } from "../../base/bound-text.ts";
import { isRecord } from "../../base/is-record.ts";
import { numberOf, parseJsonText, readFault, readNotes } from "../guest-words.ts";
import type { GuestFault } from "../engine.ts";

const MESSAGE_CHARACTERS = 500;

/** Ending of a cell, as its process reports it. */
type GuestEnd =
  | {
      readonly kind: "finished";
      readonly valueJson: string;
      readonly notes: readonly string[];
      readonly dropped: number;
    }
  | { readonly kind: "failed"; readonly fault: GuestFault; readonly dropped: number }
  | { readonly kind: "stopped"; readonly code: string; readonly message: string; readonly dropped: number };

/**
 * Reads the last message of a cell. The guest can forge it, so every field is checked; undefined when it is not such a
 * message.
 */
export function parseEnd(payload: Buffer): GuestEnd | undefined {
  const text = payload.toString();
  const split = text.indexOf("\n");
  const head = parseJsonText(text.slice(0, Math.max(split, 0)));
  if (!isRecord(head)) return undefined;
  const dropped = numberOf(head["dropped"]) ?? 0;
  if (head["kind"] === "finished") {
    const valueJson = text.slice(split + 1) || "null";
    if (parseJsonText(valueJson) === undefined) return undefined;
    return { kind: "finished", valueJson, notes: readNotes(head["notes"]), dropped };
  }
  if (head["kind"] === "stopped") {
    const message = boundText(textOf(head["message"]) ?? "", MESSAGE_CHARACTERS);
    return { kind: "stopped", code: textOf(head["code"]) ?? "", message, dropped };
  }
  const { fault } = head;
  return head["kind"] === "failed" && isRecord(fault)
    ? { kind: "failed", fault: readFault(fault), dropped }
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
