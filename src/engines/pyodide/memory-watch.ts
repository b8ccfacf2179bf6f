import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

const PAGE_BYTES = 4096;
/** Of the 64 MB, what is left when a program has been seen to take too much and until it has ended. */
const TREE_SLACK_BYTES = 28 * 1024 * 1024;
const LEAST_ROOM = 0.7;
const INTERVAL_MS = 20;
const IDLE_INTERVAL_MS = 500;
/** Hundredths of a second of the processor that a tree which says it rests may use all in all. */
const IDLE_TICKS = 40;

/**
 * Watches the resident memory of a process and its descendants, where the system shows it (Linux); elsewhere it does nothing.
 *
 * The limit counts from what was resident at the first look. Reads are a few microseconds each.
 */
export class MemoryWatch {
  #files: readonly number[];
  readonly #tree: readonly number[];
  readonly #idleBytes: number;
  /** What is watched now, for a program. */
  #limit: { readonly bytes: number; readonly exceeded: () => void } | undefined;
  /** Since when the tree rests, and what is to happen when it computes all the same. */
  #rest: { readonly since: number; readonly computes: () => void } | undefined;
  /** Timers stay over short programs that follow each other: to make and end them takes longer than to look in vain. */
  #timer: NodeJS.Timeout | undefined;
  #restTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  /** Looks at the tree below `pid` as it is at the call; processes made later are not seen. */
  constructor(pid: number) {
    this.#tree = processTree(pid);
    this.#files = this.#tree.flatMap(openStatistics);
    this.#idleBytes = this.residentBytes();
  }

  /**
   * Memory that a program may add with a limit of `memoryBytes`: with the interpreter, which is there before it, the tree
   * stays within 64 MB of the limit, but where the interpreter is most of it seven tenths of the limit remain.
   */
  roomFor(memoryBytes: number): number {
    const rest = memoryBytes + TREE_SLACK_BYTES - this.#idleBytes;
    return Math.floor(Math.min(memoryBytes, Math.max(rest, memoryBytes * LEAST_ROOM)));
  }

  /** Memory of the tree now, in bytes; 0 where the system does not report it. */
  residentBytes(): number {
    return this.#files.reduce((sum, file) => sum + residentOf(file), 0);
  }

  /** Calls back once when the tree holds `bytes` more than at the first look. */
  start(bytes: number, exceeded: () => void): void {
    if (this.#idleBytes === 0) return;
    this.#limit = { bytes: this.#idleBytes + bytes, exceeded };
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  stop(): void {
    this.#limit = undefined;
  }

  #look(): void {
    const limit = this.#limit;
    if (limit === undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.residentBytes() > limit.bytes) {
      this.stop();
      limit.exceeded();
    }
  }

  /** Calls back once when a tree that says it is at rest computes, until {@link wake}. */
  rest(computes: () => void): void {
    this.wake();
    this.#rest = { since: performance.now(), computes };
    this.#expectRest(INTERVAL_MS);
  }

  /** Looking costs as much as a short program, so it begins where no other program has followed for a while. */
  #expectRest(withinMs: number): void {
    this.#restTimer ??= setTimeout(() => {
      this.#restTimer = undefined;
      if (this.#rest === undefined) return;
      const leftMs = this.#rest.since + INTERVAL_MS - performance.now();
      if (leftMs > 0) this.#expectRest(Math.ceil(leftMs));
      else this.#watchRest(this.#rest.computes);
    }, withinMs).unref();
  }

  #watchRest(computes: () => void): void {
    const before = this.#ticks();
    this.#idleTimer = setInterval(() => {
      if (this.#ticks() - before <= IDLE_TICKS) return;
      this.wake();
      computes();
    }, IDLE_INTERVAL_MS).unref();
  }

  /** Lets the tree compute again. */
  wake(): void {
    this.#rest = undefined;
    clearInterval(this.#idleTimer);
  }

  #ticks(): number {
    return this.#tree.reduce((sum, pid) => sum + ticksOf(pid), 0);
  }

  /** Stops watching and closes the files. */
  close(): void {
    this.stop();
    this.wake();
    clearInterval(this.#timer);
    clearTimeout(this.#restTimer);
    for (const file of this.#files) closeSync(file);
    this.#files = [];
  }
}

function processTree(pid: number): readonly number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
    );
    return [pid, ...children.flatMap(processTree)];
  } catch {
    return [];
  }
}

function openStatistics(pid: number): readonly number[] {
  try {
    return [openSync(`/proc/${pid}/statm`, "r")];
  } catch {
    return [];
  }
}

/** Time of the processor that a process has used, in the ticks of the system; 0 where it does not say. */
function ticksOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [, , , , , , , , , , , user, system] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(user) + Number(system);
  } catch {
    return 0;
  }
}

const buffer = Buffer.alloc(128);

function residentOf(file: number): number {
  try {
    const length = readSync(file, buffer, 0, buffer.length, 0);
    return Number(buffer.toString("latin1", 0, length).split(" ")[1] ?? 0) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
