import * as v8 from "node:v8";

/** Absent before Node 20.13. */
const queryObjects: typeof v8.queryObjects | undefined = v8.queryObjects;

/** Nobody was served for so long: a collection, which takes some hundred milliseconds, delays nobody then. */
const QUIET_MS = 4_000;
/** Share of that time in which the process did anything: one that serves nobody here may be busy with work of its own. */
const MOST_BUSY = 0.05;
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
  #usage = performance.eventLoopUtilization();

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
    this.#usage = performance.eventLoopUtilization();
    setTimeout(() => this.#look(), QUIET_MS).unref();
  }

  #look(): void {
    this.#isLooking = false;
    const isServed = this.#serving > 0 || performance.now() - this.#servedAt < QUIET_MS - 1;
    if (isServed || performance.eventLoopUtilization(this.#usage).utilization > MOST_BUSY) return this.#lookLater();
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
  const { used_heap_size: heap, external_memory: external } = v8.getHeapStatistics();
  return heap + external;
}

/**
 * Collects as if memory had run out: pages of which little is used are emptied and returned as well, of which a usual
 * collection keeps about as much again as is used. Counting the objects of a class that has none begins with that.
 */
function collect(): void {
  const warning = Object.getOwnPropertyDescriptor(process, "emitWarning");
  if (queryObjects === undefined || warning === undefined) return;
  // That the function is experimental is no news for who runs a server: without it memory is returned later.
  process.emitWarning = () => {};
  try {
    queryObjects(LeftoverMemory, { format: "count" });
  } finally {
    Object.defineProperty(process, "emitWarning", warning);
  }
}
