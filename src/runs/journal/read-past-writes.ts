import { CodemodeError } from "../../base/codemode-error.ts";
import { type PastWrite, PastWrites } from "../decisions/past-writes.ts";
import type { PendingDecision } from "../result.ts";
import { hashArguments } from "./hash-arguments.ts";
import { readEvents } from "./replay/resume-run.ts";
import type { RunLog } from "./run-log.ts";
import type { LoadedEvent, RunStore } from "./run-store.ts";

/** How writes are read. */
interface PastReading {
  /** The full name of the tool that a program means. */
  readonly fullName: (name: string) => string;
  /** The run that tries again, when it goes on: what it has called already is taken out. */
  readonly resumed?: string;
}

/**
 * The writes of a run that has ended, and of the runs that it tried again itself.
 *
 * Throws `invalid_arguments` for a run that is not known or that can be resumed, and `busy` for one in progress.
 */
export async function readPastWrites(
  log: RunLog,
  runId: string,
  { fullName, resumed }: PastReading,
): Promise<PastWrites> {
  const store = await log.open();
  assertEnded(runId, (await store.get(runId))?.status);
  const writes = new PastWrites(runId, await collect(runId, { store, log, fullName }), fullName);
  const events = resumed === undefined ? [] : await readEvents(store, resumed, log.secrets);
  for (const { valueJson, ...call } of writesIn(events)) if (valueJson !== undefined) writes.take(call);
  return writes;
}

/** A write that a retry answered from its record is a write of that retry too, so it is not counted twice. */
async function collect(
  runId: string,
  reading: Pick<PastReading, "fullName"> & { readonly store: RunStore; readonly log: RunLog },
): Promise<readonly PastWrite[]> {
  const { store, log, fullName } = reading;
  const events = await readEvents(store, runId, log.secrets);
  const { retryOf }: { readonly retryOf?: string } = JSON.parse(events[0]?.facts ?? "{}");
  const earlier = new PastWrites(runId, retryOf === undefined ? [] : await collect(retryOf, reading), fullName);
  const own = writesIn(events);
  for (const write of own) earlier.take(write);
  return [...earlier.left, ...own];
}

/** The calls that were completed or may have been; calls that only read are among them, and nothing asks for those. */
function writesIn(events: readonly LoadedEvent[]): readonly PastWrite[] {
  const calls = new Map<number, PastWrite>();
  const waiting = new Set<number>();
  for (const { type, callId = 0, facts: json, body = "{}" } of events) {
    const facts: Readonly<Record<string, unknown>> = JSON.parse(json);
    if (type === "call") {
      calls.set(callId, { tool: String(facts["tool"]), argumentsHash: hashArguments(body), valueJson: undefined });
    }
    const call = type === "result" ? calls.get(callId) : undefined;
    if (call !== undefined && facts["status"] === "ok") calls.set(callId, { ...call, valueJson: body });
    else if (call !== undefined && !isLate(body)) calls.delete(callId);
    if (type === "wait" && facts["for"] === "decision") {
      const asked: readonly PendingDecision[] = JSON.parse(body);
      for (const { kind, callId: number } of asked) if (kind !== "in_doubt") waiting.add(number);
    }
    if (type === "decision" && facts["decision"] === "allow") waiting.delete(callId);
  }
  return [...calls].flatMap(([callId, call]) => (call.valueJson === undefined && waiting.has(callId) ? [] : [call]));
}

/** Whether the error of a call leaves open what has become of it. */
function isLate(body: string): boolean {
  const { code }: { readonly code?: string } = JSON.parse(body);
  return code === "tool_timeout";
}

function assertEnded(runId: string, status: string | undefined): void {
  if (status === "running") {
    throw new CodemodeError("busy", `The run ${runId} is still in progress.`, {
      hint: "Wait for its end, or cancel it.",
    });
  }
  if (status !== undefined && status !== "suspended") return;
  const [message, hint] =
    status === undefined
      ? [`There is no run ${runId} to try again.`, "codemode runs list shows the runs that are kept."]
      : [`The run ${runId} has not ended, so it cannot be tried again.`, "Resume it, or cancel it first."];
  throw new CodemodeError("invalid_arguments", message, { hint });
}
