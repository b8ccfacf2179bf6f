/** Thrown by {@link withinDeadline} when the time is up. */
export class DeadlineError extends Error {
  constructor(limitMs: number) {
    super(`Not done within ${limitMs} ms.`);
    this.name = "DeadlineError";
  }
}

/**
 * Waits for work, but not longer than `limitMs` and not after `signal`.
 *
 * Rejects with {@link DeadlineError} or the signal's reason; the work itself continues, and a later failure of it is
 * ignored.
 */
export function withinDeadline<T>(work: Promise<T>, limitMs: number, signal?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new DeadlineError(limitMs))), limitMs);
    let unlisten: (() => void) | undefined;
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      unlisten?.();
      end();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signal !== undefined) unlisten = onAbort(signal, () => settle(() => reject(signal.reason)));
  });
}

/** Waits for work whose outcome does not matter, but not longer than `limitMs` and not after `signal`. Never rejects. */
export async function settleWithin(work: Promise<unknown>, limitMs: number, signal?: AbortSignal): Promise<void> {
  await withinDeadline(work, limitMs, signal).catch(() => {});
}

/**
 * Waits for work, but not after `signal`, whose reason it then rejects with; the work itself continues.
 *
 * @param over called when the wait is over
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, over?: () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const unlisten = onAbort(signal, () => {
      over?.();
      reject(signal.reason);
    });
    work.then(
      (value) => {
        if (unlisten()) over?.();
        resolve(value);
      },
      (error: unknown) => {
        if (unlisten()) over?.();
        reject(error);
      },
    );
  });
}

/** What waits for a signal, by signal; the platform knows of one listener for all of it. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls a listener when a signal is aborted, at once if it is already; returns the way to stop, which says whether it was
 * still to be called. For signals that every call of a program listens to: the platform's own listeners take longer to add
 * and remove than a quick call.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => boolean {
  if (signal.aborted) {
    listener();
    return () => false;
  }
  const listeners = waiting.get(signal) ?? listenTo(signal);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The way to abort a new signal that very many listen to by {@link onAbort}, short as their waits may be: it calls them
 * itself, after the platform's own listeners, so that the platform does not have to be listened to at all.
 */
export function aborter(controller: AbortController): (reason: unknown) => void {
  const listeners = new Set<() => void>();
  waiting.set(controller.signal, listeners);
  return (reason) => {
    controller.abort(reason);
    callAll(listeners);
  };
}

/**
 * Begins to listen to a signal, and returns what is called then. A function of its own: the platform's listener keeps all that
 * the function knows in which it is made, and the collector finds a signal late, so that the whole run of each was moved to
 * where what lives long is kept.
 */
function listenTo(signal: AbortSignal): Set<() => void> {
  const listeners = new Set<() => void>();
  waiting.set(signal, listeners);
  signal.addEventListener("abort", () => callAll(listeners), { once: true });
  return listeners;
}

function callAll(listeners: Set<() => void>): void {
  for (const listener of listeners) {
    listeners.delete(listener);
    listener();
  }
}
