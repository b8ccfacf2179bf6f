import type { CodemodeError } from "../../base/codemode-error.ts";
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
  #last: Cell | undefined;
  #closing: Promise<void> | undefined;
  #rested: Promise<void> | undefined;
  #heldBytes: number | undefined;

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

  /** What was resident at the first look after the last program; between programs it stays the same. */
  get heldBytes(): number {
    this.#heldBytes ??= this.residentBytes();
    return this.#heldBytes;
  }

  get rested(): Promise<void> | undefined {
    return this.#rested;
  }

  async run(cell: Cell, host: CellHost): Promise<CellOutcome> {
    if (this.lost) throw await this.#gone();
    if (this.#running !== undefined) throw sandboxBusy();
    const running = new PythonCell(this.#process, cell, host);
    this.#running = running;
    try {
      await this.#rested;
      // One that was closed meanwhile has its end already.
      if (this.lost && this.#closing === undefined) throw await this.#gone();
      return await this.#run(running, cell);
    } finally {
      this.#running = undefined;
      this.#heldBytes = undefined;
    }
  }

  async #gone(): Promise<CodemodeError> {
    await this.close();
    return sandboxGone();
  }

  async #run(running: PythonCell, cell: Cell): Promise<CellOutcome> {
    const last = this.#last;
    const outcome = await running.run(this.#memoryBytes, {
      namespaces: cell.namespaces.version !== last?.namespaces.version,
      modules: last === undefined || !haveSameTexts(cell.modules, last.modules),
    });
    this.#last = cell;
    if (outcome.kind === "stopped") void this.close();
    // Its value does not wait for that; the next program does.
    else if (cell.isAlone !== true) this.#rested = this.#process.rest();
    return outcome;
  }

  close(): Promise<void> {
    this.#running?.stop(CLOSED);
    this.#closing ??= this.#process.close().then(this.#released);
    return this.#closing;
  }
}

function haveSameTexts(some: Cell["modules"] = new Map(), others: Cell["modules"] = new Map()): boolean {
  return some.size === others.size && [...some].every(([name, text]) => others.get(name) === text);
}
