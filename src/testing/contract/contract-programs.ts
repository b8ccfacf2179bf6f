import type { SandboxEngine } from "../../engines/engine.ts";

/** A program whose error is at a known line. */
export interface FailingProgram {
  readonly source: string;
  readonly line: number;
}

/** The same small programs in each language. The host functions are the namespace `tools`: echo, add, fail, hang. */
export interface ContractPrograms {
  /** Gives `{"answer": 42, "list": [1, "two", null, true]}`. */
  readonly value: string;
  /** Gives no value. */
  readonly noValue: string;
  /** Writes "one\n" to stdout, "two\n" to stderr, "three\n" to stdout. */
  readonly prints: string;
  /** Sets the session global `counter` to 41. */
  readonly setsCounter: string;
  /** Gives `counter + 1`. */
  readonly readsCounter: string;
  /** Returns true when there is no `counter`, or it has no value. */
  readonly lacksCounter: string;
  /** Calls echo with `{"text": "hä\n\"quoted\" 😀"}` and returns the reply. */
  readonly callsEcho: string;
  /** Adds 0..19 by 20 calls of add `{a, b}`, one after the other, and returns the sum. */
  readonly callsInSequence: string;
  /** Calls add `{a: i, b: 1}` for i = 0..19, all at once, and returns the list of replies in order. */
  readonly callsInParallel: string;
  /** Calls fail, catches the error and returns `{"code", "message", "tool"}` of it. */
  readonly catchesCallError: string;
  /** Calls fail and does not catch the error. */
  readonly callErrorUncaught: FailingProgram;
  /** Raises an error with the message "broken". */
  readonly raises: FailingProgram;
  readonly syntaxError: FailingProgram;
  /**
   * Imports echo from `generated.servers.tools` in the language's own way, calls it with `{"text": "imported"}`,
   * returns the reply.
   */
  readonly importsTools: string;
  /** Imports a module that does not exist. */
  readonly importsUnknown: string;
  readonly loopsForever: string;
  /** Loops forever after an awaited call of echo. */
  readonly loopsAfterCall: string;
  /** Loops forever, catching whatever can be caught, in a loop. */
  readonly loopsCatchingAll: string;
  /** Awaits a call of hang, which is never answered. */
  readonly hangs: string;
  /** Calls hang without waiting for it, then fails. */
  readonly leavesCallBehind: string;
  /** Holds on to ever more memory. */
  readonly growsForever: string;
  /** Gives a text of 5000 characters. */
  readonly largeValue: string;
  /** Writes 1000 lines of 99 characters to stdout. */
  readonly floodsOutput: string;
  /** Writes "before\n", then loops forever. */
  readonly printsThenLoops: string;
  /**
   * Prints times and random values, and how calls of add end that race with one another and with timers of 20 to 60 ms;
   * gives a list of such things.
   */
  readonly seesTimeAndChance: string;
}

/** Access of the suite to an engine: starting and harming it. */
export interface ContractEngine {
  readonly create: () => SandboxEngine;
  /** Kills whatever runs the engine's sandboxes, from outside. */
  readonly kill: (engine: SandboxEngine) => void | Promise<void>;
  /** Memory limit for a session, within which every program but `growsForever` runs. */
  readonly memoryBytes: number;
}
