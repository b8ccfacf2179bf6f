import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Nobody was served for so long: a collection, which takes some 50 ms, delays nobody then. */
const QUIET_MS = 2_000;
/** What must be there beyond the least that ever was, and requests since the last collection, to be worth another. */
const WORTH_BYTES = 24 * 1024 * 1024;
const WORTH_REQUESTS = 100;

/**
 * Returns the memory that a crowd of clients left to the system, once nobody is served any more. The JavaScript engine
 * itself collects when somebody needs memory, which after a crowd may be never.
 */
export class LeftoverMemory {
  #serving = 0;
  #servedAt = 0;
  #isLooking = false;
  #answered = 0;
  #leastBytes = usedBytes();

  /** A request is being answered from now on. */
  begins(): void {
    this.#serving += 1;
  }

  /** A request has been answered. */
  ends(): void {
    this.#serving -= 1;
    this.#answered += 1;
    this.#servedAt = performance.now();
    if (!this.#isLooking) this.#lookLater();
  }

  #lookLater(): void {
    this.#isLooking = true;
    setTimeout(() => this.#look(), QUIET_MS).unref();
  }

  #look(): void {
    this.#isLooking = false;
    const isQuiet = this.#serving === 0 && performance.now() - this.#servedAt >= QUIET_MS - 1;
    if (!isQuiet) return this.#lookLater();
    if (this.#answered < WORTH_REQUESTS || usedBytes() - this.#leastBytes < WORTH_BYTES) return;
    collect();
    // The pages that the first collection emptied, and buffers it found without an owner, are given back by the next.
    setImmediate(() => {
      collect();
      this.#leastBytes = Math.min(this.#leastBytes, usedBytes());
    });
    this.#answered = 0;
  }
}

function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/**
 * The engine offers its collector to a context that is made while this flag is set, and to no other. As the last resort
 * it also empties pages of which little is used, and returns them; otherwise it keeps about twice of what is used.
 */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const collector: unknown = runInNewContext("globalThis.gc");
  setFlagsFromString("--no-expose-gc");
  if (typeof collector === "function") collector({ type: "major", execution: "sync", flavor: "last-resort" });
}
