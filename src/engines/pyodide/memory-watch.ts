import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

const PAGE_BYTES = 4096;
const INTERVAL_MS = 20;

/**
 * Watches the resident memory of a process and its descendants, where the system shows it (Linux); elsewhere it does nothing.
 *
 * The limit counts from what was resident at the first look. Reads are a few microseconds each.
 */
export class MemoryWatch {
  #files: readonly number[];
  readonly #idleBytes: number;
  #timer: NodeJS.Timeout | undefined;

  /** Looks at the tree below `pid` as it is at the call; processes made later are not seen. */
  constructor(pid: number) {
    this.#files = processTree(pid).flatMap(openStatistics);
    this.#idleBytes = this.residentBytes();
  }

  /** Memory of the tree now, in bytes; 0 where the system does not report it. */
  residentBytes(): number {
    return this.#files.reduce((sum, file) => sum + residentOf(file), 0);
  }

  /** Calls back once when the tree holds `bytes` more than at the first look. */
  start(bytes: number, exceeded: () => void): void {
    if (this.#idleBytes === 0) return;
    this.#timer = setInterval(() => {
      if (this.residentBytes() <= this.#idleBytes + bytes) return;
      this.stop();
      exceeded();
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Stops watching and closes the files. */
  close(): void {
    this.stop();
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

const buffer = Buffer.alloc(128);

function residentOf(file: number): number {
  try {
    const length = readSync(file, buffer, 0, buffer.length, 0);
    return Number(buffer.toString("latin1", 0, length).split(" ")[1] ?? 0) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
