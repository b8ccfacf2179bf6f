import { CodemodeError } from "../../base/codemode-error.ts";
import { hashArguments } from "../journal/hash-arguments.ts";
import { readEvents } from "../journal/replay/resume-run.ts";
import type { RunLog } from "../journal/run-log.ts";
import type { LoadedEvent, RunStore } from "../journal/run-store.ts";
import type { PendingDecision } from "../result.ts";

/** A write of an earlier run: one that was completed, or one that was started and has no known result. */
export interface PastWrite {
  /** Name of the tool as the program wrote it. */
  readonly tool: string;
  readonly argumentsHash: string;
  /** JSON text of what the program was given; undefined where nobody knows whether it was done. */
  readonly valueJson: string | undefined;
}

/** How writes are read. */
interface PastReading {
  /** The full name of the tool that a program means. */
  readonly fullName: (name: string) => string;
  /** The run that tries again, when it goes on: what it has called already is taken out. */
  readonly resumed?: string;
}

/**
 * The writes that earlier attempts of a program have made. Each answers one call of the same tool with the same arguments,
 * so that a corrected program makes none of them a second time.
 */
export class PastWrites {
  readonly #runId: string;
  readonly #writes: PastWrite[];
  readonly #fullName: (name: string) => string;
  /** Calls that were answered from their record. */
  #answered = 0;

  /**
   * @param runId the run that is tried again
   * @param fullName the full name of the tool that a program means
   */
  constructor(runId: string, writes: readonly PastWrite[], fullName: (name: string) => string) {
    this.#runId = runId;
    this.#writes = [...writes];
    this.#fullName = fullName;
  }

  /**
   * The writes of a run that has ended, and of the runs that it tried again itself.
   *
   * Throws `invalid_arguments` for a run that is not known or that can be resumed, and `busy` for one in progress.
   */
  static async read(log: RunLog, runId: string, { fullName, resumed }: PastReading): Promise<PastWrites> {
    const store = await log.open();
    assertEnded(runId, (await store.get(runId))?.status);
    const writes = new PastWrites(runId, await collect(runId, { store, log, fullName }), fullName);
    const events = resumed === undefined ? [] : await readEvents(store, resumed, log.secrets);
    for (const { valueJson, ...call } of writesIn(events)) if (valueJson !== undefined) writes.take(call);
    return writes;
  }

  /** Writes that no call has repeated yet. */
  get left(): readonly PastWrite[] {
    return this.#writes;
  }

  /** The same for a run that only looks ahead. */
  copy(): PastWrites {
    return new PastWrites(this.#runId, this.#writes, this.#fullName);
  }

  /** Takes out a write that a call would repeat, one that was completed before others. */
  take({ tool, argumentsHash }: Pick<PastWrite, "tool" | "argumentsHash">): PastWrite | undefined {
    const name = this.#fullName(tool);
    const same = this.#writes.filter(
      (each) => each.argumentsHash === argumentsHash && this.#fullName(each.tool) === name,
    );
    const write = same.find(({ valueJson }) => valueJson !== undefined) ?? same[0];
    if (write === undefined) return undefined;
    this.#writes.splice(this.#writes.indexOf(write), 1);
    if (write.valueJson !== undefined) this.#answered += 1;
    return write;
  }

  /** Puts a write back whose call was refused. */
  giveBack(write: PastWrite): void {
    this.#writes.unshift(write);
    if (write.valueJson !== undefined) this.#answered -= 1;
  }

  /** Sentences that count the calls which were answered from their record. */
  get notes(): readonly string[] {
    if (this.#answered === 0) return [];
    const calls = this.#answered === 1 ? "1 call was" : `${this.#answered} calls were`;
    return [
      `${calls} not made again: the same was completed before (${this.#runId}), and the result is the one recorded then.`,
    ];
  }
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
  for (const { type, callId = 0, facts, body = "{}" } of events) {
    if (type !== "call" && type !== "result") continue;
    const { tool = "", status }: { readonly tool?: string; readonly status?: string } = JSON.parse(facts);
    const call = calls.get(callId);
    if (type === "call") calls.set(callId, { tool, argumentsHash: hashArguments(body), valueJson: undefined });
    else if (call !== undefined && status === "ok") calls.set(callId, { ...call, valueJson: body });
    else if (!isLate(body)) calls.delete(callId);
  }
  const waiting = waitingIn(events);
  return [...calls].flatMap(([callId, call]) => (call.valueJson === undefined && waiting.has(callId) ? [] : [call]));
}

/** Numbers of the calls that were never made, since somebody had to approve them. */
function waitingIn(events: readonly LoadedEvent[]): ReadonlySet<number> {
  const waiting = new Set<number>();
  for (const { type, callId = 0, facts, body = "[]" } of events) {
    if (type !== "wait" && type !== "decision") continue;
    const { for: what, decision }: { readonly for?: string; readonly decision?: string } = JSON.parse(facts);
    const asked: readonly PendingDecision[] = what === "decision" ? JSON.parse(body) : [];
    for (const { kind, callId: number } of asked) if (kind !== "in_doubt") waiting.add(number);
    if (type === "decision" && decision === "allow") waiting.delete(callId);
  }
  return waiting;
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
