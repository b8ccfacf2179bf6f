import type { ExecuteOptions } from "../host/executor.ts";

/** A language guest code can be written in. */
export type GuestLanguage = NonNullable<ExecuteOptions["language"]>;

/** The language an agent asked for; TypeScript unless it said otherwise. */
export function parseLanguage(language: string | undefined): GuestLanguage {
  return language === "python" ? "python" : "typescript";
}
