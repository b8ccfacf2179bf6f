import type { GuestLanguage, SandboxEngine, SessionOptions } from "../../engines/engine.ts";
import { lendFresh, type LentSession } from "../sessions/session-pool.ts";
import { Turnstile } from "../sessions/turnstile.ts";

/** Sandboxes that skills of one depth may hold at a time, in one language. */
const PLACES: Readonly<Record<GuestLanguage, number>> = { typescript: 2, python: 1 };

/**
 * Places where skills wait for a sandbox. Each depth has places of its own, so that a skill which waits for another one
 * never holds the place that one needs.
 */
export class SkillPlaces {
  readonly #turnstiles = new Map<string, Turnstile>();

  /** Lends a fresh sandbox once there is a place for a skill of this depth. Rejects like `SessionPool.lend`. */
  lend(engine: SandboxEngine, depth: number, options: Required<SessionOptions>): Promise<LentSession> {
    const key = `${engine.language} ${depth}`;
    const turnstile = this.#turnstiles.get(key) ?? new Turnstile(PLACES[engine.language]);
    this.#turnstiles.set(key, turnstile);
    return lendFresh(engine, turnstile, options);
  }
}
