import type { CodemodeError } from "../../../base/codemode-error.ts";
import type { OutputChunk } from "../../../engines/engine.ts";
import type { CallBudget } from "../../decisions/call-budget.ts";
import type { CallDecision, PendingDecision } from "../../result.ts";
import type { RunRecord } from "../../run-record.ts";
import { type Crossing, keyOf } from "../run-journal.ts";
import type { Replay } from "./replay.ts";
import type { RunTurns } from "../run-turns.ts";

/** What a journal knows of a run that can be repeated, from what was recorded of it before. */
export class RepeatableJournal {
  protected readonly turns: RunTurns | undefined;
  protected readonly replay: Replay | undefined;
  /** Calls that nobody knows of whether they were made. */
  protected readonly inDoubt: Set<number> = new Set();

  /** @param turns undefined for a run that cannot be repeated */
  constructor(turns: RunTurns | undefined, replay: Replay | undefined) {
    this.turns = turns;
    this.replay = replay;
  }

  /** Why the run must not go on, after its program has ended. */
  get divergence(): CodemodeError | undefined {
    return this.replay?.remainder;
  }

  /** Resolves when all that was recorded has been repeated; at once when nothing was. */
  get replayed(): Promise<void> {
    return this.replay?.finished ?? Promise.resolve();
  }

  /** Puts what was recorded into the record of the run. */
  restore(record: RunRecord, budget: CallBudget): void {
    this.replay?.restore(record, budget);
  }

  callId(crossing: Pick<Crossing, "guest" | "number">): number | undefined {
    return this.replay?.callId(keyOf(crossing));
  }

  fresh(guest: string, chunk: OutputChunk): string {
    return this.replay?.fresh(guest, chunk) ?? chunk.text;
  }

  async wait(untilMs: number, signal: AbortSignal): Promise<void> {
    await this.turns?.wait(untilMs, signal);
  }

  /** Stops the clock of the guests. */
  stopClock(): void {
    this.turns?.stop();
  }

  isInDoubt(callId: number): boolean {
    return this.inDoubt.has(callId);
  }

  decision(call: PendingDecision, definition?: string): CallDecision | undefined {
    return this.replay?.decision(call, definition);
  }
}
