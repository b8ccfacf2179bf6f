import { setImmediate as nextTurn } from "node:timers/promises";

/** Time that steps take at a stretch before the event loop runs. */
const SLICE_MS = 8;

/** There is one event loop, so all that is done in steps for others stands in one line. */
let line: Promise<unknown> = Promise.resolve();
let sliceEnd = 0;

/**
 * Does one step of work for a caller, after those that came before, with the event loop in between: however many
 * searches or descriptions are asked for at once, other work goes on. A step should take a few milliseconds at most.
 *
 * Resolves with what the step returns, and rejects with what it throws.
 */
export function inTurn<Result>(step: () => Result): Promise<Result> {
  const result = line.then(async () => {
    if (performance.now() >= sliceEnd) {
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    return step();
  });
  line = result.catch(() => undefined);
  return result;
}
