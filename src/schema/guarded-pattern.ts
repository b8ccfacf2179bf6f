import { createContext, Script } from "node:vm";
import { judgePattern } from "./plain-pattern.ts";
import { ValidationOverrun, type ValidationBudget } from "./validation-budget.ts";

/** A regular expression of a schema that cannot hold up the process. */
export interface GuardedPattern {
  /** Throws `ValidationOverrun` when the answer takes too long. */
  test(text: string): boolean;
}

/** Longest text that a plain pattern is run on without a watchdog. */
const MAX_UNWATCHED = 1000;

let watchdog: { readonly run: (pattern: RegExp, text: string, timeoutMs: number) => boolean } | undefined;

/** Compiles a pattern of a schema; undefined when it is not a regular expression or too large to be one in earnest. */
export function guardPattern(source: string, budget: ValidationBudget): GuardedPattern | undefined {
  const trust = judgePattern(source);
  const pattern = trust === "refused" ? undefined : compile(source);
  if (pattern === undefined) return undefined;
  return {
    test(text) {
      if (trust === "plain" && text.length <= MAX_UNWATCHED) return pattern.test(text);
      watchdog ??= createWatchdog();
      return watchdog.run(pattern, text, budget.remainingMs());
    },
  };
}

/** Schemas in the wild are written for engines with and without the `u` flag. */
function compile(source: string): RegExp | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(source, flags);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** V8 interrupts a regular expression only when it runs inside a script with a time-out. */
function createWatchdog(): NonNullable<typeof watchdog> {
  const holder: { pattern?: RegExp; text?: string } = {};
  const context = createContext(holder);
  const script = new Script("pattern.test(text)");
  return {
    run(pattern, text, timeoutMs) {
      holder.pattern = pattern;
      holder.text = text;
      try {
        return script.runInContext(context, { timeout: timeoutMs }) === true;
      } catch {
        throw new ValidationOverrun("A pattern took too long.");
      } finally {
        holder.text = "";
      }
    },
  };
}
