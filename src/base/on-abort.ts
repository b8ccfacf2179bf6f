/** What waits for a signal, by signal; the platform knows of one listener for all of it. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls a listener when a signal is aborted, at once if it is already; returns the way to stop. For signals that every
 * call of a program listens to: the platform's own listeners take longer to add and remove than a quick call.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  const known = waiting.get(signal);
  const listeners = known ?? new Set();
  if (known === undefined) {
    waiting.set(signal, listeners);
    signal.addEventListener("abort", () => listeners.forEach((each) => each()), { once: true });
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}
