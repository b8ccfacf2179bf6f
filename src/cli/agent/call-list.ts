import type { AgentEvent } from "../../agent/agent-event.ts";
import { formatDuration } from "./format-numbers.ts";
import { plainLine } from "../plain-text.ts";

type CallEvent = Extract<AgentEvent, { readonly type: "call_start" | "call_progress" | "call_end" }>;
type EndedCall = Extract<AgentEvent, { readonly type: "call_end" }>;

/** A call in progress. */
interface ListedCall {
  readonly tool: string;
  readonly startedAt: number;
  readonly progress?: Extract<AgentEvent, { readonly type: "call_progress" }>;
}

/** One line about calls. */
export interface CallLine {
  readonly text: string;
  readonly kind: "running" | "ok" | "failed";
}

const BAR_WIDTH = 20;
const RECENT = 3;
const FAILURES_SHOWN = 5;

/** The calls of tools while they run, and afterwards in short. */
export class CallList {
  readonly #open = new Map<string, ListedCall>();
  #ended: EndedCall[] = [];

  /** True while a call is in progress. */
  get isBusy(): boolean {
    return this.#open.size > 0;
  }

  take(event: CallEvent): void {
    const { callId } = event;
    if (event.type === "call_start") {
      this.#open.set(callId, { tool: event.tool, startedAt: performance.now() });
    } else if (event.type === "call_end") {
      this.#open.delete(callId);
      this.#ended.push(event);
    } else {
      const call = this.#open.get(callId);
      if (call !== undefined) this.#open.set(callId, { ...call, progress: event });
    }
  }

  /** The last calls that ended and those in progress, at most `limit` lines. */
  lines(limit: number, spinner: string): readonly CallLine[] {
    const recent = this.#ended.slice(-Math.min(RECENT, limit)).map(toEndedLine);
    const now = performance.now();
    const open = [...this.#open.values()];
    const room = Math.max(1, limit - recent.length);
    const shown = open.length > room ? open.slice(0, room - 1) : open;
    const running = shown.map((call): CallLine => ({ text: `${spinner} ${runningText(call, now)}`, kind: "running" }));
    const more = open.length - shown.length;
    return [
      ...recent,
      ...running,
      ...(more === 0 ? [] : [{ text: `${spinner} ${more} more in progress`, kind: "running" } as const]),
    ];
  }

  /** Number of calls that have ended, of all that were made. */
  counts(): { readonly ended: number; readonly made: number } {
    return { ended: this.#ended.length, made: this.#ended.length + this.#open.size };
  }

  /** Lines worth keeping of the calls that have ended; this forgets those calls. */
  takeSummary(): readonly CallLine[] {
    const ended = this.#ended;
    this.#ended = [];
    const failed = ended.filter(({ status }) => status !== "ok");
    const more = failed.length - FAILURES_SHOWN;
    return [
      ...summarize(ended.filter(({ status }) => status === "ok")),
      ...failed.slice(0, FAILURES_SHOWN).map(toEndedLine),
      ...(more > 0 ? [{ text: `✗ ${more} more calls failed`, kind: "failed" } as const] : []),
    ];
  }
}

/** One line for each tool: how often it was called and how long that took. */
function summarize(calls: readonly EndedCall[]): readonly CallLine[] {
  const byTool = new Map<string, EndedCall[]>();
  for (const call of calls) {
    const group = byTool.get(call.tool);
    if (group === undefined) byTool.set(call.tool, [call]);
    else group.push(call);
  }
  return [...byTool.values()].map((group) => {
    const [first] = group;
    if (first !== undefined && group.length === 1) return toEndedLine(first);
    const slowest = Math.max(...group.map(({ durationMs }) => durationMs));
    const tool = plainLine(first?.tool ?? "");
    return { text: `✓ ${tool} × ${group.length}  slowest ${formatDuration(slowest)}`, kind: "ok" };
  });
}

function toEndedLine({ tool, status, durationMs, error }: EndedCall): CallLine {
  const text = `${plainLine(tool)}  ${formatDuration(durationMs)}`;
  if (status === "ok") return { text: `✓ ${text}`, kind: "ok" };
  const reason = error === undefined ? "" : `  ${plainLine(error)}`;
  return {
    text: `✗ ${text}  ${status === "error" ? "" : status.replace("_", " ")}${reason}`.trimEnd(),
    kind: "failed",
  };
}

function runningText({ tool, startedAt, progress }: ListedCall, now: number): string {
  const text = `${plainLine(tool)}  ${formatDuration(now - startedAt)}`;
  if (progress === undefined) return text;
  const message = progress.message === undefined ? "" : `  ${plainLine(progress.message)}`;
  return `${text}  ${progressText(progress.progress, progress.total)}${message}`;
}

/** A bar where the end is known, and otherwise how far it is. */
function progressText(progress: number, total: number | undefined): string {
  if (total === undefined || !(total > 0) || !Number.isFinite(progress)) return String(progress);
  const part = Math.min(1, Math.max(0, progress / total));
  const full = Math.round(part * BAR_WIDTH);
  return `[${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)}] ${Math.floor(part * 100)}%`;
}
