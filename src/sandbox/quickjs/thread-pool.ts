import { CodemodeError } from "../../errors/codemode-error.ts";
import { type GuestImage, HostThread } from "./host-thread.ts";

/** Sizes of a pool. */
export interface ThreadPoolOptions {
  /** Most threads in use at once. */
  readonly maxSessions: number;
  /** Threads kept ready beyond those in use. */
  readonly warmSessions: number;
  /** Most openings that wait; more are refused. */
  readonly queueLimit: number;
}

interface Waiter {
  readonly accept: (thread: Promise<HostThread>) => void;
  readonly refuse: (error: CodemodeError) => void;
}

const RETRY_HINT = "Try again in a second, or raise the number of sandboxes.";

/** Guest threads: some in use, some ready. What waits for one is served in the order it came. */
export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #image: () => Promise<GuestImage>;
  readonly #ready: HostThread[] = [];
  readonly #all: Set<HostThread> = new Set();
  readonly #waiters: Set<Waiter> = new Set();
  readonly #starting: Set<Promise<HostThread>> = new Set();
  #spare: Promise<HostThread>[] = [];
  #inUse = 0;
  #closed = false;

  constructor(options: ThreadPoolOptions, image: () => Promise<GuestImage>) {
    this.#options = options;
    this.#image = image;
  }

  /** Every living thread. */
  get threads(): readonly HostThread[] {
    return [...this.#all].filter((thread) => thread.alive);
  }

  /** Starts threads until enough are ready, and waits for them. */
  async warm(): Promise<void> {
    this.#refill();
    await Promise.all(this.#spare);
  }

  /** A thread for one session; waits when all are in use. */
  take(signal?: AbortSignal): Promise<HostThread> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.#closed) return Promise.reject(closedError());
    if (this.#inUse < this.#options.maxSessions) return this.#occupy();
    if (this.#waiters.size >= this.#options.queueLimit) return Promise.reject(this.#busyError());
    return this.#wait(signal);
  }

  /** Takes a thread back. One that is not reusable is ended. */
  giveBack(thread: HostThread, reusable: boolean): void {
    this.#inUse -= 1;
    if (reusable && thread.alive && !this.#closed) this.#keep(thread);
    else this.#drop(thread);
    this.#serveNext();
    if (this.#ready.length === 0) this.#refill();
  }

  /** Ends every thread. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.refuse(closedError());
    this.#waiters.clear();
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
    this.#all.clear();
  }

  #keep(thread: HostThread): void {
    thread.command({ kind: "reset" });
    thread.rest();
    this.#ready.push(thread);
    if (this.#ready.length <= Math.max(1, this.#options.warmSessions)) return;
    const surplus = this.#ready.shift();
    if (surplus !== undefined) this.#drop(surplus);
  }

  #drop(thread: HostThread): void {
    this.#all.delete(thread);
    void thread.terminate();
  }

  async #occupy(): Promise<HostThread> {
    this.#inUse += 1;
    try {
      const ready = this.#takeReady();
      if (ready !== undefined) return ready;
      return await (this.#spare.shift() ?? this.#start());
    } catch (error) {
      this.#inUse -= 1;
      this.#serveNext();
      throw error;
    } finally {
      if (this.#ready.length === 0) this.#refill();
    }
  }

  #takeReady(): HostThread | undefined {
    for (let thread = this.#ready.pop(); thread !== undefined; thread = this.#ready.pop()) {
      if (thread.alive) return thread;
      this.#all.delete(thread);
    }
    return undefined;
  }

  #refill(): void {
    if (this.#closed) return;
    const room = this.#options.maxSessions - this.#inUse;
    const wanted = Math.min(this.#options.warmSessions, room) - this.#ready.length - this.#spare.length;
    for (let index = 0; index < wanted; index += 1) this.#startSpare();
  }

  #startSpare(): void {
    const spare = this.#start();
    this.#spare.push(spare);
    const settle = (): boolean => {
      const waiting = this.#spare.includes(spare);
      this.#spare = this.#spare.filter((other) => other !== spare);
      return waiting;
    };
    spare.then(
      (thread) => {
        if (settle()) this.#ready.unshift(thread);
      },
      () => void settle(),
    );
  }

  #start(): Promise<HostThread> {
    const starting = this.#startOne();
    this.#starting.add(starting);
    const forget = (): void => void this.#starting.delete(starting);
    starting.then(forget, forget);
    return starting;
  }

  async #startOne(): Promise<HostThread> {
    const thread = await HostThread.start(await this.#image());
    this.#all.add(thread);
    return thread;
  }

  #wait(signal: AbortSignal | undefined): Promise<HostThread> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        if (signal !== undefined) reject(abortError(signal));
      };
      const waiter: Waiter = {
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

  #serveNext(): void {
    if (this.#inUse >= this.#options.maxSessions) return;
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.accept(this.#occupy());
      return;
    }
  }

  #busyError(): CodemodeError {
    const { maxSessions, queueLimit } = this.#options;
    const message = `All ${maxSessions} sandboxes are in use and ${queueLimit} programs wait for one already.`;
    return new CodemodeError("busy", message, { hint: RETRY_HINT });
  }
}

function closedError(): CodemodeError {
  return new CodemodeError("sandbox_lost", "The sandbox engine is closed.", { hint: "Create a new engine." });
}

function abortError(signal: AbortSignal): CodemodeError {
  const reason: unknown = signal.reason;
  if (CodemodeError.is(reason)) return reason;
  return new CodemodeError("cancelled", "Opening the sandbox was cancelled.", { cause: reason });
}
