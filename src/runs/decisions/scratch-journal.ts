import type { GuestTurn, HostReply, Repeatable } from "../../engines/engine.ts";
import { type Crossing, keyOf, type RunJournal } from "../journal/run-journal.ts";
import { labelOf, SKILL } from "../journal/replay/recorded-request.ts";
import { RepeatableJournal } from "../journal/replay/repeatable-journal.ts";
import { Replay } from "../journal/replay/replay.ts";
import type { RecordedRun } from "../journal/replay/resume-run.ts";
import { RunTurns } from "../journal/run-turns.ts";

/** The journal of a run for a run that only looks ahead: it gives what was recorded, and records nothing. */
export class ScratchJournal extends RepeatableJournal implements RunJournal {
  /** The journal of what has been written of a run that started then. */
  static of({ events, start }: RecordedRun, startedAt: number): ScratchJournal {
    const replay = new Replay(events);
    const turns = new RunTurns(start, startedAt, replay);
    void replay.finished.then(() => turns.goOn());
    return new ScratchJournal(turns, replay);
  }

  async call(crossing: Crossing): Promise<HostReply | undefined> {
    const recalled = this.replay?.take(keyOf(crossing), crossing);
    if (recalled?.reply !== undefined) return recalled.reply;
    if (recalled === undefined || labelOf(crossing) !== SKILL) await this.replayed;
    if (recalled === undefined) this.turns?.made(keyOf(crossing), Date.now());
    return undefined;
  }

  result({ guest }: Crossing): GuestTurn | undefined {
    return this.turns?.next(guest);
  }

  repeatable(guest: string): Repeatable | undefined {
    return this.turns?.of(guest);
  }
}
