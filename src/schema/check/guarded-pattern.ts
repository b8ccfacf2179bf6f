import { createContext, Script } from "node:vm";
import { toEcmaPattern } from "./ecma-pattern.ts";
import { judgePattern } from "./plain-pattern.ts";
import type { ValidationBudget } from "./validation-budget.ts";

/** A regular expression of a schema that cannot hold up the process. */
export interface GuardedPattern {
  /** Throws `ValidationOverrun` when the answer takes too long. */
  test(text: string): boolean;
}

/** Longest text that a plain pattern is run on without a watchdog. */
const MAX_UNWATCHED = 1000;

/** Runs a pattern for a limited time; undefined where it was not done by then. */
type Watchdog = (pattern: RegExp, text: string, timeoutMs: number) => boolean | undefined;

let watchdog: Watchdog | undefined;

/**
 * Compiles a pattern of a schema, written in any dialect; undefined when its meaning is not known or it is too large to
 * be a pattern in earnest.
 */
export function guardPattern(source: string, budget: ValidationBudget): GuardedPattern | undefined {
  if (judgePattern(source) === "refused") return undefined;
  const known = toEcmaPattern(source);
  if (known === undefined) return undefined;
  const pattern = new RegExp(known.source, known.flags);
  const trust = judgePattern(known.source);
  return {
    test(text) {
      if (trust === "plain" && text.length <= MAX_UNWATCHED) return pattern.test(text);
      const run = (watchdog ??= createWatchdog());
      return budget.attempt((timeoutMs) => run(pattern, text, timeoutMs));
    },
  };
}

/** V8 interrupts a regular expression only when it runs inside a script with a time-out. */
function createWatchdog(): Watchdog {
  const holder: { pattern?: RegExp; text?: string } = {};
  const context = createContext(holder);
  const script = new Script("pattern.test(text)");
  return (pattern, text, timeoutMs) => {
    holder.pattern = pattern;
    holder.text = text;
    try {
      return script.runInContext(context, { timeout: timeoutMs }) === true;
    } catch {
      return undefined;
    } finally {
      holder.text = "";
    }
  };
}
