/** A write of an earlier run: one that was completed, or one that was started and has no known result. */
export interface PastWrite {
  /** Name of the tool as the program wrote it. */
  readonly tool: string;
  readonly argumentsHash: string;
  /** JSON text of what the program was given; undefined where nobody knows whether it was done. */
  readonly valueJson: string | undefined;
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
