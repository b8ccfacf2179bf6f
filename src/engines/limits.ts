import { distance } from "fastest-levenshtein";
import { CodemodeError } from "../base/codemode-error.ts";
import type { GuestLanguage } from "./engine.ts";

/** Resources that a program may use. Every limit is enforced by the host, whatever the program does. */
export interface Limits {
  /** Wall-clock time of one execution, waiting for calls included. @default 30000 */
  readonly timeMs: number;
  /** Memory of the guest. @default 64 MB for TypeScript, 512 MB for Python */
  readonly memoryBytes: number;
  /** Tool calls in one execution. @default 500 */
  readonly toolCalls: number;
  /** Tool calls in progress at once; more wait their turn. @default 16 */
  readonly concurrentCalls: number;
  /** Output kept; more is dropped and counted. @default 256 KB */
  readonly logBytes: number;
  /** JSON text of the value. @default 1 MB */
  readonly valueBytes: number;
  /** JSON text of one tool result. @default 10 MB */
  readonly toolResultBytes: number;
  /** Source text. @default 256 KB */
  readonly codeBytes: number;
  /** Depth to which skills may call skills. @default 8 */
  readonly skillDepth: number;
}

const KB = 1024;
const MB = 1024 * KB;

/** Smallest and largest value each limit can have; the engines cannot hold anything outside. */
const RANGES: Readonly<Record<keyof Limits, readonly [least: number, most: number]>> = {
  timeMs: [1, 24 * 60 * 60 * 1000],
  memoryBytes: [4 * MB, 2048 * MB],
  toolCalls: [0, 1_000_000],
  concurrentCalls: [1, 10_000],
  logBytes: [0, 256 * MB],
  valueBytes: [2, 256 * MB],
  toolResultBytes: [2, 256 * MB],
  codeBytes: [1, 64 * MB],
  skillDepth: [0, 100],
};

/** Default limits. */
export function defaultLimits(language: GuestLanguage): Limits {
  return {
    timeMs: 30_000,
    memoryBytes: (language === "python" ? 512 : 64) * MB,
    toolCalls: 500,
    concurrentCalls: 16,
    logBytes: 256 * KB,
    valueBytes: MB,
    toolResultBytes: 10 * MB,
    codeBytes: 256 * KB,
    skillDepth: 8,
  };
}

/**
 * Reads limits from configuration: what `input` names replaces what `base` says.
 *
 * Throws `config_error` naming the key and the fix for unknown names and impossible values.
 */
export function parseLimits(input: unknown, base: Limits): Limits {
  if (input === undefined) return base;
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new CodemodeError("config_error", `limits must be an object, not ${describeValue(input)}.`, {
      hint: 'Write limits as an object, for instance { "timeMs": 30000 }.',
    });
  }
  const chosen: Record<string, number> = { ...base };
  for (const [name, value] of Object.entries(input)) {
    if (!isLimitName(name)) throw unknownLimit(name);
    if (value !== undefined) chosen[name] = checkedLimit(name, value);
  }
  return { ...base, ...chosen };
}

function isLimitName(name: string): name is keyof Limits {
  return Object.hasOwn(RANGES, name);
}

function unknownLimit(name: string): CodemodeError {
  const names = Object.keys(RANGES);
  const nearest = names.toSorted((a, b) => distance(a, name) - distance(b, name))[0] ?? "";
  return new CodemodeError("config_error", `limits.${name} is not a limit.`, {
    hint: `Did you mean limits.${nearest}? The limits are ${names.join(", ")}.`,
  });
}

function checkedLimit(name: keyof Limits, value: unknown): number {
  const [least, most] = RANGES[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CodemodeError("config_error", `limits.${name} is ${describeValue(value)}, which is out of range.`, {
    hint: `Set limits.${name} to a whole number from ${least} to ${most}.`,
  });
}

function describeValue(value: unknown): string {
  if (typeof value === "number") return String(value);
  return JSON.stringify(value)?.slice(0, 80) ?? typeof value;
}
