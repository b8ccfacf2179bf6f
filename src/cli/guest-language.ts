import type { GuestLanguage } from "../engines/engine.ts";

/** The same as a list, for options and their help. */
export const GUEST_LANGUAGES: readonly GuestLanguage[] = ["typescript", "python"];
