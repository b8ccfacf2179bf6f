import type { ExecuteOptions } from "../host/executor.ts";

/** The languages a program can be written in. */
export type GuestLanguage = NonNullable<ExecuteOptions["language"]>;

/** The same as a list, for options and their help. */
export const GUEST_LANGUAGES: readonly GuestLanguage[] = ["typescript", "python"];
