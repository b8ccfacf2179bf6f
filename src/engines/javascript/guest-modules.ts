import { readFileSync } from "node:fs";
import type { GuestModules } from "../quickjs/guest-machine.ts";

const PREFIX = "codemode:guest/";
/** Evaluated when a program first uses them, not at the start. */
const PARTS = ["intl", "url", "events", "buffer", "crypto"];
const NAMES = [
  "intrinsics",
  "host",
  "parts",
  "random",
  "locale",
  "tool-error",
  "floating",
  "layout",
  "inspect",
  "console",
  "exact",
  "plain-form",
  "plain-data",
  "marshal",
  "calls",
  "timers",
  "faults",
  "web",
  "namespaces",
  "rewritten",
  "codemode",
  "parts/intl-data",
  "parts/collation",
  ...PARTS.map((part) => `parts/${part}`),
  "main",
];

/** Full name of a part. */
export function partName(part: string): string {
  return `${PREFIX}parts/${part}`;
}

/** Reads our guest code, the module that starts it last. */
export function readGuestModules(): GuestModules {
  return NAMES.map((name) => {
    const file = new URL(`../../guest/js/${name}.js`, import.meta.url);
    return [`${PREFIX}${name}`, readFileSync(file, "utf8")] as const;
  });
}
