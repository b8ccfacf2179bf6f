import { CodemodeError } from "../../base/codemode-error.ts";
import { untilAborted } from "../../base/deadline.ts";
import type { Crossing, RunJournal } from "../journal/run-journal.ts";
import type { CallDecision, PendingDecision } from "../result.ts";
import type { RunClock } from "../run-clock.ts";
import type { RunRecord } from "../run-record.ts";

/** A run that nothing happens in for this long, but calls that wait for an answer, is parked. */
const QUIET_MS = 40;

/**
 * Ends a run that can only wait for somebody, so that it holds no memory, and lets it go on when it is repeated.
 *
 * A gate that needs a decision asks here. A run that is repeated after `runs.decide` gets the decision at once, at the same
 * place; before that the first answer is the end of the run, as `suspended` with all calls that wait.
 */
export class Parking {
  readonly #clock: RunClock;
  readonly #record: RunRecord;
  readonly #journal: RunJournal | undefined;
  readonly #pending: PendingDecision[] = [];
  /** Requests in progress that do not wait for an answer. */
  #busy = 0;
  #timer: NodeJS.Timeout | undefined;
  #isAbandoned = false;

  constructor(clock: RunClock, record: RunRecord, journal: RunJournal | undefined) {
    this.#clock = clock;
    this.#record = record;
    this.#journal = journal;
  }

  /** Notes that a request is in progress, until {@link leave}. What runs a skill waits for its calls. */
  enter(request: Crossing["request"]): void {
    if (isWork(request)) this.#change(1);
  }

  /** Notes, once, that a request of {@link enter} is over. */
  leave(request: Crossing["request"]): void {
    if (isWork(request)) this.#change(-1);
  }

  /**
   * The decision about a call, from {@link enter}ed requests only. Rejects when the run is parked for it, and with
   * `approval_required` where it cannot be.
   *
   * @param definition hash of the tool's definition; a decision about another one does not count
   */
  async ask(call: PendingDecision, definition?: string): Promise<CallDecision> {
    const known = this.#journal?.decision?.(call, definition);
    if (known !== undefined) {
      await this.#journal?.release?.(call.callId, call.kind);
      return known;
    }
    if (this.#journal?.canPark !== true) {
      throw new CodemodeError("approval_required", `${call.tool} needs a decision: ${call.reason}`, {
        tool: call.tool,
        hint: "Nobody can decide here, since runs are not kept in a state directory. Do without this call.",
      });
    }
    this.#pending.push(call);
    this.#change(-1);
    const never = new Promise<never>(() => {});
    return untilAborted(never, this.#clock.signal);
  }

  /** True once its caller has gone. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Ends a run whose caller has gone: it is left for somebody to go on with, or cancelled where that cannot be. */
  abandon(): void {
    this.#isAbandoned = true;
    if (this.#journal?.canPark === true) this.#park();
    else this.#clock.end(new CodemodeError("cancelled", "The run was cancelled: its caller has gone."));
  }

  #change(by: number): void {
    this.#busy += by;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#pending.length === 0 || this.#busy > 0) return;
    this.#timer = setTimeout(() => this.#park(), QUIET_MS);
  }

  #park(): void {
    if (this.#clock.signal.aborted) return;
    this.#record.pending = this.#pending;
    this.#clock.end(new CodemodeError("approval_required", "The run is parked until its calls are decided."));
  }
}

function isWork({ kind }: Crossing["request"]): boolean {
  return kind !== "wait" && kind !== "skill-run";
}
