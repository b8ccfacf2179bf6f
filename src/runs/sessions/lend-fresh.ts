import type { Queue } from "../../base/queue.ts";
import type { SandboxEngine, SessionOptions } from "../../engines/engine.ts";
import type { Borrower, LentSession } from "./session-pool.ts";

/** Lends a fresh sandbox in turn. Rejects with `busy` when too many wait, `cancelled` when aborted. */
export async function lendFresh(
  engine: SandboxEngine,
  queue: Queue,
  { holder, signal, memoryBytes }: Pick<SessionOptions, "memoryBytes"> & Borrower,
): Promise<LentSession> {
  const leave = await queue.enter(signal, holder);
  try {
    const sandbox = await engine.open({ memoryBytes, signal, isForOneProgram: true });
    // Nothing runs in it any more; a process takes tens of milliseconds to be gone, for which no result waits.
    const release = async (): Promise<void> => {
      leave();
      void sandbox.close().catch(() => {});
    };
    return { sandbox, names: new Set(), wasReset: false, isAlone: true, release };
  } catch (thrown) {
    leave();
    throw thrown;
  }
}
