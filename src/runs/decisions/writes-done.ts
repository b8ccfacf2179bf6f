import { stringifyJson } from "../../base/exact-json.ts";
import type { Run } from "../run.ts";
import { reads } from "./policy.ts";

/** Calls that are shown, and bytes of one: together with the sentences below at most 200 tokens. */
const SHOWN = { calls: 4, bytes: 56 } as const;

/**
 * Sentences for the reader of a failed run about what it did: calls that may have changed something were completed, or are
 * not known to have been.
 */
export function writesDone({ record, root, events, journal }: Run): readonly string[] {
  const sent = [...record.sent].flatMap(([callId, { tool, args }]) => {
    const entry = root.catalog.get(tool);
    const status = record.toolCalls[callId - 1]?.status;
    return entry !== undefined && reads(entry) ? [] : [{ status, shown: show(entry?.name ?? tool, args) }];
  });
  const done = sent.filter(({ status }) => status === "ok").map(({ shown }) => shown);
  const open = sent.filter(({ status }) => status === "in_doubt").map(({ shown }) => shown);
  const { runId } = events;
  const retry =
    journal === undefined || done.length === 0
      ? []
      : [`A corrected program does none of that again with retry_of: "${runId}" (codemode exec --retry-of ${runId}).`];
  return [...listed("Done, and not undone", done), ...listed("Started, and perhaps done", open), ...retry];
}

function listed(title: string, calls: readonly string[]): readonly string[] {
  if (calls.length === 0) return [];
  const more = calls.length - SHOWN.calls;
  return [`${title}: ${calls.slice(0, SHOWN.calls).join("; ")}${more > 0 ? `; and ${more} more` : ""}.`];
}

function show(tool: string, args: unknown): string {
  const text = args === undefined ? tool : `${tool} ${typeof args === "string" ? args : stringifyJson(args)}`;
  if (Buffer.byteLength(text) <= SHOWN.bytes) return text;
  const cut = Buffer.from(text.slice(0, SHOWN.bytes)).subarray(0, SHOWN.bytes).toString();
  return `${cut.replace(/\uFFFD+$/, "")}…`;
}
