import type { SecretFilter } from "../../base/secret-filter.ts";
import type { GuestTurn, HostReply, OutputChunk, Repeatable } from "../../engines/engine.ts";
import type { CallBudget } from "../decisions/call-budget.ts";
import { type Crossing, keyOf, type RunJournal } from "../door.ts";
import type { RunRecord } from "../run-record.ts";
import { labelOf, SKILL } from "./recorded-request.ts";
import { opened } from "./resume-run.ts";
import { Replay } from "./replay.ts";
import type { RunStore } from "./run-store.ts";
import { type RunStart, RunTurns } from "./run-turns.ts";
import { SecretSeal } from "./secret-seal.ts";

/** The journal of a run for a run that only looks ahead: it gives what was recorded, and records nothing. */
export class ScratchJournal implements RunJournal {
  readonly #replay: Replay;
  readonly #turns: RunTurns;

  private constructor(replay: Replay, turns: RunTurns) {
    this.#replay = replay;
    this.#turns = turns;
  }

  /** Reads what has been written of a run. */
  static async open(
    store: RunStore,
    { runId, startedAt, start }: { readonly runId: string; readonly startedAt: number; readonly start: RunStart },
    secrets: SecretFilter,
  ): Promise<ScratchJournal> {
    const seal = new SecretSeal(secrets, store.salt);
    const events = (await store.load(runId, { whole: true })).map((event) => opened(event, seal));
    const replay = new Replay(events);
    return new ScratchJournal(replay, new RunTurns(start, startedAt, replay));
  }

  /** Puts what was recorded into the record of the run. */
  restore(record: RunRecord, budget: CallBudget): void {
    this.#replay.restore(record, budget);
  }

  async call(crossing: Crossing): Promise<HostReply | undefined> {
    const recalled = this.#replay.take(keyOf(crossing), crossing);
    if (recalled?.reply !== undefined) return recalled.reply;
    if (recalled === undefined || labelOf(crossing) !== SKILL) await this.#replay.finished;
    if (recalled === undefined) this.#turns.made(keyOf(crossing), this.#turns.now());
    return undefined;
  }

  async result({ guest }: Crossing): Promise<GuestTurn> {
    return this.#turns.next(guest);
  }

  callId(key: string): number | undefined {
    return this.#replay.callId(key);
  }

  repeatable(guest: string): Repeatable {
    return this.#turns.of(guest);
  }

  fresh(guest: string, chunk: OutputChunk): string {
    return this.#replay.fresh(guest, chunk);
  }

  async wait(untilMs: number, signal: AbortSignal): Promise<void> {
    await this.#turns.wait(untilMs, signal);
  }
}
