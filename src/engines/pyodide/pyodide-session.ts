import { CLOSED, sandboxBusy, sandboxGone } from "../cell-ending.ts";
import type { Cell, CellHost, CellOutcome, SandboxSession } from "../engine.ts";
import { TO_GUEST } from "./frames.ts";
import type { GuestProcess } from "./guest-process.ts";
import { PythonCell } from "./python-cell.ts";

/** A sandbox that has a process to itself. */
export class PyodideSession implements SandboxSession {
  readonly #process: GuestProcess;
  readonly #memoryBytes: number;
  readonly #released: () => void;
  #running: PythonCell | undefined;
  #tableVersion: string | undefined;
  #closing: Promise<void> | undefined;

  /** `released` is called once, when the process is gone. */
  constructor(process: GuestProcess, memoryBytes: number, released: () => void) {
    this.#process = process;
    this.#memoryBytes = process.memory?.roomFor(memoryBytes) ?? memoryBytes;
    this.#released = released;
    process.send(TO_GUEST.open, 0, JSON.stringify({ memoryBytes: this.#memoryBytes }));
  }

  get lost(): boolean {
    return !this.#process.alive;
  }

  /** Id of the session's outermost process. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resident memory of the session's processes, in bytes; 0 where the system does not show it. */
  residentBytes(): number {
    return this.#process.memory?.residentBytes() ?? 0;
  }

  get heldBytes(): number {
    return this.residentBytes();
  }

  async run(cell: Cell, host: CellHost): Promise<CellOutcome> {
    if (this.lost) {
      await this.close();
      throw sandboxGone();
    }
    if (this.#running !== undefined) throw sandboxBusy();
    const { version } = cell.namespaces;
    this.#running = new PythonCell(this.#process, cell, host);
    try {
      const outcome = await this.#running.run(this.#memoryBytes, version !== this.#tableVersion);
      this.#tableVersion = version;
      if (outcome.kind === "stopped") void this.close();
      else if (cell.isAlone !== true) await this.#process.rest();
      return outcome;
    } finally {
      this.#running = undefined;
    }
  }

  close(): Promise<void> {
    this.#running?.stop(CLOSED);
    this.#closing ??= this.#process.close().then(this.#released);
    return this.#closing;
  }
}
