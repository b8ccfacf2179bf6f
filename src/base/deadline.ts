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
    const onAbort = (): void => settle(() => reject(signal?.reason));
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      end();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Waits for work whose outcome does not matter, but not longer than `limitMs` and not after `signal`. Never rejects. */
export async function settleWithin(work: Promise<unknown>, limitMs: number, signal?: AbortSignal): Promise<void> {
  await withinDeadline(work, limitMs, signal).catch(() => {});
}

/** Waits for work, but not after `signal`, whose reason it then rejects with; the work itself continues. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
