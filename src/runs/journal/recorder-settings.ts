import type { Replay } from "./replay/replay.ts";
import type { HeldRun } from "./run-log.ts";
import type { AuditEntry, JournalEvent, Lease, RunStore } from "./run-store.ts";
import type { RunStart } from "./run-turns.ts";

/** What a recorder needs to know of its run beside what is listed. */
export interface RecorderSettings {
  /** Ends the run: somebody asked for it, another process has taken it over, or it does not follow its journal. */
  readonly stop: HeldRun["stop"];
  /** What the run starts from, when it can be repeated. */
  readonly start?: RunStart | undefined;
  /** The ended run that this one tries again. */
  readonly retryOf?: string | undefined;
  /** For a run that was recorded before: its claim, and how many events there are. */
  readonly resumed?: ResumedRun | undefined;
}

/** A run of the store that this process goes on with. */
export interface ResumedRun {
  readonly store: RunStore;
  readonly lease: Lease;
  readonly replay: Replay;
  readonly written: number;
}

/** A call that was announced. */
export interface AnnouncedCall {
  readonly tool: string;
  /** For the audit log, where there is one. */
  readonly event: Pick<JournalEvent, "body"> | undefined;
  readonly startedAt: number;
  /** Of the arguments as they were written. */
  argumentsHash?: string;
}

/** A line for the audit log, on its way to the store. */
export interface NewEntry extends Pick<AuditEntry, "callId" | "tool" | "kind" | "outcome" | "by"> {
  readonly at: number;
  readonly call: AnnouncedCall | undefined;
}
