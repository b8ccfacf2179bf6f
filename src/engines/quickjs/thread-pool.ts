import { availableParallelism } from "node:os";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { BootedMachine } from "./guest-machine.ts";
import { type IdleSession, IdleSessions } from "./idle-sessions.ts";
import type { GuestImage } from "./guest-thread.ts";
import { HostThread } from "./host-thread.ts";

/** Sizes of a pool. */
interface ThreadPoolOptions {
  /** Maximum number of threads; the pool is never asked for more at once. */
  readonly maxSessions: number;
  /** Threads made ready in advance; at least one is kept ready beyond those in use, unless this is 0. */
  readonly warmSessions: number;
}

interface ThreadWaiter {
  readonly accept: (thread: HostThread) => void;
  readonly refuse: (error: unknown) => void;
}

/** Threads that start at the same time; more would only slow down those that run. */
const STARTING_AT_ONCE = 2;
/**
 * A thread takes longer to start, and more of a processor, than most programs take to run. So what waits is served in
 * turns by this many threads that programs come and go on: more would not make any of them sooner.
 */
const MOST_TURNS = Math.max(2, availableParallelism());
/** A thread no longer counts as one of those when its program holds it for so long: one that waits, and one that computes. */
const WAITS_LONG_MS = 30;
const COMPUTES_LONG_MS = 250;
/** Time between two looks at what waits, the delay of one that tells of a host too busy to judge by the clock, and how many may be put off for that in a row. */
const LOOK_MS = 100;
const LATE_MS = 50;
const MOST_LATE = 5;
/** Idle threads kept for the next burst; each holds about 10 MB. */
const MOST_IDLE = 4;
/** Nothing has run for so long: threads that are not warm ones end, and sessions do without theirs but for the last. */
const QUIET_MS = 2_000;

/**
 * Guest threads: some in use, some ready. What waits for one is served in the order it came, by the first thread that
 * is given back or has started.
 */
export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #image: () => Promise<GuestImage>;
  /** The machine that all threads start with where the image has none: the first one boots it. */
  #booted: Promise<BootedMachine | undefined> | undefined;
  readonly #ready: HostThread[] = [];
  readonly #all: Set<HostThread> = new Set();
  readonly #waiters: Set<ThreadWaiter> = new Set();
  readonly #starting: Set<Promise<void>> = new Set();
  readonly #inUse: Set<HostThread> = new Set();
  readonly #idle: IdleSessions = new IdleSessions(() => this.#refill());
  #closed = false;
  #looking: NodeJS.Timeout | undefined;
  #lateLooks = 0;
  #trimming: NodeJS.Timeout | undefined;

  constructor(options: ThreadPoolOptions, image: () => Promise<GuestImage>) {
    this.#options = options;
    this.#image = image;
  }

  /** Every living thread. */
  get threads(): readonly HostThread[] {
    return [...this.#all].filter(({ alive }) => alive);
  }

  /** Starts threads until enough are ready, and waits for them. */
  async warm(threads: number = this.#options.warmSessions): Promise<void> {
    this.#startUpTo(threads - this.#ready.length - this.#starting.size);
    await Promise.all(this.#starting);
  }

  /** Hears of a session that has nothing to run and can be parked. */
  rests(session: IdleSession): void {
    this.#idle.add(session);
    this.#refill();
    this.#trimLater();
  }

  /** The session needs its thread again, or has none any more. */
  wakes(session: IdleSession): void {
    this.#idle.delete(session);
  }

  /** A thread for one session; waits when all are in use. */
  take(signal?: AbortSignal): Promise<HostThread> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.#closed) return Promise.reject(closedError());
    const ready = this.#takeReady();
    if (ready !== undefined) {
      this.#occupy(ready);
      this.#refill();
      return Promise.resolve(ready);
    }
    const taken = this.#wait(signal);
    this.#refill();
    return taken;
  }

  /** Takes a thread back. One that is not reusable is ended. */
  giveBack(thread: HostThread, reusable: boolean): void {
    this.#inUse.delete(thread);
    if (reusable && thread.reusable && !this.#closed) {
      thread.renew();
      this.#offer(thread);
    } else this.#drop(thread);
    this.#refill();
    this.#trimLater();
  }

  /** Ends every thread. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#looking);
    clearTimeout(this.#trimming);
    for (const waiter of this.#waiters) waiter.refuse(closedError());
    this.#waiters.clear();
    this.#idle.clear();
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
    this.#all.clear();
    this.#ready.length = 0;
  }

  #occupy(thread: HostThread): HostThread {
    thread.busySince = performance.now();
    this.#inUse.add(thread);
    return thread;
  }

  #tell(): void {
    const [isAlone, isWanted] = [this.#inUse.size === 1, this.#waiters.size > 0];
    for (const thread of this.#inUse) thread.tell({ isAlone, isWanted });
  }

  #takeReady(): HostThread | undefined {
    if (this.#inUse.size >= this.#options.maxSessions) return undefined;
    for (let thread = this.#ready.pop(); thread !== undefined; thread = this.#ready.pop()) {
      if (thread.alive) return thread;
      this.#all.delete(thread);
    }
    return undefined;
  }

  /** Gives a thread to the first that waits, or keeps it ready. */
  #offer(thread: HostThread): void {
    const [waiter] = this.#waiters;
    if (waiter !== undefined && this.#inUse.size < this.#options.maxSessions) {
      this.#waiters.delete(waiter);
      waiter.accept(this.#occupy(thread));
      return;
    }
    this.#ready.push(thread);
    const kept = Math.max(MOST_IDLE, this.#options.warmSessions);
    const surplus = this.#ready.length > kept ? this.#ready.shift() : undefined;
    if (surplus !== undefined) this.#drop(surplus);
  }

  #drop(thread: HostThread): void {
    this.#all.delete(thread);
    void thread.terminate();
  }

  /** Sees to it that those that wait are served and that a thread is ready: at once when there is none, else in a while. */
  #refill(): void {
    this.#tell();
    if (this.#closed || !this.#lacksThreads()) return;
    if (this.#all.size + this.#starting.size === 0) this.#startUpTo(1);
    this.#idle.parkFor(this.#waiters.size);
    this.#looking ??= this.#lookLater();
    // Waiting openings keep the process alive; a spare thread does not.
    if (this.#waiters.size > 0) this.#looking.ref();
    else this.#looking.unref();
  }

  #lookLater(): NodeJS.Timeout {
    const due = performance.now() + LOOK_MS;
    return setTimeout(() => {
      const isLate = performance.now() - due > LATE_MS && this.#lateLooks < MOST_LATE;
      this.#lateLooks = isLate ? this.#lateLooks + 1 : 0;
      // What ended meanwhile is heard of first.
      setImmediate(() => {
        this.#looking = undefined;
        if (!isLate && !this.#closed && this.#lacksThreads()) this.#startMissing();
        this.#refill();
      });
    }, LOOK_MS);
  }

  #startMissing(): void {
    const { size: waiting } = this.#waiters;
    if (waiting > 0) this.#startUpTo(Math.min(waiting, MOST_TURNS - this.#takingTurns));
    else if (this.#idle.mayBeMore) this.#startUpTo(1);
  }

  /** Threads that will soon be free for another program. */
  get #takingTurns(): number {
    const now = performance.now();
    const isHeld = ({ busySince = now, awaitsHost }: HostThread): boolean =>
      now - busySince > (awaitsHost ? WAITS_LONG_MS : COMPUTES_LONG_MS);
    return this.#all.size + this.#starting.size - [...this.#inUse].filter(isHeld).length;
  }

  /** Gives back to the system, some time after a burst, what only the burst needed. */
  #trimLater(): void {
    if (this.#closed || (this.#ready.length <= this.#options.warmSessions && this.#idle.size <= 1)) return;
    this.#trimming ??= setTimeout(() => {
      this.#trimming = undefined;
      this.#trim(performance.now() - QUIET_MS);
      this.#trimLater();
    }, QUIET_MS).unref();
  }

  #trim(before: number): void {
    while (this.#ready.length > this.#options.warmSessions && (this.#ready[0]?.restsSince ?? 0) <= before) {
      const surplus = this.#ready.shift();
      if (surplus !== undefined) this.#drop(surplus);
    }
    this.#idle.parkBefore(before);
  }

  #lacksThreads(): boolean {
    if (this.#inUse.size + this.#starting.size >= this.#options.maxSessions) return false;
    const needed = Math.max(this.#waiters.size, Math.min(1, this.#options.warmSessions));
    return this.#ready.length + this.#starting.size < needed;
  }

  #startUpTo(wanted: number): void {
    const room = this.#options.maxSessions - this.#inUse.size - this.#ready.length - this.#starting.size;
    const count = Math.min(wanted, room, STARTING_AT_ONCE - this.#starting.size);
    for (let index = 0; index < count; index += 1) this.#start();
  }

  #start(): void {
    const starting = this.#startOne().finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
    starting.then(
      () => this.#refill(),
      (error: unknown) => this.#refuseAll(error),
    );
  }

  async #startOne(): Promise<void> {
    const image = await this.#image();
    const booted = image.booted ?? (await this.#booted);
    const started = HostThread.start({ ...image, booted });
    this.#booted ??= started.then(
      (first) => first.booted,
      () => (this.#booted = undefined),
    );
    const thread = await started;
    this.#all.add(thread);
    if (!this.#closed) this.#offer(thread);
  }

  /** Without threads nothing that waits would ever be served. */
  #refuseAll(error: unknown): void {
    if (this.#inUse.size > 0 || this.#starting.size > 0) return;
    for (const waiter of this.#waiters) waiter.refuse(error);
    this.#waiters.clear();
  }

  #wait(signal: AbortSignal | undefined): Promise<HostThread> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        if (signal !== undefined) reject(abortError(signal));
      };
      const waiter: ThreadWaiter = {
        accept: (thread) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(thread);
        },
        refuse: (error) => {
          signal?.removeEventListener("abort", onAbort);
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }
}

/** Error of what waits for a sandbox of an engine that is closed. */
export function closedError(): CodemodeError {
  return new CodemodeError("sandbox_lost", "The sandbox engine is closed.", { hint: "Create a new engine." });
}

function abortError(signal: AbortSignal): CodemodeError {
  const reason: unknown = signal.reason;
  if (CodemodeError.is(reason)) return reason;
  return new CodemodeError("cancelled", "Opening the sandbox was cancelled.", { cause: reason });
}
