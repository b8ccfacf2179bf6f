import type { CodemodeError } from "../../../base/codemode-error.ts";
import { stringifyJson } from "../../../base/exact-json.ts";
import type { WrittenValue } from "../../reading-text.ts";
import type { ExecutionResult } from "../../result.ts";
import type { JournalEvent } from "../run-store.ts";

/** Characters of the text for a model that are kept. */
const TEXT_CHARACTERS = 2_000;

/**
 * The event that ends a run, or parks it.
 *
 * @param definitions hashes of the definitions of the tools that are asked about
 */
export function lastEvent(
  result: ExecutionResult,
  definitions: Readonly<Record<string, string>>,
): Pick<JournalEvent, "type" | "facts" | "body"> {
  const { status, durationMs, error, pending } = result;
  if (status !== "suspended") {
    return { type: "end", facts: JSON.stringify({ status, durationMs, ...(error === null ? {} : { error }) }) };
  }
  return {
    type: "wait",
    facts: JSON.stringify({
      for: pending.length === 0 ? "resume" : "decision",
      durationMs,
      ...(Object.keys(definitions).length === 0 ? {} : { definitions }),
    }),
    body: stringifyJson(pending),
  };
}

/**
 * What is kept of a result, as JSON: all of it but content, and the beginning of the text. Calls are written by hand, since
 * there may be a thousand of few kinds.
 *
 * @param written a value that was written already
 */
export function keptResult(result: ExecutionResult, written?: WrittenValue): string {
  const { toolCalls, value, text } = result;
  // Fields that are undefined are not written.
  const kept = { ...result, content: [], text: text.slice(0, TEXT_CHARACTERS), value: undefined, toolCalls: undefined };
  const valueJson = (written?.value === value ? written.json : undefined) ?? stringifyJson(value);
  return `${stringifyJson(kept).slice(0, -1)},"value":${valueJson},"toolCalls":[${keptCalls(toolCalls)}]}`;
}

/** What is the same of a call as of the one before it, as of most, is not written again. */
function keptCalls(calls: ExecutionResult["toolCalls"]): string {
  let text = "";
  let head = "";
  let last: ExecutionResult["toolCalls"][number] | undefined;
  for (const call of calls) {
    const { tool, status, durationMs } = call;
    if (last?.tool !== tool || last.status !== status)
      head = `{"tool":${JSON.stringify(tool)},"status":"${status}","durationMs":`;
    text += `${last === undefined ? "" : ","}${head}${durationMs}}`;
    last = call;
  }
  return text;
}

/** Says why a run, or a part of it, is not recorded. */
export function noteOf(error: CodemodeError): string {
  const { message, hint } = error.toReport();
  return `This run is not recorded in full: ${message}${hint === undefined ? "" : ` ${hint}`}`;
}
