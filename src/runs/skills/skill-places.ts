import type { GuestLanguage } from "../../engines/engine.ts";
import { Turnstile } from "../sessions/turnstile.ts";

/** Sandboxes that skills of one depth may hold at a time, in one language. */
const PLACES: Readonly<Record<GuestLanguage, number>> = { typescript: 2, python: 1 };

/**
 * Where skills wait for a sandbox. Each depth has places of its own, so that a skill which waits for another one never
 * holds the place that one needs.
 */
export class SkillPlaces {
  readonly #turnstiles = new Map<string, Turnstile>();

  /** Resolves with the way out once there is a place. */
  enter(language: GuestLanguage, depth: number, signal: AbortSignal): Promise<() => void> {
    const key = `${language} ${depth}`;
    const turnstile = this.#turnstiles.get(key) ?? new Turnstile(PLACES[language]);
    this.#turnstiles.set(key, turnstile);
    return turnstile.enter(signal);
  }
}
