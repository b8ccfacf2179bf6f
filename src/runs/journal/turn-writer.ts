import type Libsql from "libsql";

/** A part of a transaction, which somebody waits for. */
interface AwaitedWrite {
  readonly work: () => void;
  readonly done: () => void;
  readonly failed: (thrown: unknown) => void;
}

/** Parts that come together from which more are expected, and how long they are waited for. */
const COMPANY = 2;
const COMPANY_MS = 4;
/** Runs in progress from which waiting pays: of few, each is sooner by itself. */
const CROWD = 8;
/** Nothing was written for so long: what waits for the disk delays nobody then. */
const QUIET_MS = 300;
/** Transactions that are worth it. */
const WORTH = 100;

/**
 * Writes what has no effect outside the database, the beginnings and ends of runs, in one transaction for all that come in
 * one turn of the event loop: a transaction costs more than what is written in it. In a crowd it waits for company a moment
 * longer. Whoever waits hears when it is written. And takes the log of the database over when nobody has written for a while.
 */
export class TurnWriter {
  readonly #transact: (work: () => void) => void;
  readonly #database: Libsql.Database;
  readonly #parts: AwaitedWrite[] = [];
  /** Runs that will still have something to write. */
  readonly inProgress: Set<string> = new Set();
  #isPlanned = false;
  #lastParts = 0;
  #written = 0;
  #quiet: NodeJS.Timeout | undefined;

  /** @param transact runs work in a transaction, of which all is undone where it throws */
  constructor(database: Libsql.Database, transact: (work: () => void) => void) {
    this.#database = database;
    this.#transact = transact;
  }

  /** Resolves when the work is written. Rejects with what it threw, or what the database did. */
  write(work: () => void): Promise<void> {
    const written = new Promise<void>((done, failed) => this.#parts.push({ work, done, failed }));
    if (!this.#isPlanned) {
      this.#isPlanned = true;
      if (this.#lastParts >= COMPANY && this.inProgress.size >= CROWD) setTimeout(() => this.flush(), COMPANY_MS);
      else setImmediate(() => this.flush());
    }
    return written;
  }

  /** Writes what waits now. */
  flush(): void {
    this.#isPlanned = false;
    const parts = this.#parts.splice(0);
    this.#lastParts = parts.length;
    if (parts.length === 0) return;
    let last: AwaitedWrite | undefined;
    try {
      this.#transact(() => {
        for (last of parts) last.work();
        last = undefined;
      });
      for (const { done } of parts) done();
    } catch (thrown) {
      // What one cannot write is no reason for the others.
      if (last === undefined || parts.length === 1) for (const { failed } of parts) failed(thrown);
      else for (const part of parts) this.#writeAlone(part);
    }
  }

  /** Hears of a transaction. */
  wrote(): void {
    this.#written += 1;
    if (this.#written < WORTH) return;
    this.#quiet ??= setTimeout(() => this.#takeOver(), QUIET_MS).unref();
    this.#quiet.refresh();
  }

  /** Writes what waits; nothing is done later any more. */
  close(): void {
    this.flush();
    clearTimeout(this.#quiet);
    this.#written = Number.NEGATIVE_INFINITY;
  }

  #writeAlone({ work, done, failed }: AwaitedWrite): void {
    try {
      this.#transact(work);
      done();
    } catch (thrown) {
      failed(thrown);
    }
  }

  #takeOver(): void {
    this.#quiet = undefined;
    this.#written = 0;
    try {
      this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // Another process may be reading or writing, or the file be gone; a later write does it.
    }
  }
}
