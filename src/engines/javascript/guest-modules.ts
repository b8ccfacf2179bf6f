import { readFileSync } from "node:fs";
import type { GuestModules } from "../quickjs/guest-machine.ts";

const PREFIX = "codemode:guest/";
const NAMES = [
  "intrinsics",
  "host",
  "tool-error",
  "inspect",
  "console",
  "calls",
  "timers",
  "marshal",
  "web",
  "namespaces",
  "codemode",
  "main",
] as const;

/** Reads our guest code, the module that starts it last. */
export function readGuestModules(): GuestModules {
  return NAMES.map((name) => {
    const file = new URL(`../../guest/js/${name}.js`, import.meta.url);
    return [`${PREFIX}${name}`, readFileSync(file, "utf8")] as const;
  });
}
