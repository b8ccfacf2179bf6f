import { sandboxBusy, sandboxGone } from "../cell-ending.ts";
import type { Cell, CellHost, CellOutcome, SandboxSession, SessionOptions } from "../engine.ts";
import { CellRun } from "./cell-run.ts";
import type { HostThread } from "./host-thread.ts";

/** Takes a thread back when its session is over; `reusable` is false when its state cannot be trusted or made new. */
type ThreadReturn = (thread: HostThread, reusable: boolean) => void;

/** A sandbox that has a guest thread to itself. */
export class QuickJsSession implements SandboxSession {
  readonly #thread: HostThread;
  readonly #options: SessionOptions;
  readonly #giveBack: ThreadReturn;
  #running: { readonly run: CellRun; readonly done: Promise<CellOutcome> } | undefined;
  #stopped = false;
  #closed = false;

  constructor(thread: HostThread, options: SessionOptions, giveBack: ThreadReturn) {
    this.#thread = thread;
    this.#options = options;
    this.#giveBack = giveBack;
  }

  get lost(): boolean {
    return this.#stopped || !this.#thread.alive;
  }

  async run(cell: Cell, host: CellHost): Promise<CellOutcome> {
    if (this.#closed || this.lost) throw sandboxGone();
    if (this.#running !== undefined) throw sandboxBusy();
    const run = new CellRun(this.#thread, cell, host);
    const done = run.run(this.#options.memoryBytes);
    this.#running = { run, done };
    try {
      const outcome = await done;
      if (outcome.kind === "stopped" || !this.#thread.isAtRest) this.#stopped = true;
      return outcome;
    } finally {
      this.#running = undefined;
      if (this.#stopped) this.#release();
    }
  }

  async close(): Promise<void> {
    const running = this.#running;
    running?.run.cancel();
    await running?.done;
    this.#release();
  }

  #release(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#giveBack(this.#thread, !this.lost);
  }
}
