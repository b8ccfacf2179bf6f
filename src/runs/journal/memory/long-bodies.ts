import { SpilledBytes } from "../../../base/files/spilled-bytes.ts";
import { LARGE_TEXT_BYTES, largeTextOf } from "../../../base/steps/large-text.ts";
import { defined } from "../../../base/defined.ts";
import { bodyLength, type JournalEvent } from "../run-store.ts";

/**
 * The long bodies of the events of one run, outside of memory, of which they would take several times as much as the program
 * that received them may have. Whoever made this closes it.
 */
export class LongBodies {
  /** Made for the first of them: most runs have none, and thousands of runs are kept. */
  #aside: Map<number, SpilledBytes> | undefined;

  /**
   * The events as they stay in memory: without the bodies that are put aside, unless the disk does not take them.
   *
   * @param bytes size of all of them: where that is small, none has a long body
   */
  take(events: readonly JournalEvent[], bytes: number): readonly JournalEvent[] | Promise<readonly JournalEvent[]> {
    return bytes > LARGE_TEXT_BYTES && events.some(isLong) ? this.#putAside(events) : events;
  }

  async #putAside(events: readonly JournalEvent[]): Promise<readonly JournalEvent[]> {
    const aside = (this.#aside ??= new Map<number, SpilledBytes>());
    const left: JournalEvent[] = [];
    for (const event of events) {
      const spilled = isLong(event) ? await SpilledBytes.write(bytesOf(event)) : undefined;
      left.push(spilled === undefined ? event : withoutBody(event));
      if (spilled !== undefined) aside.set(event.seq, spilled);
    }
    return left;
  }

  /** An event with its body. */
  async whole(event: JournalEvent): Promise<JournalEvent> {
    const spilled = this.#aside?.get(event.seq);
    return spilled === undefined ? event : { ...event, body: Buffer.concat(await spilled.read()).toString() };
  }

  /** Size of a body that is put aside. */
  bytesOf({ seq }: JournalEvent): number | undefined {
    return this.#aside?.get(seq)?.bytes;
  }

  /** Forgets them. */
  close(): void {
    for (const spilled of this.#aside?.values() ?? []) void spilled.close();
    this.#aside = undefined;
  }
}

function isLong(event: JournalEvent): boolean {
  return bodyLength(event) > LARGE_TEXT_BYTES;
}

function bytesOf(event: JournalEvent): Iterable<Buffer> {
  return largeTextOf(event) ?? [Buffer.from(event.body ?? "")];
}

function withoutBody({ seq, type, at, facts, callId }: JournalEvent): JournalEvent {
  return { seq, type, at, facts, ...defined({ callId }) };
}
