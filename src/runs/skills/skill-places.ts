import { Queue } from "../../base/queue.ts";
import type { GuestLanguage, SandboxEngine, SessionOptions } from "../../engines/engine.ts";
import { lendFresh } from "../sessions/lend-fresh.ts";
import type { Borrower, LentSession } from "../sessions/session-pool.ts";

/** Sandboxes that skills of one depth may hold at a time, in one language. */
export const SKILL_PLACES: Readonly<Record<GuestLanguage, number>> = { typescript: 2, python: 1 };

/**
 * Places where skills wait for a sandbox. Each depth has places of its own, so that a skill which waits for another one
 * never holds the place that one needs.
 */
export class SkillPlaces {
  readonly #queues = new Map<string, Queue>();

  /** Lends a fresh sandbox once there is a place for a skill of this depth. Rejects like `SessionPool.lend`. */
  lend(
    engine: SandboxEngine,
    depth: number,
    options: Pick<SessionOptions, "memoryBytes"> & Borrower,
  ): Promise<LentSession> {
    const key = `${engine.language} ${depth}`;
    const queue = this.#queues.get(key) ?? new Queue(SKILL_PLACES[engine.language]);
    this.#queues.set(key, queue);
    return lendFresh(engine, queue, options);
  }
}
