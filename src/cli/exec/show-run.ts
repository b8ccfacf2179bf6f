import type { ErrorReport } from "../../base/codemode-error.ts";
import type { ContentItem } from "../../sources/source.ts";
import { handOnContent } from "../../runs/hand-on-content.ts";
import { showPreview } from "../../runs/reading-text.ts";
import type { ExecutionResult } from "../../runs/result.ts";
import { plainText } from "../plain-text.ts";
import { showValue } from "../show-value.ts";
import type { Terminal, TerminalStream } from "../terminal.ts";
import { sourceExcerpt } from "./source-excerpt.ts";

/**
 * Shows a run that is over to a person: its value on stdout; what went wrong and what it took on stderr. What it printed
 * was shown as it happened.
 */
export function showRun(run: ExecutionResult, code: string, { out, err }: Pick<Terminal, "out" | "err">): void {
  if (run.status === "running") {
    out.write(`${run.runId}\n`);
    err.write(`${err.colors.dim(`runs in the background; codemode runs tail ${run.runId} follows it`)}\n`);
    return;
  }
  for (const item of run.content) showContent(item, { out, err });
  if (run.pending.length > 0) err.write(`${plainText(run.text)}\n`);
  if (run.preview !== undefined) out.write(`${plainText(showPreview(run.preview))}\n`);
  if (run.error === null) {
    if (run.value !== null) showValue(handOnContent(run.value).value, out);
  } else {
    showError(run.error, code, err);
  }
  for (const note of run.notes) err.write(`${err.colors.yellow("note")} ${plainText(note)}\n`);
  err.write(`${err.colors.dim(summarize(run))}\n`);
  if (run.status === "suspended" && run.pending.length === 0)
    err.write(`${err.colors.dim("hint:")} codemode runs resume ${run.runId} goes on with it.\n`);
}

/** Writes text of a program unchanged; on a terminal, without control sequences. */
export function writeProgramText(stream: TerminalStream, text: string): void {
  stream.write(stream.isTerminal ? plainText(text) : text);
}

function showContent(item: ContentItem, { out, err }: Pick<Terminal, "out" | "err">): void {
  if (item.type === "text" && typeof item["text"] === "string") {
    const { text } = item;
    if (text !== "") writeProgramText(out, text.endsWith("\n") ? text : `${text}\n`);
    return;
  }
  const mimeType = typeof item["mimeType"] === "string" ? ` (${plainText(item["mimeType"])})` : "";
  err.write(err.colors.dim(`emitted ${plainText(item.type)}${mimeType}; --json has its data\n`));
}

function showError(error: ErrorReport, code: string, err: TerminalStream): void {
  const { colors } = err;
  const place =
    error.line === undefined ? "" : ` at line ${error.line}${error.column === undefined ? "" : `:${error.column}`}`;
  const tool = error.tool === undefined ? "" : ` (${plainText(error.tool)})`;
  err.write(`${colors.red(`error ${error.code}`)}${tool}${place}: ${plainText(withoutPlace(error.message))}\n`);
  const excerpt = error.line === undefined ? "" : sourceExcerpt(code, error.line, error.column);
  if (excerpt !== "") err.write(`${excerpt}\n`);
  if (error.hint !== undefined) err.write(`${colors.dim("hint:")} ${plainText(error.hint)}\n`);
}

/** Messages for models begin with the place, which stands in front already. */
function withoutPlace(message: string): string {
  return message.replace(/^Line \d+, column \d+: /, "");
}

function summarize({ status, toolCalls, durationMs }: ExecutionResult): string {
  const failed = toolCalls.filter((call) => call.status !== "ok").length;
  const calls = `${toolCalls.length} tool call${toolCalls.length === 1 ? "" : "s"}${failed === 0 ? "" : ` (${failed} not ok)`}`;
  return `${status} · ${calls} · ${durationMs < 1000 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1000).toFixed(2)} s`}`;
}
