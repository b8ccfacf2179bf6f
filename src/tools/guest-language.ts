import type { GuestLanguage } from "../engines/engine.ts";

/** The language an agent asked for; TypeScript unless it said otherwise. */
export function parseLanguage(language: string | undefined): GuestLanguage {
  return language === "python" ? "python" : "typescript";
}
