import type { GuestLanguage } from "../engines/engine.ts";

/** The language an agent asked for; TypeScript unless it said otherwise. */
export function parseLanguage(language: string | undefined): GuestLanguage {
  return language === "python" ? "python" : "typescript";
}

const OTHER_NAMES: Readonly<Record<GuestLanguage, string>> = {
  typescript: "ts tsx js jsx mjs cjs javascript ecmascript es6 node nodejs node.js deno bun",
  python: "py py3 python3 cpython pyodide ipython",
};
const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(OTHER_NAMES).flatMap(([language, names]) =>
    [language, ...names.split(" ")].map((name) => [name, language] as const),
  ),
);

/** The language that a text names, by any of its names and in any case; undefined for one that there is not. */
export function languageNamed(text: string): string | undefined {
  return BY_NAME.get(text.trim().toLowerCase());
}

/** Arguments whose `language` goes by another of its names, in any case, with the one that schemas know. */
export function withKnownLanguage(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { language } = args;
  const known = typeof language === "string" ? languageNamed(language) : undefined;
  return known === undefined || known === language ? args : { ...args, language: known };
}
