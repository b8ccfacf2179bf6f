import { CodemodeError } from "../../base/codemode-error.ts";
import { largeTextOf } from "../../base/steps/large-text.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { ExecutionStatus } from "../result.ts";
import type { SkillRun } from "../skills/skill-run.ts";

/** Where a run stands; `suspended` waits for somebody or lost its process, `expired` waited too long. */
export type RunStatus = ExecutionStatus | "expired";

/** What is known of a run before it starts. */
export interface RunSpec {
  readonly runId: string;
  readonly language: GuestLanguage;
  /** The program as it was sent, secrets taken out; for a skill or a tool that was called by itself, that call. */
  readonly code: string;
  readonly session: string | null;
  /** The skill that was run by itself. */
  readonly skill?: SkillRun;
  /** The client of a server that it belongs to; absent for those of the local user. */
  readonly client?: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
}

/** How a run ended, or how far it is. */
export interface RunOutcome {
  readonly status: RunStatus;
  /** In milliseconds since 1970; null while it has not ended. */
  readonly endedAt: number | null;
  readonly durationMs: number | null;
  /** Number of tool calls made. */
  readonly toolCalls: number;
  /** JSON text of the result document, or null before there is one. */
  readonly result: string | null;
}

/** How far a parked run is. */
export interface ParkedRun extends Partial<Pick<RunOutcome, "durationMs" | "toolCalls" | "result">> {
  /** Number of answers it waits for; with none it waits for a process. */
  readonly pending: number;
}

/** A run as a store lists it. */
export interface StoredRun extends RunSpec, RunOutcome {
  /** Number of calls that wait for an answer. */
  readonly pending: number;
}

/** What is written of a run together with itself. */
export interface RunBeginning {
  readonly owner: string;
  readonly ttlMs: number;
  readonly events: readonly JournalEvent[];
  /** Only of a run that has ended before anything was written of it. */
  readonly outcome?: RunOutcome;
}

/** The right of one owner to write to a run. A later claim has a higher token, and the lower one is worth nothing. */
export interface Lease {
  readonly runId: string;
  readonly owner: string;
  readonly token: number;
}

/** One event of a run. What may be long or hold data of servers is its body. */
export interface JournalEvent {
  /** Number of the event in its run, from 1. */
  readonly seq: number;
  readonly type: "start" | "call" | "result" | "output" | "wait" | "answer" | "decision" | "end";
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly callId?: number;
  /** JSON text of an object: the short facts. */
  readonly facts: string;
  /** JSON text of one value: code, arguments, result or output, by the type of the event. */
  readonly body?: string;
}

/** One line for the audit log, before it is chained to the line before it. */
export interface AuditEntry {
  readonly at: string;
  readonly runId: string;
  readonly callId: number;
  readonly tool: string;
  /** SHA-256 of the arguments, whatever the order of their keys. */
  readonly argumentsHash: string;
  readonly kind: "decision" | "call";
  /** `allow`, `ask` or `deny` of a decision; `ok`, `error` or `denied` of a call. */
  readonly outcome: string;
  /** Who decided or called. */
  readonly by: string;
}

/** What was decided about a call that a parked run waits for, and what the audit log shall say of it. */
export interface RunAnswer {
  readonly event: Omit<JournalEvent, "seq">;
  readonly audit?: AuditEntry;
}

/** Whether the audit log is whole. */
export interface AuditVerdict {
  readonly ok: boolean;
  /** The first line that is wrong, from 1; null when none is. */
  readonly line: number | null;
  /** Number of lines in the log. */
  readonly lines: number;
  readonly message: string;
}

/** Which runs to list, newest first. */
export interface RunQuery {
  readonly status?: RunStatus;
  readonly session?: string;
  /** Only runs of this client; null for those of the local user. */
  readonly client?: string | null;
  /** @default 20 */
  readonly limit?: number;
  /** Counting takes the longer the more there are. @default true */
  readonly isCounted?: boolean;
  /** Only runs older than the run of this id. */
  readonly before?: string;
}

/** What {@link RunStore.prune} keeps; unfinished runs with a living owner always stay. */
export interface Retention {
  /** Runs that started before this time go, in milliseconds since 1970. */
  readonly before?: number;
  /** The oldest runs go until all together take no more than this. */
  readonly keepBytes?: number;
}

/**
 * Where runs and their events are kept.
 *
 * Writing to a run takes a {@link Lease}: a short one, renewed while the owner lives, so that another process can take
 * the run over soon after the owner died. What a method has resolved is written. The caller closes the store.
 */
export interface RunStore {
  /** Random text of this store, the same for its whole life. */
  readonly salt: string;
  /** Keeps a new run, held by nobody. Throws when the id is taken. */
  submit(run: RunSpec): Promise<void>;
  /**
   * Keeps a new run that its owner holds, with its first events, all or none: one write instead of those of `submit`,
   * `claim`, `append` and `finish`. Throws when the id is taken.
   */
  begin(run: RunSpec, beginning: RunBeginning): Promise<Lease>;
  /** Takes an unfinished run that no living owner holds: that of the id, or the oldest. Null when there is none. */
  claim(runId: string | null, owner: string, ttlMs: number): Promise<Lease | null>;
  /** Holds a run for longer. `cancel` when somebody asked for its end, `lost` when the lease is worth nothing any more. */
  renew(lease: Lease, ttlMs: number): Promise<"held" | "cancel" | "lost">;
  /** Events after `after`, in order. Bodies over 64 KB are left out and counted, unless `whole`. */
  load(runId: string, options?: { readonly after?: number; readonly whole?: boolean }): Promise<readonly LoadedEvent[]>;
  /** Writes events, all or none, and what the audit log shall say of them. Throws when the lease is lost. */
  append(lease: Lease, events: readonly JournalEvent[], audit?: readonly AuditEntry[]): Promise<void>;
  /**
   * Leaves a run to wait for `pending` answers, held by nobody. The event says what for, and `result` is what it has come
   * to until a claim. Throws when the lease is lost.
   */
  park(lease: Lease, event: JournalEvent, waiting: ParkedRun): Promise<void>;
  /**
   * Writes answers to a parked run, all or none, and counts as many calls less that wait; one without a number answers all
   * of them. False, with nothing written, when the run is not parked or one of these calls was answered already.
   */
  answer(runId: string, answers: readonly RunAnswer[]): Promise<boolean>;
  /** Ends a run with its last events. Throws when the lease is lost. */
  finish(lease: Lease, outcome: RunOutcome, events: readonly JournalEvent[]): Promise<void>;
  /** Asks the owner of a run to end it. False when no living owner holds it. */
  requestCancel(runId: string): Promise<boolean>;
  /** Runs that started before this time, in milliseconds since 1970, and wait for answers. */
  waiting(startedBefore: number): Promise<readonly StoredRun[]>;
  /** Stored runs, newest first, and how many there are in all; with `isCounted: false` how many are listed. */
  list(query?: RunQuery): Promise<{ readonly runs: readonly StoredRun[]; readonly total: number }>;
  /** One stored run; undefined when the id is not known. */
  get(runId: string): Promise<StoredRun | undefined>;
  /** Notes that a session, or every one, begins anew at this time, in milliseconds since 1970. */
  forgetSession(session: string | undefined, at: number): Promise<void>;
  /** When a session was last forgotten before this time, both in milliseconds since 1970; 0 for never. */
  sessionForgottenAt(session: string, before?: number): Promise<number>;
  /** Removes old runs with all their events; returns how many. */
  prune(retention: Retention): Promise<number>;
  /** Reads the audit log and compares it with what was written. */
  verify(): Promise<AuditVerdict>;
  /** Writes what is left and lets the store go. */
  close(): Promise<void>;
}

/** An event as it is read back. */
export interface LoadedEvent extends JournalEvent {
  /** Size of a body that was left out. */
  readonly bodyBytes?: number;
}

/** Bodies above this are kept apart, and left out where events are shown. */
export const INLINE_BYTES: number = 64 * 1024;

/** What events take in a store, about. */
export function sizeOf(events: readonly JournalEvent[]): number {
  let bytes = 0;
  for (const event of events) bytes += event.facts.length + bodyLength(event) + 100;
  return bytes;
}

/** Characters of the body of an event; no string is made of one that is kept as bytes. */
export function bodyLength(event: JournalEvent): number {
  return largeTextOf(event)?.characters ?? event.body?.length ?? 0;
}

/** The error of a write to a run that has received and sent more than a store keeps of one; what it has before stays. */
export function recordTooLarge(bytes: number, place: string, hint: string): CodemodeError {
  const size = `${Math.floor(bytes / 1024 / 1024)} MB`;
  const message = `The run received and sent more than the ${size} that ${place} keeps of one.`;
  return new CodemodeError("result_too_large", message, { hint });
}

/** A lease that reaches further than this was taken before the clock was set back. */
const LONGEST_LEASE_MS = 60_000;

/** Whether somebody alive holds a run until `until`. */
export function isHeld(until: number, now: number): boolean {
  return until > now && until <= now + LONGEST_LEASE_MS;
}

/**
 * How many calls wait when these are answered too; undefined when that cannot be.
 *
 * @param answered numbers of the calls that were answered since the run was parked
 */
export function pendingAfter(
  pending: number,
  answers: readonly RunAnswer[],
  answered: ReadonlySet<number>,
): number | undefined {
  const numbers = answers.flatMap(({ event: { callId } }) => callId ?? []);
  if (pending === 0 || numbers.some((callId) => answered.has(callId))) return undefined;
  const left = numbers.length < answers.length ? 0 : pending - new Set(numbers).size;
  return left < 0 ? undefined : left;
}

/** Times at which a session was forgotten that are kept. */
const MOST_FORGOTTEN = 100;

/** The times at which a session was forgotten, with one more. */
export function withForgotten(times: readonly number[], at: number): readonly number[] {
  return [...times, at].slice(-MOST_FORGOTTEN);
}

/** The last of some times before another; 0 when there is none. */
export function lastBefore(times: readonly number[], before: number): number {
  return Math.max(0, ...times.filter((time) => time < before));
}
