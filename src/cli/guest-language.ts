import { Option } from "commander";
import type { GuestLanguage } from "../engines/engine.ts";
import { languageNamed } from "../tools/guest-language.ts";

/** The same as a list, for options and their help. */
export const GUEST_LANGUAGES: readonly GuestLanguage[] = ["typescript", "python"];

/** Option `--language`, which takes a language by its other names too, such as `js` and `py`. */
export function languageOption(about: string, others: readonly string[] = []): Option {
  const option = new Option("--language <language>", about).choices([...GUEST_LANGUAGES, ...others]);
  const { parseArg: parse } = option;
  return option.argParser((text: string, previous: string) => parse?.(languageNamed(text) ?? text, previous) ?? text);
}
