import type { RunDocument, RunEventDocument } from "../../runs/journal/run-document.ts";
import { cutText, plainLine } from "../plain-text.ts";
import type { Colors } from "../terminal.ts";

/** One call on the axis, in milliseconds since the run began. */
interface Bar {
  readonly label: string;
  readonly from: number;
  /** Undefined when it has no result. */
  readonly to: number | undefined;
  readonly status: string;
}

/** Widest name of a call, and fewest characters of the axis. */
const WIDTHS = { label: 32, axis: 20, most: 120, took: 10 } as const;

/**
 * The calls of a run as bars on one time axis, a line each, so that calls at the same time stand above one another. A
 * call without a result ends in `?`. Empty for a run without calls.
 */
export function timeline(
  run: Pick<RunDocument, "events" | "startedAt">,
  { width, colors }: { readonly width: number; readonly colors: Colors },
): string {
  const bars = toBars(run);
  if (bars.length === 0) return "";
  const labels = Math.min(WIDTHS.label, Math.max(...bars.map(({ label }) => label.length)));
  const axis = Math.max(WIDTHS.axis, Math.min(WIDTHS.most, width) - labels - WIDTHS.took - 4);
  const endMs = Math.max(1, ...bars.map(({ from, to }) => to ?? from));
  const lines = bars.map(({ label, from, to, status }) => {
    const start = Math.min(axis - 1, Math.floor((from / endMs) * axis));
    const length = to === undefined ? axis - start : Math.max(1, Math.round(((to - from) / endMs) * axis));
    const drawn =
      to === undefined ? `${"·".repeat(Math.max(0, length - 1))}?` : "█".repeat(Math.min(length, axis - start));
    const color = status === "ok" ? colors.green : status === "in_doubt" ? colors.yellow : colors.red;
    const took = to === undefined ? "no result" : `${Math.round(to - from)} ms`;
    const bar = `${" ".repeat(start)}${color(drawn)}${" ".repeat(Math.max(0, axis - start - drawn.length))}`;
    return `${cutText(label, labels).padEnd(labels)} │${bar}│ ${took}${status === "ok" || to === undefined ? "" : ` ${status}`}\n`;
  });
  const scale = `${" ".repeat(labels)} 0${`${Math.round(endMs)} ms`.padStart(axis + 1)}\n`;
  return `${lines.join("")}${colors.dim(scale)}`;
}

function toBars({ events, startedAt }: Pick<RunDocument, "events" | "startedAt">): readonly Bar[] {
  const began = Date.parse(startedAt);
  const results = new Map(events.filter(({ type }) => type === "result").map((event) => [event.callId, event]));
  return events.filter(({ type }) => type === "call").map((call) => toBar(call, results.get(call.callId), began));
}

function toBar(call: RunEventDocument, result: RunEventDocument | undefined, began: number): Bar {
  const from = Math.max(0, Date.parse(call.at) - began);
  const tool = plainLine(typeof call["tool"] === "string" ? call["tool"] : "");
  const label = `${call.callId ?? 0} ${tool}`;
  if (result === undefined) return { label, from, to: undefined, status: "in_doubt" };
  const durationMs = typeof result["durationMs"] === "number" ? result["durationMs"] : 0;
  return { label, from, to: from + durationMs, status: String(result["status"]) };
}
