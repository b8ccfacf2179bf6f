import { onAbort } from "../../base/deadline.ts";
import { abortReason, CLOSED, sandboxBusy, sandboxGone, type StopReason, timeLimit } from "../cell-ending.ts";
import type { Cell, CellHost, CellOutcome, SandboxSession, SessionOptions } from "../engine.ts";
import { CellRun } from "./cell-run.ts";
import type { ParkedSession } from "./guest-thread.ts";
import { HostThread } from "./host-thread.ts";
import type { ThreadPool } from "./thread-pool.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** State of a session that is over. */
const NOTHING: ParkedSession = { memory: { starts: new Uint32Array(), bytes: new Uint8Array() }, modules: [] };

/** A sandbox that has a guest thread to itself while it runs a program, and may have to do without one between two. */
export class QuickJsSession implements SandboxSession {
  readonly #options: SessionOptions;
  readonly #pool: ThreadPool;
  readonly #leave: () => void;
  /** Its thread, or its state while it has none. */
  #place: HostThread | ParkedSession;
  #parking: Promise<void> | undefined;
  #running: { readonly run: CellRun; readonly done: Promise<CellOutcome> } | undefined;
  #isTaken = false;
  /** Ends the wait of a program for a thread. */
  #endWait: ((reason: StopReason) => void) | undefined;
  #stopped = false;
  #closed = false;

  /** @param leave gives up the place of the sandbox among those of its engine */
  constructor(
    thread: HostThread,
    options: SessionOptions,
    { pool, leave }: { readonly pool: ThreadPool; readonly leave: () => void },
  ) {
    this.#place = thread;
    this.#options = options;
    this.#pool = pool;
    this.#leave = leave;
  }

  get lost(): boolean {
    return this.#stopped || (this.#place instanceof HostThread && !this.#place.alive);
  }

  get heldBytes(): number {
    return this.#place instanceof HostThread ? this.#place.grownBytes : this.#place.memory.bytes.length;
  }

  async run(cell: Cell, host: CellHost): Promise<CellOutcome> {
    if (this.#closed || this.lost) throw sandboxGone();
    if (this.#isTaken) throw sandboxBusy();
    this.#isTaken = true;
    this.#pool.wakes(this);
    try {
      return this.#place instanceof HostThread && this.#parking === undefined
        ? await this.#run(cell, host, this.#place)
        : await this.#runParked(cell, host);
    } finally {
      this.#isTaken = false;
      if (this.#stopped) this.#release();
      else this.#rest();
    }
  }

  /** Gives its thread to others. Its next program gets one again, and the state as it was. */
  park(): Promise<void> {
    this.#parking ??= this.#park().finally(() => (this.#parking = undefined));
    return this.#parking;
  }

  async close(): Promise<void> {
    this.#endWait?.(CLOSED);
    const running = this.#running;
    running?.run.cancel();
    if (running !== undefined) await running.done;
    if (this.#parking !== undefined) await this.#parking;
    this.#release();
  }

  async #run(cell: Cell, host: CellHost, thread: HostThread): Promise<CellOutcome> {
    const run = new CellRun(thread, cell, host);
    const done = run.run(this.#options);
    this.#running = { run, done };
    try {
      const outcome = await done;
      if (outcome.kind === "stopped" || !thread.isAtRest) this.#stopped = true;
      return outcome;
    } finally {
      this.#running = undefined;
    }
  }

  /** Waits for a thread first, which counts as time of the program. */
  async #runParked(cell: Cell, host: CellHost): Promise<CellOutcome> {
    const begunAt = performance.now();
    const { limits } = cell;
    const waiting = new AbortController();
    let reason: StopReason | undefined;
    const end = (ended: StopReason): void => {
      reason ??= ended;
      waiting.abort();
    };
    this.#endWait = end;
    const late = setTimeout(() => end(timeLimit(limits.timeMs)), Math.min(Math.ceil(limits.timeMs), LONGEST_TIMER_MS));
    const { signal } = host;
    const unlisten = signal === undefined ? undefined : onAbort(signal, () => end(abortReason(signal)));
    try {
      const thread = await this.#unpark(waiting.signal);
      clearTimeout(late);
      const timeMs = Math.max(1, Math.floor(limits.timeMs - (performance.now() - begunAt)));
      return await this.#run({ ...cell, limits: { ...limits, timeMs } }, host, thread);
    } catch (thrown) {
      if (reason === undefined) throw thrown;
      this.#stopped = true;
      return { kind: "stopped", ...reason, output: { bytesKept: 0, bytesDropped: 0 } };
    } finally {
      clearTimeout(late);
      unlisten?.();
      this.#endWait = undefined;
    }
  }

  async #unpark(signal: AbortSignal): Promise<HostThread> {
    await this.#parking;
    if (this.#place instanceof HostThread) return this.#place;
    const thread = await this.#pool.take(signal);
    thread.resume(this.#place);
    this.#place = thread;
    return thread;
  }

  async #park(): Promise<void> {
    const thread = this.#place;
    if (this.#closed || !(thread instanceof HostThread)) return;
    const parked = await thread.park();
    // A thread that has ended took the session with it.
    if (parked === undefined) return;
    this.#place = parked;
    this.#pool.giveBack(thread, true);
  }

  /** From now on it can be parked, if there is to be another program and its memory can be made new for another session. */
  #rest(): void {
    const isKept = !this.#closed && this.#options.isForOneProgram !== true;
    const thread = this.#place;
    if (!isKept || !(thread instanceof HostThread) || !(thread.reusable || thread.parks)) return;
    thread.busySince = undefined;
    if (thread.parks) void this.park();
    else this.#pool.rests(this);
  }

  #release(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pool.wakes(this);
    if (this.#place instanceof HostThread) this.#pool.giveBack(this.#place, !this.lost);
    else this.#place = NOTHING;
    this.#leave();
  }
}
